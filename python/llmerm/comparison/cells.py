"""Cells: one method on one draw. Each has a run folder of its own, which says whether it is done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.comparison.draws import Draw, digest
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.comparison.learners import Learner


@dataclass(frozen=True)
class Cell:
    """What is run, recorded and resumed as one."""

    draw: Draw
    learner: Learner

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others of a comparison."""
        return self.draw.key, self.learner.label

    @property
    def name(self) -> str:
        """The name of its folder: readable, then a hash of everything that decides its result.

        Raises DataError or OSError where that cannot be known: proposals that are not there.
        """
        draw = self.draw
        identity = digest({"draw": draw.spec, **self.learner.identity(draw)})
        labels = draw.train + draw.heldout
        return f"{self.learner.method}-{draw.task.name}-n{draw.task.n}-m{labels}-s{draw.seed}-{identity[:12]}"


@dataclass(frozen=True)
class Score:
    """Counts of one cell on the test rows of one length."""

    correct: int
    rows: int
    train: float | None  # accuracy on the rows it learnt from, in [0, 1]

    @property
    def accuracy(self) -> float:
        """In [0, 1]."""
        return self.correct / self.rows


@dataclass(frozen=True)
class Outcome:
    """What became of a cell: a result, or why there is none."""

    document: dict[str, Any] | None = None  # result.json of its run folder
    failure: str | None = None

    @property
    def rows(self) -> str:
        """What identifies the rows of a result."""
        assert self.document is not None
        return str(self.document["config"]["spec_hash"])

    def score(self, n: int) -> Score:
        """The counts on test rows of length n."""
        assert self.document is not None
        test = _test(self.document, n)
        return Score(test["correct"], test["rows"], _train_accuracy(self.document))


def recorded(folder: Path) -> Outcome | None:
    """The outcome of a finished run, or None. Raises UsageError for a result that llmerm did not write."""
    path = folder / "result.json"
    if not path.exists():
        return None
    try:
        return outcome_of(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, LookupError, TypeError, ArithmeticError):
        raise UsageError(f"{path} is damaged; remove it") from None


def outcome_of(document: dict[str, Any]) -> Outcome:
    """The outcome that a result is: one on whose test rows there are no counts is a failure.

    Raises LookupError, TypeError, ValueError or ArithmeticError for a document that is no result.
    """
    if "best" in document and document["best"] is None:
        return Outcome(failure=f"none of {len(document['candidates'])} candidates can be selected")
    outcome = Outcome(document)
    for n in (document["config"]["spec"]["n"], *map(int, document["test_by_n"])):
        test = _test(document, n)
        if test["rejected"] is not None or test["risk"] is None:
            return Outcome(failure=f"no counts on the test rows: {test['rejected'] or 'it was cancelled'}")
        if not 0 <= outcome.score(n).accuracy <= 1 or not outcome.rows:
            raise ValueError("counts that cannot be")
    return outcome


def _test(document: dict[str, Any], n: int) -> dict[str, Any]:
    found = document["test"] if document["config"]["spec"]["n"] == n else document["test_by_n"][str(n)]
    return dict(found)


def _train_accuracy(document: dict[str, Any]) -> float | None:
    if "best" in document:  # of `learn`
        index = document["best"]["index"]
        train = {each["index"]: each["train"] for each in document["candidates"]}[index]
    else:
        train = document["train"]
    return None if train is None or train["risk"] is None else 1 - float(train["risk"])
