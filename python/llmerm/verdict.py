"""What became of a program on rows: counts (`Verdict`), or one label a row (`Predictions`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from llmerm import _verifier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmerm.compilers import Rejected
    from llmerm.sequential import SequentialCertificate

FAULTS = ("out_of_fuel", "out_of_memory", "trap", "exception", "bad_output")
"""Every way a row can end without a label. Each counts as an error."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one program did on the rows. `rows` = `correct` + `wrong` + all faults."""

    rows: int
    correct: int
    wrong: int
    faults: dict[str, int]
    """Rows that ended in each of FAULTS."""
    exceptions: dict[str, int]
    """Rows that raised, by the Python type's name; they add up to faults["exception"]."""
    tier: str
    """How it was run: "compiled", "fast" or "cpython"; "" when it was rejected before it had a tier."""
    fuel: int
    """WebAssembly operations used by the rows (loading and the purity audit are not in it)."""
    rejected: str | None = None
    """Why it could not be run at all, or None."""
    stage: str | None = None
    """Where it was rejected: "compile" or "load"."""
    pure: bool | None = None
    """False when the purity audit got another answer on a row; None when there was nothing to audit. The fast
    tier keeps nothing from one row to the next, so there it is True without an audit; so it is in CPython if
    the source shows as much (docs/limits.md) and there was something to audit."""
    cancelled: bool = False
    """True when the wall clock ended it before all rows were run: it has no counts."""
    deopts: int = 0
    """Rows of the fast tier that were run again in CPython."""
    stopped: str | None = None
    """Why the counts are those of the first `rows` rows only: "dropped" (racing: it cannot win any more),
    "holds" or "fails" (the claim to certify is settled), "interrupted" (Ctrl-C). None: all rows were run."""
    certificate: SequentialCertificate | None = None
    """What is settled of the claim that was to be certified; None when there was none."""

    @property
    def risk(self) -> float | None:
        """(wrong + faults) / rows, the empirical 0-1 risk; None when rejected, cancelled, dropped,
        interrupted or without rows."""
        if self.rejected is not None or self.cancelled or self.rows == 0:
            return None
        if self.stopped in {"dropped", "interrupted"}:
            return None
        return (self.rows - self.correct) / self.rows

    def to_json(self) -> dict[str, Any]:
        """Counts and reasons, for a report."""
        return {**asdict(self), "risk": self.risk}


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """One entry a row. Unpacks to `labels, faults`; NumPy takes it for its labels."""

    labels: NDArray[np.int64]
    """Predicted labels (n,); when the rows have classes, their codes, or -1 for a name that is none of them.
    Where there is a fault the number means nothing."""
    faults: NDArray[np.bool_]
    """(n,) True where the row ended in a fault."""
    outcomes: NDArray[np.uint8]
    """(n,) which outcome, an index into OUTCOMES."""
    fuel: int
    """WebAssembly operations used by the rows."""

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return iter((self.labels, self.faults))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.labels, dtype=dtype, copy=bool(copy) or dtype is not None)


OUTCOMES: tuple[str, ...] = tuple(_verifier.OUTCOMES)
"""Names of the row outcomes; "outside" is a string that is none of the classes: wrong, not a fault."""


def verdict_of(rejected: Rejected) -> Verdict:
    """The verdict on what was rejected when it was compiled."""
    return Verdict(
        rows=0,
        correct=0,
        wrong=0,
        faults=dict.fromkeys(FAULTS, 0),
        exceptions={},
        tier="",
        fuel=0,
        rejected=rejected.reason,
        stage=rejected.stage,
    )
