"""Sequential certificates: run until a claim about a program's error rate is settled, one way or the other.

Whoever claims "risk <= 1e-6 at 0.99" need not know how many rows that takes. Two gamblers bet on the rows,
one against every risk >= 1e-6 and one against every risk <= 1e-6 (`evidence.py`); the first whose capital is
100-fold settles the claim. Each ever gets there wrongly with probability at most 0.01, however often one
looks. What that assumes of the rows: docs/statistics.md, "Sequential certificates".
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from llmerm.confidence import confidence_sequence
from llmerm.errors import UsageError
from llmerm.evidence import deviance, log_evidence_above, log_evidence_below

Decision = Literal["holds", "fails", "undecided"]
MOST_ROWS = 10**15  # more than anyone will read
GRAMMAR = (
    'a claim reads "risk <= NUMBER at CONFIDENCE" or "accuracy >= NUMBER at CONFIDENCE" (error is another '
    'word for risk), for instance "risk <= 1e-6 at 0.99" or "accuracy >= 99.9% at 95%"'
)

_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?"
_CLAIM = re.compile(
    rf"\s*(risk|error|accuracy)\s*(<=|>=)\s*({_NUMBER})(%?)\s*\bat\s+({_NUMBER})(%?)\s*", re.ASCII | re.I
)


@dataclass(frozen=True)
class Claim:
    """risk <= epsilon, to be settled wrongly with probability 1 - confidence at most."""

    epsilon: float  # an error rate, in (0, 1)
    confidence: float  # in (0, 1)

    def __post_init__(self) -> None:
        if not 0 < self.epsilon < 1:
            raise UsageError(
                f"the risk in a claim is above 0 and below 1, not {self.epsilon:g}: no number of rows shows "
                f"that a program never errs; {GRAMMAR}"
            )
        if not 0 < self.confidence < 1:
            raise UsageError(
                f"the confidence in a claim is above 0 and below 1, not {self.confidence:g}; {GRAMMAR}"
            )

    @classmethod
    def parse(cls, text: str) -> Claim:
        """Read "risk <= 1e-6 at 0.99", "error <= 5% at 95%" or "accuracy >= 0.999 at 0.99".

        Raises UsageError, with the grammar, for anything else.
        """
        match = _CLAIM.fullmatch(text)
        if match is None or (match[1].lower() == "accuracy") != (match[2] == ">="):
            raise UsageError(f"cannot read the claim {text[:80]!r}; {GRAMMAR}")
        level = Decimal(match[3]) / (100 if match[4] else 1)
        confidence = Decimal(match[5]) / (100 if match[6] else 1)
        return cls(float(level if match[2] == "<=" else 1 - level), float(confidence))

    @property
    def delta(self) -> float:
        """1 - confidence, as the decimals say it: 0.01 for 0.99."""
        return float(1 - Decimal(repr(self.confidence)))

    def __str__(self) -> str:
        return f"risk <= {_plain(self.epsilon)} at {_plain(self.confidence)}"


def settle(claim: Claim, rows: int, errors: int, k: int = 1) -> bool | None:
    """True: the claim holds; False: it does not; None: these rows do not tell yet.

    True when the evidence against every risk >= epsilon has reached k / delta, False when that against every
    risk <= epsilon has. Over all row counts together the wrong one is ever given for a program with
    probability at most delta / k (Ville), so for any of k programs with probability at most delta (Boole):
    all decisions of one run hold together. k counts the programs that are asked about, fixed before the rows.
    Raises UsageError for impossible counts.
    """
    if not 0 <= errors <= rows:
        raise UsageError(f"a claim is settled by 0 <= errors <= rows, not by {errors} errors in {rows} rows")
    if k < 1:
        raise UsageError(f"k counts the candidates and is at least 1, not {k}")
    if rows == 0:
        return None
    below, evidence = _evidence(claim, rows, errors, math.log(k / claim.delta))
    return below if evidence >= 0 else None


def _evidence(claim: Claim, rows: float, errors: float, needed: float) -> tuple[bool, float]:
    """On which side of epsilon the rows lie (True: below), and by how much their evidence exceeds `needed`.

    Only that side can have evidence: a stake on the other side of epsilon than e / n has lost. The deviance
    is above the evidence, and cheap.
    """
    p, q = claim.epsilon, 1 - claim.epsilon
    below = errors < rows * p
    most = deviance(rows, errors, p, q) - needed
    if most < 0:
        return below, most
    return below, (log_evidence_below if below else log_evidence_above)(rows, errors, p, q) - needed


def expected_rows(claim: Claim, risk: float = 0.0, k: int = 1) -> int | None:
    """About how many rows settle the claim when the true risk is `risk`: where its expected counts do.

    None when no number of rows up to 1e15 does: the risk is (nearly) what was claimed. For a risk of 0 it is
    exact, but for the grid of checkpoints: a run looks 16 rows in at the earliest, then up to 5 % later.
    Raises UsageError for a risk outside [0, 1].
    """
    if not 0 <= risk <= 1:
        raise UsageError(f"a risk is between 0 and 1, not {risk}")
    needed = math.log(k / claim.delta)

    def settled(rows: int) -> bool:
        return _evidence(claim, rows, rows * risk, needed)[1] >= 0

    enough = 1
    while not settled(enough):
        enough *= 2
        if enough > MOST_ROWS:
            return None
    few = enough // 2
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if settled(middle) else (middle, enough)
    return enough


def checkpoints() -> Iterator[int]:
    """The row counts at which claims are looked at: 16, then one twentieth more each time (at least one row).

    Anytime-validity allows any; a grid that was fixed before keeps reports independent of threads, and costs
    at most 5 % more rows than looking after each.
    """
    rows = 16
    while True:
        yield rows
        rows += max(1, rows // 20)


_GRID: list[int] = []
for _rows in checkpoints():
    _GRID.append(_rows)
    if _rows > MOST_ROWS:
        break


def next_checkpoint(rows: int) -> int:
    """The first row count of the grid above `rows`; beyond 1e15 rows, a twentieth more."""
    return _GRID[bisect_right(_GRID, rows)] if rows < _GRID[-1] else rows + rows // 20


@dataclass
class Rule:
    """What a run asks at the end of every chunk of rows: is the claim settled? One rule a program and run.

    Called as rule(rows, errors) with the counts so far, in row order. It evaluates the claim at the first
    call at or past each checkpoint, so what it says depends on the counts it is called with and on nothing
    else. Once settled it stays settled. It never raises: counts that cannot be settle nothing.
    """

    claim: Claim
    k: int = 1
    decision: bool | None = field(default=None, init=False)
    _next: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError(f"k counts the candidates and is at least 1, not {self.k}")
        self._next = next_checkpoint(0)

    def __call__(self, rows: int, errors: int) -> bool | None:
        """True: the claim holds; False: it does not; None: go on."""
        if self.decision is None and rows >= self._next and 0 <= errors <= rows:
            self._next = next_checkpoint(rows)
            self.decision = settle(self.claim, rows, errors, self.k)
        return self.decision


@dataclass(frozen=True)
class SequentialCertificate:
    """What the rows said about a claim; made by `conclude`.

    The decision and the interval each hold with probability `confidence`, for all k candidates and all row
    counts: they are two statements. The interval spends its bets on all risks, so it can be wider than the
    decision is sharp.
    """

    claim: Claim
    decision: Decision
    rows: int
    errors: int  # wrong labels and faults
    k: int  # candidates the union is taken over
    lower: float  # betting confidence sequence at delta / k
    upper: float

    def statement(self) -> str:
        """The certificate in one sentence."""
        candidates = "1 candidate" if self.k == 1 else f"{self.k:,} candidates"
        seen = f"({self.errors:,} errors in {self.rows:,} rows, {candidates}, valid at any time)"
        epsilon, sure = _plain(self.claim.epsilon), f"with confidence {_plain(self.claim.confidence)}"
        if self.decision == "undecided":
            return f"{self.claim} is not settled: risk in [{self.lower:.3g}, {self.upper:.3g}] {sure} {seen}"
        return f"risk {'<=' if self.decision == 'holds' else '>'} {epsilon} {sure} {seen}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "claim": str(self.claim),
            "epsilon": self.claim.epsilon,
            "confidence": self.claim.confidence,
            "decision": self.decision,
            "rows": self.rows,
            "errors": self.errors,
            "k": self.k,
            "lower": self.lower,
            "upper": self.upper,
        }


def conclude(claim: Claim, rows: int, errors: int, k: int = 1) -> SequentialCertificate:
    """The certificate from the counts a run ended with: its rule settled the claim, or the rows ended.

    A last look at the end of the rows is as valid as any. Raises UsageError for impossible counts.
    """
    settled = settle(claim, rows, errors, k)
    lower, upper = confidence_sequence(errors, rows, claim.delta / k)
    decision: Decision = "undecided" if settled is None else "holds" if settled else "fails"
    return SequentialCertificate(claim, decision, rows, errors, k, lower, upper)


def _plain(number: float) -> str:
    """The shortest decimal that is this number, as one writes it: 1e-6, not 1e-06."""
    return repr(number).replace("e-0", "e-")
