"""Baselines: what gradient descent, the usual learners and a prompted model do with the same rows.

    data = llmerm.task("parity_all", n=20).split(train=100, heldout=100, test=10_000, seed=0)
    result = llmerm.baselines.fit("random_forest", data, seed=0)
    result.test.risk, result.facts

Every method has the same rows, the same label budget and the same test rows; docs/baselines.md says how. The
methods need `pip install "llmerm[baselines]"`; nothing of it is imported before a method is used.
"""

from __future__ import annotations

from llmerm.baselines.fitting import fit, plan
from llmerm.baselines.job import Fitted, Job, Predicted, Probe
from llmerm.baselines.registry import METHODS, Method
from llmerm.baselines.result import BaselineResult

__all__ = ["METHODS", "BaselineResult", "Fitted", "Job", "Method", "Predicted", "Probe", "fit", "plan"]
