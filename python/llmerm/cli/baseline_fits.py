"""What `llmerm baseline` does: one fit for each label budget, shown as it is done."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.baseline_report import Outcome, document, heading_text, outcome_text, plan_text, sweep_text
from llmerm.cli.common import print_json
from llmerm.cli.learn_rows import data_of, test_rows_of
from llmerm.cli.progress import TerminalLine
from llmerm.cli.setting_options import settings_of
from llmerm.errors import DataError, TaskError, UsageError

if TYPE_CHECKING:
    from llmerm.baselines import Method
    from llmerm.dataset import Dataset, Split

LABELS = 200  # as in LLM-ERM: 100 rows to learn from and 100 to select by


@dataclass(frozen=True)
class Asked:
    """One command line."""

    method: Method
    params: dict[str, Any]
    given: dict[str, Any]  # settings, as keywords of `baselines.fit`
    settings: dict[str, Any]  # all of them, with their defaults
    budgets: tuple[int | None, ...]  # labels; None: as many as the files have
    test_by_n: dict[int, Dataset]

    @staticmethod
    def of(method: Method, params: dict[str, Any]) -> Asked:
        """What the options ask for; whatever can be said to be wrong with it is said before a fit begins."""
        from llmerm.baselines.settings import build

        given = settings_of(method.settings, params)
        settings = asdict(build(method.settings, given))
        return Asked(method, params, given, settings, _budgets(params), test_rows_of(params))

    @property
    def several(self) -> bool:
        """Whether this is a sweep over label budgets."""
        return len(self.budgets) > 1

    def fit_all(self) -> None:
        """Fit and show; in a sweep, what is done is shown also when a later fit fails or is interrupted."""
        as_json = self.params["as_json"]
        if not as_json:
            click.echo(heading_text(self.method, self.settings, self.params))
        outcomes: list[Outcome] = []
        try:
            for labels in self.budgets:
                outcomes.append(self.fit(labels))
                if not as_json:
                    click.echo("\n" + outcome_text(outcomes[-1]))
        finally:
            if self.several and outcomes:
                if as_json:
                    print_json(
                        {"runs": [{"labels": o.labels, "error": o.error, **document(o)} for o in outcomes]}
                    )
                else:
                    click.echo("\n" + sweep_text(outcomes))
        if as_json and not self.several:
            print_json(document(outcomes[0]))
        if all(outcome.error is not None for outcome in outcomes):
            raise TaskError(f"none of the {len(outcomes)} label budgets could be fitted")

    def fit(self, labels: int | None) -> Outcome:
        """One budget. In a sweep, rows that cannot be had (or learnt from) are an outcome like any other."""
        from llmerm.baselines import fit

        try:
            data, cheap_rules = self.rows(labels)
            run = self.folder(labels, data)
            with TerminalLine() as line:
                result = fit(
                    self.method.name,
                    data,
                    seed=self.params["seed"],
                    fit_on=self.params["fit_on"],
                    test_by_n=self.test_by_n,
                    run=run,
                    progress=line.say,
                    **self.given,
                )
        except (DataError, TaskError) as error:
            if not self.several:
                raise
            return Outcome(labels, error=str(error))
        # A sweep does not hold on to networks that it needs no more.
        return Outcome(labels, replace(result, fitted=None), cheap_rules, run)

    def rows(self, labels: int | None) -> tuple[Split, list[dict[str, Any]]]:
        """The rows of a budget, and the cheap rules measured on them."""
        from llmerm.baselines.budget import shares

        train, heldout = (None, None) if labels is None else shares(labels)
        return data_of({**self.params, "train": train, "heldout": heldout})

    def folder(self, labels: int | None, data: Split) -> Path | None:
        """The run folder of a budget.

        The one of a method that takes long or costs money, when none is named, has a hash of everything that
        makes two runs the same run in its name, so that the same command resumes it, in a sweep or not.
        """
        run: Path | None = self.params["run"]
        if run is not None:
            return run / f"labels-{labels}" if self.several else run
        if not self.method.records:
            return None
        what = {
            "settings": {k: v for k, v in self.settings.items() if k not in self.method.settings.unrecorded},
            "spec_hash": data.spec_hash,
            "test_by_n": {str(n): rows.hash for n, rows in self.test_by_n.items()},
            "seed": self.params["seed"],
            "fit_on": self.params["fit_on"],
        }
        digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
        return Path("runs") / f"{self.method.name}-{digest[:12]}"

    def show_plans(self) -> None:
        """What each fit may cost; nothing is sent."""
        from llmerm.baselines import plan

        plans = []
        for labels in self.budgets:
            about = {"fit_on": self.params["fit_on"], "test_by_n": self.test_by_n}
            plans.append(plan(self.method.name, self.rows(labels)[0], **about, **self.given))
        if not self.params["as_json"]:
            for labels, each in zip(self.budgets, plans, strict=True):
                click.echo(plan_text(labels if self.several else None, each))
        elif self.several:
            both = zip(self.budgets, plans, strict=True)
            print_json({"plans": [{"labels": labels, **each} for labels, each in both]})
        else:
            print_json(plans[0])


def _budgets(params: dict[str, Any]) -> tuple[int | None, ...]:
    from llmerm.baselines.budget import shares

    if params["heldout_data"] is not None:
        if params["labels"] is not None:
            raise UsageError(
                "--labels is for a task, or for splitting one file; with --heldout-data none is split"
            )
        return (None,)
    budgets = params["labels"] or (LABELS,)
    for labels in budgets:
        shares(labels)
    return tuple(budgets)
