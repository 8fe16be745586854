"""Adding up what tasks return, in row order, whatever the order in which they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from llmerm.merging import Sum
from llmerm.verdict import Verdict


class Again(NamedTuple):
    """A part of the rows that some programs of a batch must run again, with the fuel they spent before it."""

    batch: int
    part: int
    spent: dict[int, int]


class Folding:
    """The sums of all programs, which are run in batches on parts 0, 1, 2, ... of the rows."""

    def __init__(self, batches: Sequence[range], fuel_limit: int) -> None:
        self._batches = batches
        self._next = [0] * len(batches)  # the part that each batch adds up next
        self._waiting: list[dict[int, dict[int, Verdict]]] = [{} for _ in batches]
        self._doubted: dict[int, Again] = {}  # by batch: what is being run again
        self._sums = [Sum(fuel_limit) for batch in batches for _ in batch]

    def running(self, batch: int) -> list[int]:
        """The programs of a batch whose verdict is still open."""
        return [program for program in self._batches[batch] if not self._sums[program].ended]

    def is_past(self, part: int) -> bool:
        """Whether every batch has added up the part, or needs no more parts."""
        return all(next > part or not self.running(batch) for batch, next in enumerate(self._next))

    def file(self, batch: int, part: int, verdicts: Mapping[int, Verdict]) -> Again | None:
        """Take the verdicts (by program) on a part; says what must be run again before more can be added."""
        again = self._doubted.pop(batch, None)
        if again is not None and part == again.part:
            self._add(batch, {**self._waiting[batch].pop(part), **verdicts})
        else:
            self._waiting[batch][part] = dict(verdicts)
            if again is not None:
                self._doubted[batch] = again
                return None
        while (ready := self._waiting[batch].get(self._next[batch])) is not None:
            doubts = {
                program: self._sums[program].spent
                for program, verdict in ready.items()
                if self._sums[program].doubts(verdict)
            }
            if doubts:
                self._doubted[batch] = Again(batch, self._next[batch], doubts)
                return self._doubted[batch]
            self._add(batch, self._waiting[batch].pop(self._next[batch]))
        return None

    def _add(self, batch: int, verdicts: Mapping[int, Verdict]) -> None:
        for program, verdict in verdicts.items():
            self._sums[program].add(verdict)
        self._next[batch] += 1

    def verdicts(self, *, interrupted: bool) -> list[Verdict]:
        """One a program: of all parts, or of the first ones, marked as such."""
        return [each.interrupted() if interrupted else each.verdict() for each in self._sums]
