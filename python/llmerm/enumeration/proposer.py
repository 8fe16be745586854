"""`EnumerationProposer`: the k best programs of a grammar, as proposals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.disk import write_whole
from llmerm.enumeration.account import ORIGIN, account_of
from llmerm.enumeration.found import Found
from llmerm.enumeration.grammar import Grammar, grammar_for
from llmerm.enumeration.pace import Pace
from llmerm.enumeration.search import MEMORY, TIME_LIMIT, search, settings_of
from llmerm.errors import UsageError
from llmerm.propose.base import Proposal

if TYPE_CHECKING:
    from llmerm.dataset import Dataset

RECORD = "enumeration.json"  # in the folder `draws` of a run


class EnumerationProposer:
    """Proposes the `k` programs that fit the training rows best, in order of (errors, size).

    The settings are those of `llmerm.enumeration.search`. `tell` is given a line now and then, for a
    terminal. Raises UsageError for settings that cannot be honoured.
    """

    name = ORIGIN

    def __init__(
        self,
        *,
        grammar: Grammar | str | Path | None = None,
        max_size: int | None = None,
        time_limit: float | None = TIME_LIMIT,
        memory: int = MEMORY,
        threads: int | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._limits: dict[str, Any] = {
            "max_size": max_size,
            "time_limit": time_limit,
            "memory": memory,
            "threads": threads,
        }
        self._settings = settings_of(**self._limits)
        self._grammar = grammar
        self._tell = tell
        self._found: Found | None = None

    @property
    def limits(self) -> dict[str, Any]:
        """The limits that decide the proposals, as JSON types."""
        return self._settings.to_json()

    def identity(self, train: Dataset, language: str = "python") -> dict[str, Any]:
        """What decides the proposals: the grammar by its content, and the limits. JSON-able.

        Raises UsageError for another language than Python, and rows that no grammar is for.
        """
        if language != "python":
            raise UsageError(
                f"enumeration writes Python programs, not {language}; ask a model for {language} (--model)"
            )
        return {"grammar": grammar_for(train, self._grammar).to_json(), **self.limits}

    def account(self, run: Path | None = None) -> dict[str, Any] | None:
        """What was searched, for the report: of the last `propose`, or as `run` records it; else None."""
        if self._found is None and run is not None and (record := _read(Path(run))) is not None:
            return account_of(record[1])
        return None if self._found is None else account_of(self._found)

    def propose(
        self, train: Dataset, k: int, *, language: str = "python", run: Path | None = None
    ) -> Iterator[Proposal]:
        """Yield at most `k` programs, best first. A search that `run` records is not made again.

        Where some fit the training rows, only those: a shorter one with a few training errors may have no
        held-out error by luck, and selection, which sees held-out errors and lengths, would prefer it.

        Raises UsageError as `identity`, and SearchInterrupted on Ctrl-C.
        """
        self._found = self._recorded_or_new(train, k, language, run)
        yield from islice(proposals_of(self._found), self._found.fitting or None)

    def _recorded_or_new(self, train: Dataset, k: int, language: str, run: Path | None) -> Found:
        wanted = {"identity": self.identity(train, language), "train": train.hash, "k": k}
        if run is not None and (record := _read(Path(run))) is not None and record[0] == wanted:
            return record[1]
        pace, tell = Pace(), self._tell
        progress = None if tell is None else (lambda step: tell(pace.line(step)))
        found = search(train, k=k, grammar=self._grammar, progress=progress, **self._limits)
        if tell is not None:
            tell("")
        if run is not None:
            path = _path(Path(run))
            path.parent.mkdir(parents=True, exist_ok=True)
            document = json.dumps({**wanted, "found": found.to_json()}, indent=2, allow_nan=False) + "\n"
            write_whole(path, document.encode())
        return found


def proposals_of(found: Found) -> Iterator[Proposal]:
    """The programs of a search as proposals, best first; the size of each is its length in bits."""
    for index, program in enumerate(found.programs):
        bits = max(program.bits, 0.0)
        errors = f"{program.errors:,} of {found.rows:,} training errors"
        rationale = f"{program.expression}, size {program.size} ({bits:.1f} bits), {errors}"
        yield Proposal(
            index,
            "ok",
            program.source,
            "python",
            ORIGIN,
            rationale,
            code_bits=bits,
            code_size=program.size,
        )


def _path(run: Path) -> Path:
    return run / "draws" / RECORD


def _read(run: Path) -> tuple[dict[str, Any], Found] | None:
    """What was asked for and found, as the folder of a run records it; None where it does not."""
    path = _path(run)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = Found.from_json(document.pop("found"))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is damaged ({error}); remove it to enumerate again") from None
    return document, found
