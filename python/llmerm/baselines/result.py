"""What a baseline gives back: counts on each set of rows, as `learn` has them, and what was fitted."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from llmerm.report import verdict_document
from llmerm.result import Baseline
from llmerm.verdict import Verdict

if TYPE_CHECKING:
    from llmerm.baselines.job import Fitted


@dataclass(frozen=True)
class BaselineResult:
    """The outcome of one fit."""

    method: str
    train: Verdict | None  # on the rows it learnt from; None for a method that is shown their labels
    heldout: Verdict | None  # on rows kept apart; None when they were learnt from
    test: Verdict | None
    test_by_n: dict[int, Verdict]  # on test rows of other lengths
    facts: dict[str, Any]  # what the fit settled
    baseline: Baseline  # the majority class
    config: dict[str, Any]
    classes: tuple[str, ...] | None
    versions: dict[str, str]
    fitted: Fitted | None  # None when the result was read from a finished run

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; no times, nothing that differs between two like runs."""
        return {
            "config": self.config,
            "classes": list(self.classes) if self.classes else None,
            "versions": self.versions,
            "facts": self.facts,
            "train": verdict_document(self.train) if self.train else None,
            "heldout": verdict_document(self.heldout) if self.heldout else None,
            "test": verdict_document(self.test) if self.test else None,
            "test_by_n": {str(n): verdict_document(verdict) for n, verdict in self.test_by_n.items()},
            "baseline": self.baseline.to_json(),
        }


def result_of(document: dict[str, Any]) -> BaselineResult:
    """The result that `to_json` made a document of, without its predictor.

    Raises LookupError, TypeError, ValueError or AttributeError for what is no such document.
    """
    return BaselineResult(
        method=document["config"]["method"],
        train=_verdict(document["train"]) if document["train"] else None,
        heldout=_verdict(document["heldout"]) if document["heldout"] else None,
        test=_verdict(document["test"]) if document["test"] else None,
        test_by_n={int(n): _verdict(verdict) for n, verdict in document["test_by_n"].items()},
        facts=document["facts"],
        baseline=Baseline.from_json(document["baseline"]),
        config=document["config"],
        classes=tuple(document["classes"]) if document["classes"] else None,
        versions=document["versions"],
        fitted=None,
    )


def _verdict(document: dict[str, Any]) -> Verdict:
    verdict = Verdict(**{each.name: document[each.name] for each in fields(Verdict)})
    if verdict.correct + verdict.wrong + sum(verdict.faults.values()) != verdict.rows:
        raise ValueError("counts that cannot be")
    return verdict
