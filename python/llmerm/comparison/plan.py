"""A comparison: methods by columns by seeds, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmerm.baselines.published import Published, published
from llmerm.comparison.cells import Cell
from llmerm.comparison.draws import Draw, digest, draws_of
from llmerm.comparison.summary import Difference, Summary, difference

if TYPE_CHECKING:
    from llmerm.comparison.columns import Column
    from llmerm.comparison.learners import Learner
    from llmerm.comparison.running import Outcomes


@dataclass(frozen=True)
class Comparison:
    """What is compared: every method on every column, with the same rows and the same label budget."""

    columns: tuple[Column, ...]
    learners: tuple[Learner, ...]
    seeds: tuple[int, ...]
    shares: tuple[int, int]  # training and held-out rows
    test: int | None = None  # test rows; None: 10,000, or all that there are

    @property
    def labels(self) -> int:
        """The budget of every method."""
        return sum(self.shares)

    def draws(self) -> list[Draw]:
        """The rows that it needs, seed by seed."""
        return draws_of(self.columns, self.seeds, self.shares, self.test)

    def cells(self) -> list[Cell]:
        """Its cells in the order in which they run: those of one draw together."""
        return [Cell(draw, learner) for draw in self.draws() for learner in self.learners]


@dataclass(frozen=True)
class Entry:
    """One method on one column."""

    learner: Learner
    column: Column
    summary: Summary
    beside: tuple[Published, ...]  # published figures of its settings; where there are none, of others
    comparable: bool  # whether they are of its settings

    def differences(self) -> list[tuple[Published, Difference]]:
        """Where ours and published figures of the same settings differ by more than chance and 3 points."""
        found = ((each, difference(self.summary, each)) for each in self.beside if self.comparable)
        return [(each, gap) for each, gap in found if gap is not None and gap.matters]


@dataclass(frozen=True)
class Failure:
    """One cell without a result."""

    cell: Cell
    reason: str


def entries_of(comparison: Comparison, outcomes: Outcomes) -> list[list[Entry]]:
    """Row by row (methods), column by column: what the outcomes so far come to."""
    of_task: dict[str, list[Draw]] = {}
    for draw in comparison.draws():
        of_task.setdefault(digest(draw.task.spec), []).append(draw)
    return [
        [
            _entry(learner, column, of_task[digest(column.task.spec)], outcomes)
            for column in comparison.columns
        ]
        for learner in comparison.learners
    ]


def failures_of(comparison: Comparison, outcomes: Outcomes) -> list[Failure]:
    """The cells that ended without a result, in the order in which they run."""
    found = ((cell, outcomes.get(cell.key)) for cell in comparison.cells())
    return [Failure(cell, outcome.failure) for cell, outcome in found if outcome and outcome.failure]


def _entry(learner: Learner, column: Column, draws: list[Draw], outcomes: Outcomes) -> Entry:
    there = {draw.seed: outcomes.get(Cell(draw, learner).key) for draw in draws}
    summary = Summary(
        {seed: outcome.score(column.n) for seed, outcome in there.items() if outcome and outcome.document},
        asked=len(there),
        failed=sum(outcome is not None and outcome.failure is not None for outcome in there.values()),
    )
    task, labels = column.task, draws[0].train + draws[0].heldout
    figures = [] if column.generalises else published(learner.method, task.name, task.n, labels)
    same = [figure for figure in figures if figure.comparable(learner.settings)]
    return Entry(learner, column, summary, tuple(same or figures), bool(same))
