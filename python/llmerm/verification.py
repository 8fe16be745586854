"""Verify: programs x rows -> one `Verdict` a program.

Total: nothing a candidate does raises, hangs or goes uncounted.

The work is done by the Rust core (`llmerm._verifier`); labels are compared there, outside the sandbox.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from llmerm import _verifier
from llmerm.errors import Interrupted, UsageError
from llmerm.limits import MIB, U64_MAX, Limits
from llmerm.verdict import FAULTS, OUTCOMES, Predictions, Verdict, verdict_of

if TYPE_CHECKING:
    from llmerm.compilers import Program, Rejected
    from llmerm.dataset import Dataset
    from llmerm.sequential import Claim
    from llmerm.stream import Stream

__all__ = [
    "FAULTS",
    "MIB",
    "OUTCOMES",
    "ROW_BUFFER",
    "Isolation",
    "Limits",
    "Predictions",
    "Settings",
    "Verdict",
    "count",
    "predict",
    "prepare",
    "runtime_hash",
    "settings_of",
    "verify",
]

Isolation = Literal["shard", "row"]
Engine = Literal["local", "ray"]
ROW_BUFFER = 64 * MIB
"""Bytes of a stream's rows that may be in memory."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How programs are run, as the core reads it. Verdicts depend on all but `threads` and `row_buffer`."""

    limits: Limits
    threads: int
    isolate_rows: bool
    audit_rows: int
    row_buffer: int
    classes: tuple[str, ...] = ()
    first_block: int = 0
    """The number of the first block of the rows that are given."""
    spent: tuple[int, ...] = ()
    """Fuel that each program spent on the blocks before; none: nothing."""


def verify(
    programs: Iterable[Program | Rejected],
    rows: Dataset | Stream | str | Path | Iterable[Any],
    *,
    limits: Limits | None = None,
    threads: int | None = None,
    isolation: Isolation = "shard",
    audit_rows: int = 32,
    row_buffer: int = ROW_BUFFER,
    certify: Claim | str | None = None,
    cache: Path | str | None = None,
    engine: Engine = "local",
    address: str | None = None,
    progress: Callable[[int], None] | None = None,
    profile: Callable[[dict[str, float]], None] | None = None,
) -> list[Verdict]:
    """Run every program on every row and count against the labels, one verdict a program in the order given.

    `rows` that are no Dataset are streamed (see `llmerm.scan`): at most `row_buffer` bytes of them are in
    memory at a time. `isolation="row"` gives every row an instance of its own. `audit_rows` rows of a block
    are run again in another order on a fresh instance (0: no audit). `threads` defaults to the processors
    this process may use; it changes the time, never a verdict. With `certify` ("risk <= 1e-6 at 0.99") a
    program is run until the claim is settled (docs/statistics.md), which `Verdict.certificate` tells. `cache`
    names a folder of verdicts: one that is there is not counted again (but none is for a claim).
    `engine="ray"` runs on the Ray cluster at `address` (docs/scale.md); `threads` are then those of a task.
    `progress` is called now and then with the number of (program, row) pairs done, `profile` at the end with
    the seconds that threads spent in each phase: wait, compile, instantiate, copy, run, compare, other.

    Raises UsageError for rows without labels or rows of another input type, DataError for a stream that
    cannot be read, MissingExtraError for an engine that is not installed, and on Ctrl-C `Interrupted`, a
    KeyboardInterrupt that has the partial verdicts.
    """
    from llmerm.compilers import Rejected

    candidates, source = list(programs), _source(rows)
    settings = settings_of(limits, threads, isolation, audit_rows, row_buffer)
    running = [candidate for candidate in candidates if not isinstance(candidate, Rejected)]
    rule, conclude, kept = None, None, None
    if certify is not None and running:
        rule, conclude = _certifier(certify, len(running))
    elif cache is not None:
        from llmerm.verdict_cache import VerdictCache

        kept = VerdictCache(cache, source, replace(settings, classes=tuple(source.classes or ())))
    known = [kept.get(program) if kept else None for program in running]
    new = [program for program, verdict in zip(running, known, strict=True) if verdict is None]
    if engine == "local":
        counted, interrupted = count(new, source, settings, rule=rule, progress=progress, profile=profile)
    else:
        from llmerm.engines import count_elsewhere, refuse

        refuse(engine, certify=certify, profile=profile)
        settings = replace(settings, threads=threads or 1)
        counted, interrupted = count_elsewhere(engine, address, new, source, settings, progress=progress)
    if kept:
        for program, verdict in zip(new, counted, strict=True):
            kept.put(program, verdict)
    fresh = iter(map(conclude, counted) if conclude is not None else counted)
    verdicts = iter([verdict or next(fresh) for verdict in known])
    answer = [verdict_of(each) if isinstance(each, Rejected) else next(verdicts) for each in candidates]
    if interrupted:
        raise Interrupted(answer)
    return answer


def settings_of(
    limits: Limits | None = None,
    threads: int | None = None,
    isolation: str = "shard",
    audit_rows: int = 32,
    row_buffer: int = ROW_BUFFER,
) -> Settings:
    """Settings from the arguments of `verify`, checked. Raises UsageError for one that makes no sense."""
    if not 0 <= audit_rows <= U64_MAX:
        raise UsageError(f"audit_rows must be 0 or more and below 2**64, not {audit_rows}")
    if not 1 <= row_buffer <= U64_MAX:
        raise UsageError(f"row_buffer must be 1 byte or more and below 2**64, not {row_buffer}")
    return Settings(limits or Limits(), _threads(threads), _isolated(isolation), audit_rows, row_buffer)


def count(
    programs: Sequence[Program],
    rows: Dataset | Stream,
    settings: Settings,
    *,
    blocks: tuple[int, int | None] = (0, None),
    bounds: Sequence[int] | None = None,
    rule: Callable[[int, int, int], bool | None] | None = None,
    progress: Callable[[int], None] | None = None,
    profile: Callable[[dict[str, float]], None] | None = None,
) -> tuple[list[Verdict], bool]:
    """What `verify` and its kin rest on: the verdicts on some blocks, and whether Ctrl-C ended the run early.

    `blocks` are the numbers of the first block and the one after the last. `bounds` are the errors past which
    each program is dropped; `rule(program, rows, errors)` says True or False to end a program, None to go on.
    `profile` is called at the end with the seconds that threads spent in each phase of the work.
    Raises as `verify` does, but not on Ctrl-C.
    """
    from llmerm.dataset import Dataset
    from llmerm.readahead import ReadAhead

    for program in programs:
        _same_input_type(program, rows)
    if isinstance(rows, Dataset) and rows.y is None:
        raise UsageError("these rows have no labels to verify against; use llmerm.predict")
    _prepare_for(programs, settings.limits)
    first, stop = blocks
    settings = replace(settings, classes=tuple(rows.classes or ()), first_block=first)
    handles = [program.handle for program in programs]
    if isinstance(rows, Dataset):
        if blocks != (0, None):
            rows = rows[first * _verifier.BLOCK : None if stop is None else stop * _verifier.BLOCK]
        given: Any = (rows.packed(), np.ascontiguousarray(rows.y, dtype=np.int64))
        ran = _verifier.verify(handles, given, settings, _list(bounds), rule, progress)
    else:
        with ReadAhead(rows.blocks(first, stop)) as reader:
            ran = _verifier.verify(handles, reader, settings, _list(bounds), rule, progress)
    counted, interrupted, spent = ran
    if profile is not None:
        profile(dict(spent))
    return [Verdict(**counts) for counts in counted], interrupted


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
    settings = replace(settings_of(limits, threads, isolation, 0), classes=tuple(rows.classes or ()))
    _prepare_for([program], settings.limits)
    answer = _verifier.predict(program.handle, rows.packed(), settings)
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


def _certifier(
    certify: Claim | str, k: int
) -> tuple[Callable[[int, int, int], bool | None], Callable[[Verdict], Verdict]]:
    """The rule that ends each of k programs when the claim is settled, and what adds the certificates."""
    from llmerm.sequential import Claim, Rule, conclude

    claim = Claim.parse(certify) if isinstance(certify, str) else certify
    rules = [Rule(claim, k) for _ in range(k)]

    def rule(program: int, rows: int, errors: int) -> bool | None:
        return rules[program](rows, errors)

    def certified(verdict: Verdict) -> Verdict:
        if verdict.rejected is not None or verdict.cancelled or verdict.rows == 0:
            return verdict
        return replace(verdict, certificate=conclude(claim, verdict.rows, verdict.rows - verdict.correct, k))

    return rule, certified


def _source(rows: Any) -> Dataset | Stream:
    from llmerm.dataset import Dataset

    if isinstance(rows, Dataset):
        return rows
    from llmerm.stream import Stream, scan

    return rows if isinstance(rows, Stream) else scan(rows)


def _list(bounds: Sequence[int] | None) -> list[int] | None:
    return None if bounds is None else list(bounds)


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


def _same_input_type(program: Program, rows: Dataset | Stream) -> None:
    if program.input_type != rows.input_type:
        raise UsageError(f"a program for {program.input_type} rows cannot run on {rows.input_type} rows")
