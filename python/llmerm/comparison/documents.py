"""A comparison as JSON types and as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from llmerm.comparison.plan import entries_of, failures_of
from llmerm.comparison.summary import difference
from llmerm.report import plain

if TYPE_CHECKING:
    from llmerm.comparison.plan import Comparison, Entry
    from llmerm.comparison.running import Outcomes


def document_of(comparison: Comparison, outcomes: Outcomes) -> dict[str, Any]:
    """The comparison (docs/json.md). Rates are in [0, 1]; nothing in it differs between two like runs."""
    grid = entries_of(comparison, outcomes)
    train, heldout = comparison.shares
    return {
        "labels": comparison.labels,
        "train": train,
        "heldout": heldout,
        "seeds": list(comparison.seeds),
        "columns": [
            {
                "task": column.task.name,
                "variant": column.task.variant,
                "n": column.n,
                "train_n": column.task.n,
                "cheap_rules": [
                    {"rule": rule.name, "accuracy": rule.accuracy}
                    for rule in column.task.at(column.n).cheap_rules
                ],
            }
            for column in (entry.column for entry in grid[0])
        ],
        "methods": [
            {
                "label": row[0].learner.label,
                "method": row[0].learner.method,
                "settings": dict(row[0].learner.settings),
                "cells": [_entry_document(entry) for entry in row],
            }
            for row in grid
        ],
        "failed": [
            {
                "method": failure.cell.learner.label,
                "task": failure.cell.draw.task.name,
                "variant": failure.cell.draw.task.variant,
                "n": failure.cell.draw.task.n,
                "seed": failure.cell.draw.seed,
                "reason": plain(failure.reason),
            }
            for failure in failures_of(comparison, outcomes)
        ],
    }


COLUMNS = (
    "method", "task", "variant", "n", "train_n", "labels", "seeds", "seeds_done", "accuracy", "spread",
    "train_accuracy", "test_rows", "published", "published_as", "comparable", "points", "standard_error",
    "differs",
)  # fmt: skip


def csv_text(comparison: Comparison, outcomes: Outcomes) -> str:
    """One line a method, column and published figure; accuracies in %, empty where there is none."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in (entry for row in entries_of(comparison, outcomes) for entry in row):
        summary, column = entry.summary, entry.column
        ours = {
            "method": entry.learner.label,
            "task": column.task.name,
            "variant": column.task.variant,
            "n": column.n,
            "train_n": column.task.n,
            "labels": comparison.labels,
            "seeds": summary.asked,
            "seeds_done": len(summary.scores),
            "accuracy": _rounded(summary.mean),
            "spread": _rounded(summary.spread),
            "train_accuracy": _rounded(summary.train),
            "test_rows": summary.rows,
        }
        for each in entry.beside or (None,):
            theirs: dict[str, Any] = {}
            if each is not None:
                theirs = {
                    "published": each.accuracy,
                    "published_as": each.title,
                    "comparable": entry.comparable,
                }
                gap = difference(summary, each) if entry.comparable else None
                if gap is not None:
                    theirs |= {
                        "points": _rounded(gap.points),
                        "standard_error": _rounded(gap.error),
                        "differs": gap.matters,
                    }
            writer.writerow(ours | theirs)
    return file.getvalue()


def _entry_document(entry: Entry) -> dict[str, Any]:
    summary = entry.summary
    return {
        "accuracy": _rate(summary.mean),
        "spread": _rate(summary.spread),
        "train_accuracy": _rate(summary.train),
        "results": [
            {
                "seed": seed,
                "rows": score.rows,
                "correct": score.correct,
                "accuracy": score.accuracy,
                "train_accuracy": score.train,
            }
            for seed, score in summary.scores.items()
        ],
        "published": [_published_document(entry, i) for i in range(len(entry.beside))],
    }


def _published_document(entry: Entry, index: int) -> dict[str, Any]:
    each = entry.beside[index]
    gap = difference(entry.summary, each) if entry.comparable else None
    return {
        "title": each.title,
        "settings": dict(each.settings),
        "accuracy": _rate(each.accuracy),
        "comparable": entry.comparable,
        "difference": None if gap is None else _rate(gap.points),
        "standard_error": None if gap is None else _rate(gap.error),
        "differs": None if gap is None else gap.matters,
    }


def _rate(percent: float | None) -> float | None:
    return None if percent is None else round(percent / 100, 12)  # what percent and back leaves of a fraction


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 4)
