"""What `llmerm baseline` says: settings, counts on every set of rows, a table of label budgets, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from llmerm.report import accuracy_text, beside_lines, counts_table, printable, table, test_sets

if TYPE_CHECKING:
    from pathlib import Path

    from llmerm.baselines import BaselineResult, Method
    from llmerm.verdict import Verdict


@dataclass(frozen=True)
class Outcome:
    """What became of one label budget: a result, or why there is none."""

    labels: int | None  # None: as many as the files have
    result: BaselineResult | None = None
    cheap_rules: list[dict[str, Any]] = field(default_factory=list)
    run: Path | None = None
    error: str | None = None


def document(outcome: Outcome) -> dict[str, Any]:
    """One outcome in plain JSON types; empty where there is no result."""
    if outcome.result is None:
        return {}
    return {**outcome.result.to_json(), "cheap_rules": outcome.cheap_rules}


def heading_text(method: Method, settings: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    """The method, and every setting of it."""
    both = {**settings, "seed": params["seed"], "fit_on": params["fit_on"]}
    return "\n".join([f"{method.name}: {method.title}", *_named(both)])


def outcome_text(outcome: Outcome) -> str:
    """One fit: its rows, what it settled, its counts, and what takes no learning."""
    result = outcome.result
    if result is None:
        return f"{outcome.labels:,} labels: not fitted: {printable(str(outcome.error))}"
    beside = beside_lines(result.baseline, outcome.cheap_rules, heldout=result.heldout is not None)
    parts = [
        [rows_text(result), *_named(dict(_flat(result.facts)))],
        [counts_table(_sets(result))],
        beside,
        [f"recorded in {outcome.run}; the same command goes on from there"] if outcome.run else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def rows_text(result: BaselineResult) -> str:
    """Which rows were learnt from."""
    spec = result.config["spec"]
    variant = f" ({spec['variant']})" if spec.get("variant") else ""
    source = f"{spec['task']}{variant}, n = {spec['n']}" if "n" in spec else "your rows"
    rows = result.config["rows"]
    train, heldout = rows["train"]["rows"], rows["heldout"]["rows"]
    apart = "kept apart" if result.heldout else "learnt from too"
    return f"{source}, {train + heldout:,} labels: {train:,} training rows, {heldout:,} held-out rows {apart}"


def sweep_text(outcomes: Sequence[Outcome]) -> str:
    """Accuracies by label budget, and why a budget has none."""
    results = [outcome.result for outcome in outcomes if outcome.result is not None]
    names = list(dict.fromkeys(name for result in results for name in _sets(result)))
    header = ("labels", *names, "note")
    lines = []
    for outcome in outcomes:
        found = _sets(outcome.result) if outcome.result else {}
        note = "" if outcome.error is None else " ".join(f"not fitted: {outcome.error}".split())
        lines.append((f"{outcome.labels:,}", *(accuracy_text(found.get(name)) for name in names), note))
    return table(header, lines)


def plan_text(labels: int | None, plan: Mapping[str, Any]) -> str:
    """What a fit may cost, and its first prompt."""
    from llmerm.cli.model_options import plan_text as costs

    title = [] if labels is None else [f"{labels:,} labels"]
    prompt = ["    " + printable(line) for line in (plan["prompt"] or "").split("\n")]
    return "\n".join([*title, costs(plan), "", *prompt, ""])


def _sets(result: BaselineResult) -> dict[str, Verdict]:
    """Counts by the name of the rows; what was not counted is left out."""
    found = {"train": result.train, "held-out": result.heldout}
    return {name: verdict for name, verdict in found.items() if verdict} | test_sets(result)


def _named(values: Mapping[str, Any]) -> list[str]:
    """Name and value, a line each."""
    width = max(map(len, values), default=0)
    return [f"  {name:<{width}}  {_value(value)}" for name, value in values.items()]


def _flat(values: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, Any]]:
    """Values by name, those inside others as `outer.inner`."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{inside}{name}.")
        else:
            yield f"{inside}{name}", value


def _value(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
