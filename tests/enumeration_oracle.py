"""What the tests of the enumeration share: random grammars and rows, the engine, and the plain enumerator.

The oracle is benchmarks/plain_enumerator.py, which is written from docs/enumeration.md.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import llmerm
import numpy as np
from hypothesis import strategies as st
from llmerm._verifier import enumerate_programs

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))
import plain_enumerator
from plain_language import OPERATIONS, Undefined, evaluate, parse

EVERYTHING = 10**6  # programs that are asked for: as many as there are
PROGRAMS = 6_000  # that the oracle evaluates for one grammar
LARGEST = 30  # size, of grammars that have so few programs

Rule = tuple[str, int, list[list[int]]]


@dataclass(frozen=True)
class Grammar:
    """What the engine reads of a grammar."""

    symbols: str
    rules: list[Rule]
    defines: list[tuple[str, int, list[str], str]] = field(default_factory=list)
    features: list[tuple[str, int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """A grammar, training rows of its kind with labels, and other rows of the kind."""

    kind: str
    grammar: Grammar
    rows: list[Any]
    labels: list[int]
    others: list[Any]

    @property
    def result(self) -> str:
        """The type that the labels ask for."""
        distinct = set(self.labels)
        return "bool" if distinct <= {0, 1} or len(distinct) == 2 else "int"

    def dataset(self, rows: list[Any] | None = None, labels: list[int] | None = None) -> llmerm.Dataset:
        """The training rows, or others."""
        x, y = (self.rows, self.labels) if rows is None else (rows, labels)
        return llmerm.Dataset(x, y, input_type="ints" if self.kind == "integers" else "text")

    def label_of(self, value: Any) -> int:
        """The label that a value stands for."""
        if self.result == "int":
            return int(value)
        low, high = (0, 1) if set(self.labels) <= {0, 1} else sorted(set(self.labels))
        return high if value else low

    def values(self, expression: str) -> tuple[Any, ...]:
        """What an expression gives on the training rows, by the oracle."""
        return tuple(evaluate(parse(expression), row, self.grammar) for row in self.rows)

    def value(self, expression: str, row: Any) -> Any:
        """What it gives on one row; None where it has no value."""
        try:
            return evaluate(parse(expression), row, self.grammar)
        except Undefined:
            return None


LISTED: list[tuple[str, list[list[int]]]] = [
    ("every", [[0, 2], [1, 2]]),
    ("every", [[1, 3], [0, 1], [2, 2]]),
    ("drop", [[1]]),
    ("drop_last", [[1], [2]]),
    ("take", [[1], [3]]),
    ("take_last", [[2]]),
    ("window", [[110], [90]]),
    ("window", [[184], [30], [1], [255]]),
    ("number", [[0], [1], [3]]),
    ("number", [[-7], [65536], [2**31 - 1], [-(2**31)]]),
    ("automaton", [[2]]),
    ("mod", [[2], [3]]),
    ("div", [[2]]),
    ("remainder", [[2, 0], [2, 1]]),
    ("remainder", [[5, 4], [3, 1], [7, 0]]),
]
TEXT: list[tuple[str, list[list[int]]]] = [
    ("match", [[1]]),
    ("match", [[2]]),
    ("below", []),
    ("symbol", []),
    ("balanced", [[1, 1]]),
    ("balanced", [[2, 1]]),
]
NUMBERS: list[tuple[str, list[list[int]]]] = [
    ("residue", [[2, 1], [3, 0]]),
    ("total", []),
    ("largest", []),
    ("smallest", []),
    ("at", []),
]
NOT_COMMON = {name for name, _ in [*LISTED, *TEXT, *NUMBERS]} | {"x", "equals", "value_mod"}
COMMON = [*LISTED, *((name, list[list[int]]()) for name in OPERATIONS if name not in NOT_COMMON)]
POOLS = {
    "bits": [*COMMON, *TEXT, ("balanced", [[2, 2]]), *NUMBERS, ("value_mod", [[2], [3], [7]])],
    "digits": [*COMMON, *TEXT[:1], *TEXT[2:5], *NUMBERS, ("value_mod", [[2], [9]])],
    "characters": [*COMMON, *TEXT],
    "integers": [*COMMON, *NUMBERS, ("equals", [[0], [2]]), ("below", [[1], [-1]])],
}
SYMBOLS = {"bits": "01", "digits": "0123456789", "characters": "abc", "integers": ""}
FIRST = [
    ("match", "below", "residue", "same", "equals"),
    ("count", "length", "number", "total", "find", "longest", "lowest", "automaton"),
    ("any", "all", "equal", "lt", "remainder"),
]
DEFINES = [
    ("inner", ["seq"], "drop(1, drop_last(1, a))"),
    ("odd", ["flags"], "remainder(2, 1, count(a))"),
    ("majority", ["bool", "bool", "bool"], "or(and(a, b), and(c, or(a, b)))"),
    ("poly", ["int", "int"], "sub(mul(a, a), b)"),
]
FEATURES = [("int", "len(x) % 3"), ("bool", "len(x) > 3"), ("int", "5 - len(x)")]


def case_of(seed: int, large: bool = False) -> Case:
    """A random grammar of a few rules, and rows that no program fits: one has two labels.

    They are few and short, or long (longer than a word has bits), or many (more than two words hold).

    Of a seed, since what hypothesis draws itself are mostly grammars that make next to nothing.
    """
    rng = random.Random(seed)
    kind = rng.choice(list(POOLS))
    chosen = rng.choices(POOLS[kind], k=rng.randint(5, 18))
    for firsts in FIRST:  # something of each type, so that the others have arguments
        chosen.append(rng.choice([rule for rule in POOLS[kind] if rule[0] in firsts]))
    rules = [(name, rng.randint(1, 3), constants) for name, constants in dict(chosen).items()]
    defines = [(name, rng.randint(1, 4), *rest) for name, *rest in rng.sample(DEFINES, rng.choice([0, 0, 1]))]
    features = [
        (kind, rng.randint(1, 4), python) for kind, python in rng.sample(FEATURES, rng.choice([0, 0, 1, 2]))
    ]
    labels = rng.choice([[0, 1], [0, 1], [3, 8], [0, 1, 2], [5, 2, -1]])
    rows = rows_of(rng, kind, large)
    return Case(
        kind,
        Grammar(SYMBOLS[kind], [("x", 1, []), *rules], defines, features),
        [*rows, *[rows[0]] * len(labels)],
        [*rng.choices(labels, k=len(rows)), *labels],
        rows_of(rng, kind, large),
    )


def rows_of(rng: random.Random, kind: str, large: bool) -> list[Any]:
    """Rows of a kind, of one length or not."""
    small = [(3, 3, 9), (4, 4, 9), (5, 5, 9), (6, 6, 9), (0, 5, 9), (1, 4, 9), (2, 6, 9)]
    shapes = [(66, 66, 3), (60, 70, 4), (128, 131, 3), (5, 5, 130), (0, 9, 70)] if large else small
    shortest, longest, most = rng.choice(shapes)
    lengths = [rng.randint(shortest, longest) for _ in range(most if large else rng.randint(2, most))]
    if kind == "integers":
        values = [0, 0, 1, 1, 2, -1, -3, 5, 7, rng.choice([2**31 - 1, -(2**31), 40_000])]
        return [rng.choices(values, k=length) for length in lengths]
    return ["".join(rng.choices(SYMBOLS[kind], k=length)) for length in lengths]


cases = st.builds(case_of, st.integers(0, 2**32))
large_cases = st.builds(case_of, st.integers(0, 2**32), st.just(True))


def oracle(case: Case, prune: bool = True, programs: int = PROGRAMS) -> list[plain_enumerator.Level]:
    """The levels that take so many programs in all, at most."""
    return list(
        plain_enumerator.enumerate_plainly(case.rows, case.grammar, LARGEST, prune=prune, most=programs)
    )


def engine(case: Case, **changes: Any) -> dict[str, Any]:
    """What the engine finds, of everything unless `changes` ask for less."""
    settings = {"k": EVERYTHING, "max_size": 0, "seconds": 0.0, "memory": 1 << 30, "threads": 1, **changes}
    data = case.dataset()
    assert data.y is not None
    given = [
        np.array([int(eval(python, {"x": row})) for row in case.rows], np.int64)
        for _, _, python in case.grammar.features
    ]
    found, interrupted = enumerate_programs(
        data.packed(), data.y, case.grammar, given, SimpleNamespace(**settings), None
    )
    assert not interrupted
    return found


def least_sizes(levels: list[plain_enumerator.Level], kind: str) -> dict[tuple[Any, ...], int]:
    """Each behaviour of a type, with its least size."""
    return {values: level.size for level in levels for values in level.found.get(kind, {})}


def reported_sizes(case: Case, found: dict[str, Any]) -> dict[tuple[Any, ...], int]:
    """Each behaviour that the engine reports, with the size that it gives it."""
    sizes: dict[tuple[Any, ...], int] = {}
    for program in found["programs"]:
        values = case.values(program["expression"])
        assert values not in sizes, f"{program['expression']} is reported twice"
        sizes[values] = program["size"]
    return sizes
