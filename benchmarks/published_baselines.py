"""The papers' columns of the classical baselines: our test accuracy beside the published one, task by task.

The 13 tasks of the published table at its lengths. Each seed is another draw of 100 training, 100 held-out
and 10,000 test rows. As in the authors' code, a method learns from the training rows alone; --fit-on all
gives it the held-out rows too, as llmerm does by default. Ours is the mean over the seeds; the spread is
their standard deviation.

    python benchmarks/published_baselines.py [--methods M,...] [--seeds 0,1,...] [--fit-on train|all]
        [--palindrome uniform|near_miss] [--tiny] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from typing import Any

import harness
import llmerm
from llmerm.baselines import METHODS, published
from llmerm.baselines.fitting import FIT_ON
from llmerm.report import table

POINTS = 3.0  # within which a figure is reproduced
GOAL = 9  # tasks of 13, for XGBoost and the random forest
CLASSICAL = (
    "svm",
    "decision_tree",
    "random_forest",
    "gradient_boosting",
    "xgboost",
    "genetic_programming",
)
GOALS = ("xgboost", "random_forest")
VARIANTS = ("uniform", "near_miss")


def main() -> None:
    """Fit each method on each task and seed, and print ours beside theirs."""
    chosen = options()
    columns = sorted_columns()[-2:] if chosen.tiny else sorted_columns()
    results = []
    for method in chosen.methods:
        for task, n in columns:
            accuracies = [accuracy(method, task, n, seed, chosen) for seed in chosen.seeds]
            results.append(line_of(method, task, n, accuracies))
    where = harness.environment()
    if chosen.json:
        document = {"fit_on": chosen.fit_on, "palindrome": chosen.palindrome, "cells": results}
        print(json.dumps({"tiny": chosen.tiny, "environment": where, **document}, indent=2))
        return
    header = ("method", "task", "n", "ours %", "spread", "published %", "difference", f"within {POINTS:g}")
    print(table(header, [shown(result) for result in results]), end="\n\n")
    for method in chosen.methods:
        print(summary(method, [result for result in results if result["method"] == method]))
    versions = {
        package: version
        for method in chosen.methods
        for package, version in llmerm.baselines.fitting.versions(METHODS[method]).items()
    }
    print(f"fit on {chosen.fit_on}, palindrome {chosen.palindrome}, seeds {chosen.seeds}; {versions}")
    if chosen.tiny:
        print("--tiny: shows that it runs; the figures mean nothing")


def options() -> argparse.Namespace:
    """The options, as lists where they are lists."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument(
        "--tiny", action="store_true", help="two tasks, one seed, no grid: seconds, no figures to keep"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    parser.add_argument("--methods", default=",".join(GOALS), help=f"of {','.join(CLASSICAL)}, or all")
    parser.add_argument("--seeds", default="0,1,2", help="seeds of rows and fits  [default: 0,1,2]")
    parser.add_argument("--fit-on", default="train", choices=FIT_ON, help="rows to learn from")
    parser.add_argument("--palindrome", default=VARIANTS[0], choices=VARIANTS, help="its negatives")
    chosen = parser.parse_args()
    chosen.methods = list(CLASSICAL) if chosen.methods == "all" else chosen.methods.split(",")
    if unknown := [method for method in chosen.methods if method not in CLASSICAL]:
        parser.error(f"--methods: {unknown[0]} is none of {', '.join(CLASSICAL)}")
    try:
        chosen.seeds = [int(seed) for seed in chosen.seeds.split(",")]
    except ValueError:
        parser.error("--seeds are whole numbers, as in 0,1,2")
    if chosen.tiny:
        chosen.seeds = chosen.seeds[:1]
    return chosen


def sorted_columns() -> list[tuple[str, int]]:
    """Task and n of the published table, in its order."""
    return [(entry.task, entry.n) for entry in published.entries() if entry.method == "xgboost"]


def accuracy(method: str, task: str, n: int, seed: int, chosen: argparse.Namespace) -> float:
    """Test accuracy of one fit, %."""
    variant = chosen.palindrome if task == "palindrome" else None
    test = 200 if chosen.tiny else 10_000
    data = llmerm.task(task, n=n, variant=variant).split(train=100, heldout=100, test=test, seed=seed)
    small = {"generations": 2} if method == "genetic_programming" else {"grid": "none"}
    settings: dict[str, Any] = small if chosen.tiny else {}
    result = llmerm.baselines.fit(method, data, seed=seed, fit_on=chosen.fit_on, **settings)
    assert result.test is not None
    found = 100 * result.test.correct / result.test.rows
    if sys.stderr.isatty():
        print(f"{method} {task} n={n} seed={seed}: {found:.1f} %", file=sys.stderr)
    return found


def line_of(method: str, task: str, n: int, accuracies: list[float]) -> dict[str, Any]:
    """One line of the table; the published figure is None where the papers have no such column."""
    theirs = [e for e in published.entries() if (e.method, e.task, e.n) == (method, task, n)]
    ours = statistics.fmean(accuracies)
    return {
        "method": method,
        "task": task,
        "n": n,
        "accuracies": accuracies,
        "ours": ours,
        "spread": statistics.stdev(accuracies) if len(accuracies) > 1 else None,
        "published": theirs[0].accuracy if theirs else None,
        "difference": ours - theirs[0].accuracy if theirs else None,
    }


def shown(result: dict[str, Any]) -> tuple[str, ...]:
    """A line's cells as text."""
    spread, theirs, difference = result["spread"], result["published"], result["difference"]
    return (
        result["method"],
        result["task"],
        str(result["n"]),
        f"{result['ours']:.1f}",
        "-" if spread is None else f"{spread:.1f}",
        "-" if theirs is None else f"{theirs:.1f}",
        "-" if difference is None else f"{difference:+.1f}",
        "-" if difference is None else "yes" if abs(difference) <= POINTS else "NO",
    )


def summary(method: str, results: list[dict[str, Any]]) -> str:
    """How many of the published figures are reproduced."""
    compared = [result for result in results if result["difference"] is not None]
    if not compared:
        return f"{method}: not in the published table"
    near = sum(abs(result["difference"]) <= POINTS for result in compared)
    text = f"{method}: within {POINTS:g} points on {near} of {len(compared)} tasks"
    if method in GOALS and len(compared) > GOAL:
        text += f"; goal, {GOAL}: {'reached' if near >= GOAL else 'NOT reached'}"
    return text


if __name__ == "__main__":
    main()
