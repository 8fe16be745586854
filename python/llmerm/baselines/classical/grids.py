"""What the grid search chooses from. The papers' values, where they name any."""

from __future__ import annotations

from typing import Any

Grid = dict[str, list[Any]]

_BOOSTING: Grid = {"n_estimators": [100, 128, 256], "max_depth": [5, 6, 7], "learning_rate": [0.1, 0.3]}

GRIDS: dict[str, Grid] = {
    "svm": {
        "C": [0.1, 1, 10, 100],
        "gamma": ["scale", "auto", 0.001, 0.01, 0.1],
        "kernel": ["rbf", "sigmoid"],
    },
    "random_forest": {"n_estimators": [64, 128, 256], "max_depth": [5, 10, 15, None]},
    "xgboost": _BOOSTING,
    # The papers name a decision tree without a grid, and no gradient boosting but XGBoost. Ours: the tree
    # has the forest's depths, and scikit-learn's boosting has XGBoost's grid.
    "decision_tree": {
        "criterion": ["gini", "entropy"],
        "max_depth": [5, 10, 15, None],
        "min_samples_leaf": [1, 5],
    },
    "gradient_boosting": _BOOSTING,
}
