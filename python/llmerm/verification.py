"""Verify: programs x rows -> one `Verdict` a program.

Total: nothing a candidate does raises, hangs or goes uncounted.

The work is done by the Rust core (`llmerm._verifier`); labels are compared there, outside the sandbox.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from llmerm import _verifier
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmerm.compilers import Program, Rejected
    from llmerm.dataset import Dataset

FAULTS = ("out_of_fuel", "out_of_memory", "trap", "exception", "bad_output")
"""Every way a row can end without a label. Each counts as an error."""

Isolation = Literal["shard", "row"]
MIB = 1 << 20
U64_MAX = (1 << 64) - 1


def _limit(default: float, unit: str, help: str) -> Any:
    return field(default=default, metadata={"unit": unit, "help": help})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one candidate may use. Fuel decides, so verdicts depend on no machine; the clock only cancels.

    `docs/limits.md` says how each is enforced. Raises UsageError for a value that cannot be honoured.
    """

    fuel_per_row: int = _limit(1_000_000_000, "operations", "WebAssembly operations for one row")
    fuel_per_candidate: int = _limit(
        2_000_000_000_000, "operations", "operations for all rows of one candidate"
    )
    fuel_per_load: int = _limit(10_000_000_000, "operations", "operations for a candidate's module level")
    memory: int = _limit(256 * MIB, "bytes", "linear memory of one instance")
    stack: int = _limit(2 * MIB, "bytes", "call stack of one instance")
    module_bytes: int = _limit(1 * MIB, "bytes", "size of a compiled module")
    source_bytes: int = _limit(256 * 1024, "bytes", "size of a source")
    compile_seconds: float = _limit(20.0, "seconds", "time of one run of the C or Zig compiler")
    compile_memory: int = _limit(2048 * MIB, "bytes", "memory of one run of the C or Zig compiler")
    wall_seconds: float = _limit(
        3600.0, "seconds", "wall clock of one candidate, after which it is cancelled, not scored"
    )

    def __post_init__(self) -> None:
        for spec in fields(self):
            value, unit = getattr(self, spec.name), spec.metadata["unit"]
            whole = isinstance(spec.default, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                raise UsageError(
                    f"limit {spec.name} must be {'an integer' if whole else 'a number'}, not {value!r}"
                )
            if not 0 < value <= U64_MAX:  # not infinite either: reports are JSON
                raise UsageError(f"limit {spec.name} must be positive and below 2**64, not {value} {unit}")
        if self.memory > _verifier.MEMORY_MAX:
            raise UsageError(f"limit memory is at most {_verifier.MEMORY_MAX} bytes, not {self.memory}")
        if not _verifier.STACK_MIN <= self.stack <= _verifier.STACK_MAX:
            raise UsageError(
                f"limit stack must be {_verifier.STACK_MIN} to {_verifier.STACK_MAX} bytes, not {self.stack}"
            )

    def to_json(self) -> dict[str, float]:
        """The limits by name, for a report."""
        return asdict(self)


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
    tier keeps nothing from one row to the next, so there it is True without an audit."""
    cancelled: bool = False
    """True when the wall clock ended it before all rows were run: it has no counts."""
    deopts: int = 0
    """Rows of the fast tier that were run again in CPython."""

    @property
    def risk(self) -> float | None:
        """(wrong + faults) / rows, the empirical 0-1 risk; None when rejected, cancelled or without rows."""
        if self.rejected is not None or self.cancelled or self.rows == 0:
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


def verify(
    programs: Iterable[Program | Rejected],
    rows: Dataset,
    *,
    limits: Limits | None = None,
    threads: int | None = None,
    isolation: Isolation = "shard",
    audit_rows: int = 32,
    progress: Callable[[int], None] | None = None,
) -> list[Verdict]:
    """Run every program on every row and count against the labels, one verdict a program in the order given.

    `isolation="row"` gives every row an instance of its own. `audit_rows` rows are run again in another
    order on a fresh instance (0: no audit). `threads` defaults to the processors this process may use; it
    changes the time, never a verdict. `progress` is called now and then with the number of (program, row)
    pairs done.
    Raises UsageError for rows without labels or rows of another input type; KeyboardInterrupt on Ctrl-C.
    """
    from llmerm.compilers import Rejected

    candidates = list(programs)
    limits = limits or Limits()
    if rows.y is None:
        raise UsageError("these rows have no labels to verify against; use llmerm.predict")
    if not 0 <= audit_rows <= U64_MAX:
        raise UsageError(f"audit_rows must be 0 or more and below 2**64, not {audit_rows}")
    running = [candidate for candidate in candidates if not isinstance(candidate, Rejected)]
    for program in running:
        _same_input_type(program, rows)
    _prepare_for(running, limits)
    counted = _verifier.verify(
        [program.handle for program in running],
        rows.packed(),
        np.ascontiguousarray(rows.y, dtype=np.int64),
        list(rows.classes or ()),
        limits,
        _threads(threads),
        _isolated(isolation),
        audit_rows,
        progress,
    )
    verdicts = (Verdict(**counts) for counts in counted)
    return [_rejected(each) if isinstance(each, Rejected) else next(verdicts) for each in candidates]


def predict(
    program: Program | Rejected,
    rows: Dataset,
    *,
    limits: Limits | None = None,
    threads: int | None = None,
    isolation: Isolation = "shard",
) -> Predictions:
    """Label every row with one program. Labels in `rows`, if any, are not looked at.

    Raises UsageError if the program is rejected, now or when it was compiled, or the wall clock ends it.
    """
    from llmerm.compilers import Rejected

    if isinstance(program, Rejected):
        raise UsageError(f"the program cannot be run: {program.reason}")
    _same_input_type(program, rows)
    limits = limits or Limits()
    _prepare_for([program], limits)
    answer = _verifier.predict(
        program.handle,
        rows.packed(),
        list(rows.classes or ()),
        limits,
        _threads(threads),
        _isolated(isolation),
    )
    if isinstance(answer, _verifier.Rejection):
        raise UsageError(f"the program cannot be run: {answer.reason}")
    if answer is None:
        raise UsageError(
            "the wall clock limit ended the program before all rows were run; raise wall_seconds"
        )
    labels, outcomes, fuel = answer
    outside = OUTCOMES.index("outside")
    return Predictions(np.where(outcomes == outside, -1, labels), outcomes > outside, outcomes, fuel)


def prepare(limits: Limits | None = None) -> None:
    """Load the CPython runtime; on a machine's first use, compile it (seconds). Called where it is needed."""
    stack = (limits or Limits()).stack
    if stack not in _prepared:
        _verifier.prepare(stack)
        _prepared.add(stack)


_prepared: set[int] = set()  # stack sizes for which it is compiled


def _prepare_for(programs: Iterable[Program], limits: Limits) -> None:
    """Compile the CPython runtime where that is still to be done and a program may need it."""
    if limits.stack not in _prepared and any(program.language == "python" for program in programs):
        if _verifier.is_prepared(limits.stack):
            _prepared.add(limits.stack)
        else:
            prepare(limits)


def runtime_hash() -> str:
    """The blake3 hash of the built-in CPython: what a report rests on beside programs, rows and limits."""
    return _verifier.runtime_hash()


def _threads(threads: int | None) -> int:
    if threads is None:
        # The processors we may use, which in a container are fewer than the machine's.
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not 1 <= threads <= U64_MAX:
        raise UsageError(f"threads must be at least 1 and below 2**64, not {threads}")
    return threads


def _isolated(isolation: str) -> bool:
    if isolation not in ("shard", "row"):
        raise UsageError(f'isolation must be "shard" or "row", not {isolation!r}')
    return isolation == "row"


def _same_input_type(program: Program, rows: Dataset) -> None:
    if program.input_type != rows.input_type:
        raise UsageError(f"a program for {program.input_type} rows cannot run on {rows.input_type} rows")


def _rejected(rejected: Rejected) -> Verdict:
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
