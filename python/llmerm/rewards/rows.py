"""Which rows judge which completion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from llmerm.dataset import Dataset, Split
from llmerm.errors import DataError, UsageError
from llmerm.verification import Limits


@dataclass(frozen=True)
class Rows:
    """Labelled rows that programs are judged by."""

    dataset: Dataset

    @cached_property
    def majority(self) -> float:
        """The share of the most frequent label."""
        _, counts = np.unique(np.asarray(self.dataset.y), return_counts=True)
        return float(counts.max()) / len(self.dataset)

    @property
    def limits(self) -> Limits:
        """What a completion may use by default: less than `llmerm.verify` gives, because a trainer waits.

        A program that never ends costs about two seconds of one core, instead of many minutes. Only fuel is
        less: a wall clock would make the reward depend on the machine.
        """
        return Limits(
            fuel_per_row=100_000_000,
            fuel_per_candidate=2_000_000_000 + 100_000 * len(self.dataset),
            fuel_per_load=1_000_000_000,
        )


@dataclass(frozen=True)
class OneDataset:
    """The same rows for every completion."""

    rows: Rows

    def choose(self, count: int, columns: Mapping[str, Any]) -> list[Rows | None]:
        """The rows of each of `count` completions."""
        return [self.rows] * count


@dataclass(frozen=True)
class NamedDatasets:
    """Rows by the value of a column of the trainer's dataset. None in the column: not judged."""

    rows: dict[Any, Rows]
    column: str

    def choose(self, count: int, columns: Mapping[str, Any]) -> list[Rows | None]:
        """The rows of each of `count` completions. Raises UsageError for a name without rows."""
        names = values(columns, self.column, count)
        for i, name in enumerate(names):
            if name is not None and not (isinstance(name, (str, int)) and name in self.rows):
                raise UsageError(
                    f"example {i} has {self.column}={name!r}, for which there are no rows; "
                    f"there are rows for {', '.join(map(repr, self.rows))} (None: not judged)"
                )
        return [None if name is None else self.rows[name] for name in names]


@dataclass(frozen=True)
class RowsOfExamples:
    """Rows that come with each example, in two columns that hold a list each. None in them: not judged."""

    x: str
    y: str
    balanced: bool
    """Whether rows must have more than one label."""

    def choose(self, count: int, columns: Mapping[str, Any]) -> list[Rows | None]:
        """The rows of each of `count` completions. Raises DataError for an example whose rows are no rows."""
        made: dict[str, Rows] = {}
        chosen: list[Rows | None] = []
        pairs = zip(values(columns, self.x, count), values(columns, self.y, count), strict=True)
        for i, (x, y) in enumerate(pairs):
            if x is None or y is None:
                chosen.append(None)
                continue
            try:
                rows = checked(Dataset(x, y), self.balanced)
            except (DataError, UsageError) as error:
                raise DataError(f"example {i}, columns {self.x} and {self.y}: {error}") from error
            # One Dataset for the completions of one example: its hash is worked out once.
            chosen.append(made.setdefault(rows.dataset.hash, rows))
        return chosen


Chooser = OneDataset | NamedDatasets | RowsOfExamples


def chooser(dataset: Any, column: Any, balanced: bool) -> Chooser:
    """What `llmerm.reward` was given as `dataset` and `column`. Raises UsageError."""
    if dataset is None:
        x, y = ("x", "y") if column is None else _pair(column)
        return RowsOfExamples(x, y, balanced)
    if isinstance(dataset, Mapping):
        if not isinstance(column, str) or not dataset:
            raise UsageError(
                "with a mapping of datasets, give column=, the column of the trainer's dataset that names one"
            )
        return NamedDatasets({name: checked(rows, balanced, name) for name, rows in dataset.items()}, column)
    if column is not None:
        raise UsageError("column= goes with a mapping of datasets, or with dataset=None")
    return OneDataset(checked(dataset, balanced))


def checked(dataset: Any, balanced: bool, name: Any = None) -> Rows:
    """The rows if they can judge. Raises UsageError."""
    which = "the reward's dataset" if name is None else f"the dataset {name!r}"
    if isinstance(dataset, Split):
        raise UsageError(
            f"{which} is a Split; give its .train: what a reward looks at is learnt from, so held-out or "
            "test rows would no longer tell anything"
        )
    if not isinstance(dataset, Dataset):
        raise UsageError(f"{which} must be a Dataset, not a {type(dataset).__name__}; see llmerm.read")
    if dataset.y is None or not len(dataset):
        raise UsageError(f"{which} has no {'labels' if len(dataset) else 'rows'}, so nothing can be judged")
    rows = Rows(dataset)
    if balanced and rows.majority == 1:
        raise UsageError(f"{which} has one label only, so nothing can be above its baseline; use accuracy")
    return rows


def values(columns: Mapping[str, Any], name: str, count: int) -> Sequence[Any]:
    """A column of the trainer's dataset. Raises UsageError when it is missing or has another length."""
    if name not in columns:
        raise UsageError(
            f"the trainer gave no column {name!r}; it must be in its dataset "
            f"(there: {', '.join(columns) or 'none'})"
        )
    column = columns[name]
    if isinstance(column, (str, bytes, Mapping)) or not hasattr(column, "__len__"):
        raise UsageError(f"{name} must be a list, one value a completion, not a {type(column).__name__}")
    if len(column) != count:
        raise UsageError(f"{count} completions, but {len(column)} values in {name}; one a completion is due")
    return list(column)


def _pair(column: Any) -> tuple[str, str]:
    if isinstance(column, (tuple, list)) and len(column) == 2 and all(isinstance(c, str) for c in column):
        return column[0], column[1]
    raise UsageError(f"with dataset=None, column names the columns of rows and labels, not {column!r}")
