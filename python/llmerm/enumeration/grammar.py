"""A grammar of programs: rules with their sizes, and which of them is for which rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.enumeration.operations import Constant, suits
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset

SHIPPED = ("bits", "digits", "characters", "integers")
FOLDER = Path(__file__).parent.parent / "grammars"

Rule = tuple[str, int, tuple[Constant, ...]]  # operation, size, constants
Define = tuple[str, int, tuple[str, ...], str]  # name, size, types of the arguments, body
Feature = tuple[str, int, str]  # type, size, Python expression over x


@dataclass(frozen=True)
class Grammar:
    """Rules that programs are made of. What the search reads: `symbols`, `rules`, `defines`, `features`."""

    name: str
    rows: str  # input type of the rows: text or ints
    symbols: str  # characters that constants are made of, in order; "": those of any ASCII text
    rules: tuple[Rule, ...]
    defines: tuple[Define, ...] = ()
    features: tuple[Feature, ...] = ()
    path: Path | None = None  # where it was read from; None for one that was made in Python

    @cached_property
    def hash(self) -> str:
        """Hex SHA-256 of everything that decides what is enumerated; the name and the path do not."""
        content = [self.rows, self.symbols, self.rules, self.defines, self.features]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """What a report calls it."""
        return {"name": self.name, "symbols": self.symbols, "sha256": self.hash}

    def over(self, symbols: str) -> Grammar:
        """The same rules over other symbols; those that need digits go where there are none."""
        rules = tuple(rule for rule in self.rules if suits(rule[0], self.rows, symbols))
        return replace(self, symbols=symbols, rules=rules)


def grammar_for(train: Dataset, grammar: Grammar | str | Path | None = None) -> Grammar:
    """The grammar that is asked for (an object, a shipped one's name, a file), or the one of these rows.

    Only the kind of the rows is looked at: text of 0 and 1, or of any two characters, takes `bits` (over
    these two), other digits `digits`, other ASCII text `characters`, ints `integers`. Raises UsageError for
    rows of another kind, and for a grammar that is for others.
    """
    from llmerm.enumeration.grammar_file import load

    symbols = _symbols_of(train)
    if grammar is None:
        if train.input_type == "ints":
            return load("integers")
        assert symbols is not None
        if set(symbols) <= {"0", "1"}:
            return load("bits")
        if symbols.isdigit():
            return load("digits")
        return load("bits").over(symbols) if len(symbols) == 2 else load("characters")
    chosen = grammar if isinstance(grammar, Grammar) else load(grammar)
    if chosen.rows != train.input_type:
        raise UsageError(
            f"the grammar {chosen.name} is for {chosen.rows} rows, and these are {train.input_type}; "
            f"the grammars that come along are {', '.join(SHIPPED)}"
        )
    strange = sorted(set(symbols or "") - set(chosen.symbols)) if chosen.symbols else []
    if strange:
        raise UsageError(
            f"the rows hold {strange[0]!r}, which is none of the symbols of the grammar {chosen.name}, "
            f"{chosen.symbols!r}; take another grammar, or one that extends it with symbols of its own"
        )
    return chosen


def _symbols_of(train: Dataset) -> str | None:
    """The distinct characters of text rows in order; None for ints. Raises UsageError for other rows."""
    if train.input_type == "ints":
        return None
    if train.input_type != "text":
        raise UsageError(
            f"programs are enumerated over rows of text and of ints, and these are {train.input_type}; "
            "ask a model for them (--model)"
        )
    packed = train.packed()
    if not packed.ascii:
        raise UsageError(
            "programs are enumerated over ASCII text, and these rows hold other characters; ask a model for"
            " them (--model)"
        )
    return "".join(map(chr, sorted(set(packed.data.tobytes()))))
