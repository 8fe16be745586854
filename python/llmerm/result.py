"""What `learn` gives back: every candidate and what it did, the selected one, and how sure we are."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from llmerm.certificate import ASKED_ERRORS, Certificate, Code, Counts, certify
from llmerm.errors import NothingSelectedError
from llmerm.report import plain, source_document, verdict_document
from llmerm.run import versions

if TYPE_CHECKING:
    from llmerm.compilers import Program
    from llmerm.dataset import Dataset
    from llmerm.parity_bounds import ParityBounds
    from llmerm.propose import Proposal
    from llmerm.stream import Stream
    from llmerm.verification import Predictions, Verdict


@dataclass(frozen=True)
class Candidate:
    """One proposal and everything that became of it."""

    proposal: Proposal
    program: Program | None = None  # None when the proposal was not ok or did not compile
    verdict: Verdict | None = None  # on the held-out rows; None when the proposal was not ok
    train: Verdict | None = None  # on the training rows; for the Occam bound, never used to select
    duplicate_of: int | None = None  # index of the first proposal with the same program; verdicts are its
    heldout_rows: int | None = None  # how many there are; None when nobody has counted them

    @property
    def index(self) -> int:
        """Draw number, from 0."""
        return self.proposal.index

    @property
    def source(self) -> str | bytes | None:
        """The program text (bytes where it is not text)."""
        return self.proposal.source

    @property
    def language(self) -> str:
        """The language of the source."""
        return self.proposal.language

    @property
    def origin(self) -> str:
        """Where the proposal came from."""
        return self.proposal.origin

    @property
    def risk(self) -> float | None:
        """Held-out risk; None when there is none, or it is not known: see `risk_between`."""
        return self.verdict.risk if self.verdict else None

    @property
    def risk_between(self) -> tuple[float, float] | None:
        """What is known of the held-out risk: twice the same unless the candidate was dropped in the race.

        With e errors on r of the m held-out rows, it is from e / m, the others all right, to (e + m - r) / m.
        """
        if self.risk is not None:
            return self.risk, self.risk
        if self.verdict is None or self.verdict.stopped != "dropped" or not self.heldout_rows:
            return None
        errors, m = self.verdict.rows - self.verdict.correct, self.heldout_rows
        return errors / m, (errors + m - self.verdict.rows) / m

    @property
    def loaded(self) -> bool:
        """Whether it could be run on the training rows; else it is rejected whatever it does elsewhere."""
        return self.train is not None and self.train.rejected is None

    @property
    def length(self) -> int | None:
        """Description length: bytes of normalised source."""
        return self.program.length if self.program else None

    @property
    def status(self) -> str:
        """A proposal status that is not ok, or: rejected, duplicate, cancelled, dropped, impure, scored."""
        if self.proposal.status != "ok" or self.verdict is None:
            return self.proposal.status
        if self.verdict.rejected is not None:
            return "rejected"
        if self.duplicate_of is not None:
            return "duplicate"
        if self.verdict.stopped == "dropped":
            return "dropped"
        if self.verdict.cancelled or self.verdict.risk is None:
            return "cancelled"
        return "impure" if self.verdict.pure is False else "scored"

    @property
    def reason(self) -> str | None:
        """Why there is no score, in words."""
        if self.verdict is not None and self.verdict.rejected is not None:
            return (
                f"{self.verdict.stage}: {self.verdict.rejected}"
                if self.verdict.stage
                else self.verdict.rejected
            )
        return self.proposal.detail

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "index": self.index,
            "status": self.status,
            "reason": plain(self.reason) if self.reason is not None else None,
            "language": self.language,
            "origin": plain(self.origin),
            "length": self.length,
            "hash": self.program.hash if self.program else None,
            "duplicate_of": self.duplicate_of,
            "heldout": verdict_document(self.verdict) if self.verdict else None,
            "risk_between": list(self.risk_between) if self.risk_between else None,
            "train": verdict_document(self.train) if self.train else None,
            "rationale": plain(self.proposal.rationale) if self.proposal.rationale is not None else None,
            "usage": self.proposal.usage,
            "cost": self.proposal.cost,
            **source_document(self.source),
        }


@dataclass(frozen=True)
class Baseline:
    """The majority class of the training rows as a constant program: what no learning at all would give."""

    label: int
    name: str
    heldout_risk: float | None  # None for rows that can be read only once
    test_risk: float | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "label": self.label,
            "class": self.name,
            "heldout_risk": self.heldout_risk,
            "test_risk": self.test_risk,
        }

    @staticmethod
    def from_json(document: dict[str, Any]) -> Baseline:
        """What `to_json` wrote."""
        return Baseline(document["label"], document["class"], document["heldout_risk"], document["test_risk"])


def baseline(train: Dataset, heldout: Dataset | Stream, test: Dataset | Stream | None) -> Baseline:
    """The constant predictor of the commonest training label (the smallest of equally common ones)."""
    counts = _label_counts(train)
    label = min(counts, key=lambda label: (-counts[label], label))
    return Baseline(
        label=label,
        name=train.classes[label] if train.classes else str(label),
        heldout_risk=_constant_risk(heldout, label),
        test_risk=None if test is None else _constant_risk(test, label),
    )


def _constant_risk(rows: Dataset | Stream, label: int) -> float | None:
    from llmerm.dataset import Dataset

    if not isinstance(rows, Dataset) and not rows.rereadable:
        return None
    counts = _label_counts(rows) if isinstance(rows, Dataset) else rows.label_counts()
    total = sum(counts.values())
    return (total - counts.get(label, 0)) / total if total else None


def _label_counts(rows: Dataset) -> dict[int, int]:
    assert rows.y is not None  # `learn` has checked that every set is labelled
    return dict(zip(*(part.tolist() for part in np.unique(rows.y, return_counts=True)), strict=True))


@dataclass(frozen=True)
class Result:
    """The outcome of one `learn`."""

    candidates: tuple[Candidate, ...]  # in proposal order
    best: Candidate | None  # None when nothing could be selected
    test: Verdict | None  # of `best`, counted after the selection and never used for it
    baseline: Baseline
    k: int  # candidates the bounds take their union over
    delta: float
    config: dict[str, Any]  # what was asked for: data hashes, k, language, proposer, limits, versions
    classes: tuple[str, ...] | None
    test_by_n: dict[int, Verdict] = field(default_factory=dict)  # as `test`, on rows of other lengths
    search: dict[str, Any] | None = None  # what an enumeration searched, and whether the rule was found
    bits: int | None = None  # n, where the training rows are all of one length n over two symbols

    def bound(self, delta: float | None = None) -> Certificate:
        """The certificate of `best`: statements that hold with probability 1 - delta.

        Raises NothingSelectedError when there is no `best`, UsageError for an impossible delta.
        """
        best = self._selected()
        assert best.verdict is not None  # what was selected was scored
        same_language = best.language == self.config["language"]  # Occam's code was fixed in advance
        return certify(
            _counts(best.verdict),
            k=self.k,
            delta=self.delta if delta is None else delta,
            train=_counts(best.train) if best.train and best.train.risk is not None else None,
            length=best.length if same_language else None,
            code=self._code(best),
            # Where a claim ended the run, the number of rows depends on the errors: no bound for a fixed one.
            test=_counts(self.test)
            if self.test and self.test.risk is not None and self.test.stopped is None
            else None,
        )

    def parity_bounds(self, delta: float | None = None) -> tuple[ParityBounds, ...]:
        """What k-parities on as many bits ask for, k = 3, 10 and n // 2, beside a program that has a code.

        Empty for other programs and other rows. The tolerance of queries is that of the training rows.
        Raises as `bound`.
        """
        from llmerm.parity_bounds import ParityBounds

        train = self.bound(delta).train
        if self.bits is None or train is None or train.rows < 2 or self._code(self._selected()) is None:
            return ()
        ks = sorted({k for k in (3, 10, self.bits // 2) if 1 <= k <= self.bits})
        delta = self.delta if delta is None else delta
        return tuple(ParityBounds.of(self.bits, k, train.rows, ASKED_ERRORS, delta) for k in ks)

    def predict(self, rows: Dataset, **settings: Any) -> Predictions:
        """Labels of unlabelled or labelled rows by `best`; settings as in `llmerm.predict`."""
        from llmerm.verification import predict

        best = self._selected()
        assert best.program is not None
        return predict(best.program, rows, **settings)

    def to_json(self) -> dict[str, Any]:
        """The result in plain JSON types: no times, nothing that differs between two like runs."""
        return {
            "config": self.config,
            "classes": list(self.classes) if self.classes else None,
            "versions": versions(),
            "best": _best_document(self.best) if self.best else None,
            "bound": self.bound().to_json() if self.best else None,
            "parity_bounds": [asdict(bounds) for bounds in self.parity_bounds()] if self.best else [],
            "test": verdict_document(self.test) if self.test else None,
            "test_by_n": {str(n): verdict_document(verdict) for n, verdict in self.test_by_n.items()},
            "baseline": self.baseline.to_json(),
            "search": self.search,
            "candidates": [candidate.to_json() for candidate in self.candidates],
        }

    def _code(self, best: Candidate) -> Code | None:
        """The shortest code that `best` or a duplicate of it, the same program, was proposed with."""
        proposals = [c.proposal for c in self.candidates if best.index in {c.index, c.duplicate_of}]
        codes = [
            Code(p.code_size, p.code_bits)
            for p in proposals
            if p.code_size is not None and p.code_bits is not None
        ]
        return min(codes, key=lambda code: (code.bits, code.size), default=None)

    def _selected(self) -> Candidate:
        if self.best is None:
            raise NothingSelectedError(
                f"none of {len(self.candidates)} candidates can be selected; result.candidates says why"
            )
        return self.best


def _best_document(best: Candidate) -> dict[str, Any]:
    document = best.to_json()
    names = ("index", "language", "origin", "length")
    return {**{name: document[name] for name in names}, "risk": best.risk, **source_document(best.source)}


def _counts(verdict: Verdict) -> Counts:
    return Counts(verdict.rows - verdict.correct, verdict.rows)
