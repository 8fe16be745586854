"""What a method is given and what it gives back: rows to learn from, rows to be judged on, a predictor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset
from llmerm.verdict import FAULTS, Verdict

WEIGHTS = "weights.safetensors"  # of a trained network, in the job's folder, if it is asked to keep them
CHECKPOINT = "checkpoint.pt"  # of a training, in the job's folder; needed until its result is recorded
Progress = Callable[[str], None]  # called with one line about what is happening now


class Predicted(NamedTuple):
    """One entry a row."""

    labels: NDArray[np.int64]  # (n,) labels; codes where the rows have classes
    faults: NDArray[np.bool_] | None = None  # (n,) True where there is no label: a reply that holds none


class Fitted(Protocol):
    """What came of fitting."""

    @property
    def facts(self) -> dict[str, Any]:
        """What the fit settled, as JSON types: chosen settings, sizes, steps. The same for the same job."""
        ...

    @property
    def most_rows(self) -> int | None:
        """Rows of a set that are judged, the first ones; None for all. For predictors that cost money."""
        ...

    def predict(self, rows: Dataset) -> Predicted:
        """Labels of rows; looks at no label."""
        ...


class Probe:
    """Rows to be judged on. A method sees them without their labels, and may ask how right it is."""

    def __init__(self, rows: Dataset) -> None:
        assert rows.y is not None
        self._y = rows.y
        self.rows = Dataset.from_packed(rows.packed(), None, rows.classes)

    def __len__(self) -> int:
        return len(self._y)

    def head(self, count: int) -> Probe:
        """The first rows only."""
        probe = Probe.__new__(Probe)
        probe._y, probe.rows = self._y[:count], self.rows[:count]
        return probe

    def score(self, predicted: Predicted) -> Verdict:
        """Counts of right, wrong and missing labels."""
        missing = np.zeros(len(self), bool) if predicted.faults is None else predicted.faults
        correct = int(np.sum((predicted.labels == self._y) & ~missing))
        faults = int(missing.sum())
        return Verdict(
            rows=len(self),
            correct=correct,
            wrong=len(self) - correct - faults,
            faults={**dict.fromkeys(FAULTS, 0), "bad_output": faults},
            exceptions={},
            tier="host",
            fuel=0,
        )

    def accuracy(self, predicted: Predicted) -> float:
        """Share of rows with the right label, in [0, 1]."""
        return self.score(predicted).correct / len(self)


@dataclass(frozen=True)
class Job:
    """One fit. The test rows are for curves; no method may choose anything by them."""

    rows: Dataset  # labelled: all that is learnt from
    heldout: Probe | None  # rows kept apart to stop or select by; None when they are learnt from
    test: Probe | None
    seed: int
    folder: Path | None  # to write curves and checkpoints in; None: nothing is written
    tell: Progress
    others: tuple[Probe, ...] = ()  # test rows of other lengths
