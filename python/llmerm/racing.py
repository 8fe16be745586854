"""Racing: what selection would choose if every program ran on every row, without running them so far.

A program that has more errors on the first rows than the best one has on all of them cannot be selected,
whatever the other rows say. So the best one is looked for first, and the others are run until it beats them.
Who is chosen, its risk and its bound are those of running everything; docs/statistics.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmerm.dataset import Dataset
from llmerm.errors import Interrupted
from llmerm.select import select
from llmerm.verdict import Verdict
from llmerm.verification import Settings, count

if TYPE_CHECKING:
    from llmerm.compilers import Program
    from llmerm.stream import Stream

PROBE = 256
"""Rows that all programs are run on first. The core runs the first 256 rows of a block by themselves, in the
same chunks whatever follows them, so their outcomes are those of a run on all rows."""

Run = Callable[[Sequence[int], Sequence[int] | None], list[Verdict]]
"""run(positions, bounds): verdicts of these programs on all rows, each dropped past its bound of errors."""


def race(
    programs: Sequence[Program],
    lengths: Sequence[int],
    rows: Dataset | Stream,
    settings: Settings,
    progress: Callable[[int], None] | None = None,
) -> list[Verdict]:
    """One verdict a program, with the counts of all rows for those that may be selected.

    The others have `stopped="dropped"` and the counts of the rows they ran on, the first ones. `lengths`
    (bytes of normalised source) and the order of the programs break ties, as in `select`. `progress` is
    called with the number of (program, row) pairs run; rows run twice count twice. Few rows, one program and
    rows that can be read only once are run without racing.

    Raises as `verify` does; Ctrl-C is `Interrupted`, with the verdicts so far.
    """
    runs = _Runs(programs, rows, settings, progress)
    head = _head(rows) if len(programs) > 1 else None
    if head is None:
        return runs.all(range(len(programs)), None)
    probed = runs.on(head, range(len(programs)), None, replace(settings, audit_rows=0))
    runs.known = [provisional(verdict) for verdict in probed]
    return decide(lengths, runs.known, runs.all)


def decide(lengths: Sequence[int], probed: Sequence[Verdict], run: Run) -> list[Verdict]:
    """Find the program that `select` would choose if all were run on all rows; who is run and how far.

    `probed` are `provisional` verdicts on the first rows: dropped, until more is known.

    1. Of several that are best on the first rows, each is run until its next error: one, then two, four and
       so on. One that never errs is found cheaply, and rare errors tell the others apart.
    2. If none got through, the one with the lowest error rate so far is run on all rows; if that shows that
       it cannot be selected (impure, rejected, cancelled), the next.
    3. Those that could still be selected in place of that leader are run until they cannot.
    """
    known = list(probed)

    def update(positions: Sequence[int], bounds: Sequence[int] | None) -> None:
        for position, verdict in zip(positions, run(positions, bounds), strict=True):
            known[position] = verdict

    def unfinished() -> list[int]:
        return [position for position, verdict in enumerate(known) if verdict.stopped == "dropped"]

    def errors(position: int) -> int:
        return known[position].rows - known[position].correct

    leader = None
    for batch in batches(contenders({p: errors(p) for p in unfinished()}, lengths)):
        update(batch, [errors(position) for position in batch])
        leader = select(known, lengths)
        if leader is not None:
            break
    while leader is None and (waiting := unfinished()):
        rate = {p: errors(p) / known[p].rows for p in waiting}
        update([min(waiting, key=lambda p: (rate[p], lengths[p], p))], None)
        leader = select(known, lengths)
    if leader is None:
        return known
    most = {p: bound(errors(leader), (lengths[leader], leader), (lengths[p], p)) for p in unfinished()}
    challengers = [position for position in most if errors(position) <= most[position]]
    if challengers:
        update(challengers, [most[position] for position in challengers])
    return known


def contenders(errors: dict[int, int], lengths: Sequence[int]) -> list[int]:
    """The positions with the fewest errors, if they are several, in the order in which ties are broken."""
    best = [position for position, count in errors.items() if count == min(errors.values())]
    return sorted(best, key=lambda position: (lengths[position], position)) if len(best) > 1 else []


def batches(positions: Sequence[int]) -> Iterator[Sequence[int]]:
    """The first, then the next two, four and so on.

    Alone it has all cores, and if it is right the others need not run. If many are not, many run at once.
    """
    start = 0
    while start < len(positions):
        yield positions[start : 2 * start + 1]
        start = 2 * start + 1


def bound(errors: int, leader: tuple[int, int], challenger: tuple[int, int]) -> int:
    """The most errors with which a challenger is selected in place of a leader that has `errors`.

    Each is given as (length, position). -1: with none at all it would not be.
    """
    return errors if challenger < leader else errors - 1


def provisional(verdict: Verdict) -> Verdict:
    """A verdict on the first rows: dropped after these, unless it is rejected or cancelled."""
    if verdict.rejected is not None or verdict.cancelled:
        return verdict
    return replace(verdict, stopped="dropped")


def _head(rows: Dataset | Stream) -> Dataset | None:
    """The first rows, None if there are no others or reading them would use them up."""
    if isinstance(rows, Dataset):
        return rows[:PROBE] if len(rows) > PROBE else None
    if not rows.rereadable:
        return None
    head = rows.head(PROBE + 1)
    return head[:PROBE] if len(head) > PROBE else None


class _Runs:
    """The runs of a race: what they came to so far, for Ctrl-C, and how many rows they took, for progress."""

    def __init__(
        self,
        programs: Sequence[Program],
        rows: Dataset | Stream,
        settings: Settings,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.programs, self.rows, self.settings, self.progress = programs, rows, settings, progress
        self.known: list[Verdict] | None = None
        self.done = 0

    def all(self, positions: Sequence[int], bounds: Sequence[int] | None) -> list[Verdict]:
        """Run programs on all rows."""
        return self.on(self.rows, positions, bounds, self.settings)

    def on(
        self,
        rows: Dataset | Stream,
        positions: Sequence[int],
        bounds: Sequence[int] | None,
        settings: Settings,
    ) -> list[Verdict]:
        """Run programs on some rows. Raises Interrupted on Ctrl-C."""
        before, now = self.done, 0

        def tell(done: int) -> None:
            nonlocal now
            now = done
            if self.progress is not None:
                self.progress(before + done)

        programs = [self.programs[position] for position in positions]
        verdicts, interrupted = count(programs, rows, settings, bounds=bounds, progress=tell)
        if interrupted:
            if rows is not self.rows:
                verdicts = [provisional(verdict) for verdict in verdicts]
            raise Interrupted(self._partial(positions, verdicts))
        # What was run beyond the row at which a program is dropped is in `now`, if it was told in time.
        tell(max(now, sum(verdict.rows for verdict in verdicts)))
        self.done = before + now
        if self.known is not None:
            for position, verdict in zip(positions, verdicts, strict=True):
                self.known[position] = verdict
        return verdicts

    def _partial(self, positions: Sequence[int], verdicts: Sequence[Verdict]) -> list[Verdict]:
        """What is known of every program when a run of some is interrupted: the counts of most rows."""
        found = list(verdicts) if self.known is None else list(self.known)
        for position, verdict in zip(positions, verdicts, strict=True):
            if verdict.stopped is None or verdict.rows > found[position].rows:
                found[position] = verdict
        return [replace(each, stopped="interrupted") if each.stopped == "dropped" else each for each in found]
