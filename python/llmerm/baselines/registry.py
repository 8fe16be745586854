"""The methods by name. Each lives in a module that is imported when the method is first used."""

from __future__ import annotations

import difflib
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from llmerm.baselines import settings as of
from llmerm.baselines.job import Fitted, Job
from llmerm.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset


class Fit(Protocol):
    """A method's entry point."""

    def __call__(self, job: Job, settings: Any) -> Fitted:
        """Learn from `job.rows` under the settings."""
        ...


class Plan(Protocol):
    """What a method that asks a paid model may cost."""

    def __call__(self, rows: Dataset, judged: list[Dataset], settings: Any) -> dict[str, Any]:
        """The plan of learning from `rows` and of labels for the sets `judged`; sends nothing."""
        ...


@dataclass(frozen=True)
class Method:
    """One line of the registry."""

    name: str
    title: str  # what it is, one line
    settings: type[of.Settings]
    home: str  # "module:function" of (job, settings)
    packages: tuple[str, ...]  # distributions whose versions a result names
    records: bool = False  # whether a run is long or costly enough to be recorded unasked
    judges_train: bool = True  # whether the rows it learns from are counted too
    plan: str | None = None  # "module:function" of (rows, judged, settings); None: it costs nothing

    def load(self) -> Fit:
        """The method's function. Raises MissingExtraError when what it needs is not installed."""
        fit: Fit = self.imported(self.home)
        return fit

    def planner(self) -> Plan | None:
        """The function that says what a fit may cost, if it may cost anything."""
        plan: Plan | None = self.imported(self.plan) if self.plan is not None else None
        return plan

    def imported(self, home: str) -> Any:
        """What "module:name" names. Raises MissingExtraError when what it needs is not installed."""
        module, _, name = home.partition(":")
        try:
            return getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as error:
            missing = (error.name or "").partition(".")[0]
            if missing == "llmerm":
                raise
            raise MissingExtraError(
                f'the baseline {self.name} needs {missing}: pip install "llmerm[baselines]"'
            ) from error


def _classical(name: str, title: str) -> Method:
    home = f"llmerm.baselines.classical.learners:{name}"
    return Method(name, title, of.Classical, home, ("scikit-learn",))


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "transformer",
            "a decoder trained from scratch",
            of.Transformer,
            "llmerm.baselines.neural.transformer:fit",
            ("torch", "transformers"),
            records=True,
        ),
        Method(
            "recurrent",
            "an LSTM or a linear recurrence, trained from scratch",
            of.Recurrent,
            "llmerm.baselines.neural.recurrent:fit",
            ("torch",),
            records=True,
        ),
        Method(
            "finetune",
            "a pretrained model of yours, fine-tuned",
            of.Finetune,
            "llmerm.baselines.neural.finetune:fit",
            ("torch", "transformers", "peft"),
            records=True,
        ),
        Method(
            "icl",
            "a language model that is shown the rows in its prompt",
            of.InContext,
            "llmerm.baselines.in_context.asking:fit",
            ("openai", "torch", "transformers"),
            records=True,
            judges_train=False,  # their labels stand in the prompt
            plan="llmerm.baselines.in_context.planning:plan",
        ),
        _classical("svm", "support vector machine"),
        _classical("decision_tree", "one decision tree"),
        _classical("random_forest", "random forest"),
        _classical("gradient_boosting", "gradient boosting of scikit-learn"),
        Method(
            "xgboost",
            "gradient boosting of XGBoost",
            of.Classical,
            "llmerm.baselines.classical.boosted:xgboost",
            ("scikit-learn", "xgboost"),
        ),
        Method(
            "genetic_programming",
            "trees of XOR, AND, OR and NOT under evolution",
            of.GeneticProgramming,
            "llmerm.baselines.classical.genetic:fit",
            ("deap",),
        ),
    )
}


def method(name: str) -> Method:
    """The method of that name. Raises UsageError, which names the nearest, when there is none."""
    if name not in METHODS:
        near = difflib.get_close_matches(name, METHODS, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"the baselines are {', '.join(METHODS)}"
        raise UsageError(f"no baseline {name!r}; {hint}")
    return METHODS[name]
