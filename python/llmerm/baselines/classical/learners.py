"""The learners of scikit-learn on rows as columns of numbers, chosen from the papers' grids."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import (  # type: ignore[import-untyped]
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]
from sklearn.svm import SVC  # type: ignore[import-untyped]
from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped]

from llmerm.baselines.classical.apart import apart
from llmerm.baselines.classical.features import Features
from llmerm.baselines.classical.grids import GRIDS, Grid
from llmerm.baselines.classical.searching import Make, search
from llmerm.baselines.job import Fitted, Job, Predicted
from llmerm.baselines.settings import Classical
from llmerm.dataset import Dataset
from llmerm.errors import DataError

BLOCK = 8192  # rows of one matrix when predicting


@dataclass(frozen=True)
class Learnt:
    """An estimator, the columns it reads, and the labels that its codes stand for."""

    estimator: Any
    features: Features
    labels: NDArray[np.int64]  # (k,) ascending
    facts: dict[str, Any]
    most_rows: None = None

    def predict(self, rows: Dataset) -> Predicted:
        """Labels of rows, which may be longer or shorter than those learnt from (`fields.Layout`)."""
        predicted = np.empty(len(rows), np.int64)
        for start in range(0, len(rows), BLOCK):
            matrix = self.features.matrix(rows[start : start + BLOCK])
            codes = apart(partial(self.estimator.predict, matrix))
            predicted[start : start + BLOCK] = self.labels[codes]
        return Predicted(predicted)


def svm(job: Job, settings: Classical) -> Fitted:
    """A support vector machine.

    The columns of text are on one scale and are left on it, as in the papers; all others are standardised.
    """
    scaled = job.rows.input_type != "text"

    seed = seed_of(job, "learner")  # SVC would take one from NumPy's global generator

    def make(given: dict[str, Any]) -> Any:
        machine = SVC(random_state=seed, **given)
        return make_pipeline(StandardScaler(), machine) if scaled else machine

    return learn(job, settings, GRIDS["svm"], make)


def decision_tree(job: Job, settings: Classical) -> Fitted:
    """One decision tree."""
    seed = seed_of(job, "learner")
    make = partial(DecisionTreeClassifier, random_state=seed)
    return learn(job, settings, GRIDS["decision_tree"], lambda given: make(**given))


def random_forest(job: Job, settings: Classical) -> Fitted:
    """A random forest."""
    make = partial(RandomForestClassifier, random_state=seed_of(job, "learner"))
    return learn(job, settings, GRIDS["random_forest"], lambda given: make(**given))


def gradient_boosting(job: Job, settings: Classical) -> Fitted:
    """Gradient boosting of scikit-learn, with XGBoost's grid."""
    make = partial(GradientBoostingClassifier, random_state=seed_of(job, "learner"))
    return learn(job, settings, GRIDS["gradient_boosting"], lambda given: make(**given))


def learn(job: Job, settings: Classical, grid: Grid, make: Make) -> Learnt:
    """Choose from the grid by cross-validation, then fit on all rows."""
    assert job.rows.y is not None
    labels, codes = np.unique(job.rows.y, return_inverse=True)
    if len(labels) < 2:
        raise DataError("all training rows have one label; there is nothing to learn: give rows of others")
    features = Features(job.rows)
    if not len(features):
        raise DataError("no column tells the training rows apart; there is nothing to learn from")
    matrix = features.matrix(job.rows)
    facts: dict[str, Any] = {"features": len(features), "chosen": {}}
    if settings.grid == "paper":
        found = search(
            make, grid, (matrix, codes), folds=settings.folds, seed=seed_of(job, "folds"), tell=job.tell
        )
        facts |= {
            "chosen": found.settings,
            "cv_accuracy": found.accuracy,
            "cv_folds": found.folds,
            "cv_fits": found.fits,
        }
    estimator = make(facts["chosen"])
    job.tell("fitting on all rows")
    apart(partial(estimator.fit, matrix, codes))
    return Learnt(estimator, features, labels, facts)


def seed_of(job: Job, use: str) -> int:
    """A seed of the job's for one use, as scikit-learn and XGBoost take it: below 2^31."""
    words = np.random.SeedSequence([job.seed, *use.encode()]).generate_state(1)
    return int(words[0] >> 1)
