"""Draws: the rows that all methods of a comparison share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmerm.tasks import rows_by_n, split_beside

if TYPE_CHECKING:
    from llmerm.comparison.columns import Column
    from llmerm.dataset import Dataset, Split
    from llmerm.tasks import Task


@dataclass(frozen=True)
class Draw:
    """Rows of one task to learn from, and rows to be tested on."""

    task: Task
    train: int
    heldout: int
    test: int | None  # None: 10,000, or all that there are
    seed: int
    lengths: tuple[int, ...] = ()  # of further test rows

    @property
    def spec(self) -> dict[str, Any]:
        """What identifies the rows, as JSON types, before one is drawn."""
        return {
            "task": self.task.spec,
            "sizes": {"train": self.train, "heldout": self.heldout, "test": self.test},
            "seed": self.seed,
            "lengths": list(self.lengths),
        }

    @property
    def key(self) -> str:
        """Hex SHA-256 of the spec."""
        return digest(self.spec)

    def rows(self) -> tuple[Split, dict[int, Dataset]]:
        """The split, and the test rows of the further lengths. Raises TaskError where there are too few."""
        sizes = (self.train, self.heldout, self.test)
        split = (
            split_beside(self.task, sizes, self.seed) if self.lengths else self.task.split(*sizes, self.seed)
        )
        return split, rows_by_n(self.task, self.lengths, self.test, self.seed)


def draws_of(
    columns: Iterable[Column], seeds: Sequence[int], shares: tuple[int, int], test: int | None
) -> list[Draw]:
    """The draws that the columns need, seed by seed, so that a table of one seed is there early.

    `shares` are the training and the held-out rows. Columns that test one task at several lengths share a
    draw: what is learnt is learnt once.
    """
    tasks: dict[str, Task] = {}
    lengths: dict[str, set[int]] = {}
    for column in columns:
        which = digest(column.task.spec)
        tasks[which] = column.task
        lengths.setdefault(which, set()).update({column.n} - {column.task.n})
    return [
        Draw(task, *shares, test, seed, tuple(sorted(lengths[which])))
        for seed in seeds
        for which, task in tasks.items()
    ]


def digest(document: Any) -> str:
    """Hex SHA-256 of JSON types."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
