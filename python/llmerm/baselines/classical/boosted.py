"""XGBoost on rows as columns of numbers. Apart, since scikit-learn's learners do without the package."""

from __future__ import annotations

from functools import partial

from xgboost import XGBClassifier

from llmerm.baselines.classical.grids import GRIDS
from llmerm.baselines.classical.learners import learn, seed_of
from llmerm.baselines.job import Fitted, Job
from llmerm.baselines.settings import Classical


def xgboost(job: Job, settings: Classical) -> Fitted:
    """Gradient boosting of XGBoost, on one thread: sums of floats depend on how many share them."""
    make = partial(XGBClassifier, random_state=seed_of(job, "learner"), n_jobs=1)
    return learn(job, settings, GRIDS["xgboost"], lambda given: make(**given))
