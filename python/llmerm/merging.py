"""Adding up what one program did on consecutive ranges of blocks, whoever ran them (docs/scale.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from llmerm.verdict import FAULTS, Verdict


class Sum:
    """The verdict of one program on consecutive parts of the rows, added in row order.

    It decides as the core does between two blocks (`rust/verifier/src/fold.rs`), so that the sum is the
    verdict of one run on all of the rows.
    """

    def __init__(self, fuel_limit: int) -> None:
        self._limit = fuel_limit  # `Limits.fuel_per_candidate`
        self._total: Verdict | None = None
        self.ended = False
        """Nothing that comes after can change the verdict."""

    @property
    def spent(self) -> int:
        """Fuel of the rows so far: `Settings.spent` for the part that comes next."""
        return 0 if self._total is None else self._total.fuel

    def doubts(self, part: Verdict) -> bool:
        """Whether the next part, which was run as if no fuel was spent before it, must be run with `spent`.

        That is so when the candidate's fuel ends in it, or may end before the row for which it was rejected.
        """
        if self.ended or self.spent == 0:
            return False
        return part.rejected is not None or self.spent + part.fuel > self._limit

    def add(self, part: Verdict) -> None:
        """Add the next part, which is not in doubt or was run with `spent`."""
        if self.ended:
            return
        total = part if self._total is None else join(self._total, part)
        self.ended = total.rejected is not None or total.cancelled or total.stopped is not None
        self._total = total

    def verdict(self) -> Verdict:
        """What all parts came to."""
        return NOTHING if self._total is None else self._total

    def interrupted(self) -> Verdict:
        """The same when there should have been more parts: counts of the first rows, marked as such."""
        from dataclasses import replace

        verdict = self.verdict()
        return verdict if self.ended else replace(verdict, stopped="interrupted")


def merge(parts: Iterable[Verdict], fuel_limit: int, again: Callable[[int, int], Verdict]) -> Verdict:
    """The verdict on all rows from those on consecutive parts of them, in order.

    `again(number, spent)` runs part `number` (from 0) with the fuel that was spent before it.
    """
    total = Sum(fuel_limit)
    for number, part in enumerate(parts):
        total.add(again(number, total.spent) if total.doubts(part) else part)
    return total.verdict()


def join(before: Verdict, part: Verdict) -> Verdict:
    """Two neighbouring parts as one. The first rejection, or cancellation, in row order is the verdict."""
    if part.rejected is not None or part.cancelled:
        return part
    names = sorted({**before.exceptions, **part.exceptions})
    return Verdict(
        rows=before.rows + part.rows,
        correct=before.correct + part.correct,
        wrong=before.wrong + part.wrong,
        faults={fault: before.faults[fault] + part.faults[fault] for fault in FAULTS},
        exceptions={name: before.exceptions.get(name, 0) + part.exceptions.get(name, 0) for name in names},
        # A program of which the fast tier could not have every block is CPython's.
        tier=before.tier if before.tier == part.tier else "cpython",
        fuel=before.fuel + part.fuel,
        pure=_pure(before.pure, part.pure),
        deopts=before.deopts + part.deopts,
        stopped=part.stopped,
    )


def _pure(before: bool | None, part: bool | None) -> bool | None:
    if before is False or part is False:
        return False
    return part if before is None else before


NOTHING = Verdict(0, 0, 0, dict.fromkeys(FAULTS, 0), {}, "", 0)
"""The verdict on no part at all."""
