"""Grid search: the settings with the highest accuracy in stratified cross-validation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import ParameterGrid, StratifiedKFold  # type: ignore[import-untyped]

from llmerm.baselines.classical.apart import apart
from llmerm.baselines.classical.grids import Grid
from llmerm.baselines.job import Progress
from llmerm.errors import DataError

Make = Callable[[dict[str, Any]], Any]  # from settings to an estimator in scikit-learn's manner


class Search(NamedTuple):
    """What a grid search settled."""

    settings: dict[str, Any]
    accuracy: float  # share of all rows that are right when the fold they are in is not learnt from
    folds: int
    fits: int


def search(
    make: Make,
    grid: Grid,
    rows: tuple[NDArray[np.float64], NDArray[np.int64]],
    *,
    folds: int,
    seed: int,
    tell: Progress,
) -> Search:
    """Score each point of the grid on the same folds; ties go to the earliest point.

    `rows` are the matrix and the codes of the labels, 0 to k - 1. There are fewer folds than asked for when
    a label has fewer rows than that, so that each fold has some of it to learn from.

    Raises DataError when a label has a single row.
    """
    matrix, codes = rows
    folds = min(folds, int(np.bincount(codes).min()))
    if folds < 2:
        raise DataError(
            "cross-validation needs two rows of each label, and one label has a single row:"
            " give more rows, or choose no settings (grid none)"
        )
    parts = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(matrix, codes))
    points = list(ParameterGrid(grid))
    correct = np.zeros(len(points), np.int64)
    for i, point in enumerate(points):
        tell(f"cross-validation: {i * folds} of {len(points) * folds} fits")
        for train, held in parts:
            estimator = make(point)
            apart(partial(estimator.fit, matrix[train], codes[train]))
            predicted = apart(partial(estimator.predict, matrix[held]))
            correct[i] += np.sum(predicted == codes[held])
    best = int(np.argmax(correct))
    return Search(points[best], int(correct[best]) / len(codes), folds, len(points) * folds)
