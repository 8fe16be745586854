"""What the papers report: the figure of a method on a task, to stand beside ours (docs/published.md)."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("published.toml")
_DATE = re.compile(r"-\d{4}-\d{2}-\d{2}\Z")  # gpt-5-2025-08-07 is gpt-5


@dataclass(frozen=True)
class Published:
    """One figure."""

    accuracy: float  # on the test rows, %
    title: str  # the row's name in the paper
    method: str  # a baseline's name here, or "learn"; "tabpfn" has no method here
    settings: Mapping[str, Any]  # those without which ours is another method
    task: str
    n: int
    labels: int
    test: int  # rows it was counted on
    defaults: Mapping[str, Any] = field(default_factory=dict)  # those that ours has unless told otherwise

    def unmet(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The settings in which a run of the method under these is not the published one; none: it is.

        A model on disk is known by its folder's name, and by neither its owner nor the date of a snapshot.
        `fit_on` is among a baseline's settings here.
        """
        missing = {name: value for name, value in self.settings.items() if not _has(settings, name, value)}
        other = {name: v for name, v in self.defaults.items() if settings.get(name) not in {None, v}}
        return missing | other

    def comparable(self, settings: Mapping[str, Any]) -> bool:
        """Whether a run under these settings is the published one, as far as is known."""
        return not self.unmet(settings)


def published(method: str, task: str, n: int, labels: int) -> list[Published]:
    """The papers' figures of a method on a task at length n with that many labels; none: not published.

    There may be several: of other models, or sizes. `comparable` tells which of them a run stands beside.
    """
    return [
        entry
        for entry in entries()
        if (entry.method, entry.task, entry.n, entry.labels) == (method, task, n, labels)
    ]


@functools.cache
def entries() -> tuple[Published, ...]:
    """Every published figure: the table row by row, then the sweeps over the number of labels."""
    document = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    found = [
        Published(
            accuracy, row["title"], row["method"], row.get("settings", {}), column["task"], column["n"],
            document["labels"], row["test"], row.get("defaults", {}),
        )
        for row in document["rows"]
        for column, accuracy in zip(document["columns"], row["accuracy"], strict=True)
    ]  # fmt: skip
    found += [
        Published(
            accuracy, sweep["title"], sweep["method"], sweep["settings"], task, sweep["n"], labels,
            sweep["test"], sweep.get("defaults", {}),
        )
        for sweep in document["sweeps"]
        for task, accuracies in sweep["accuracy"].items()
        for labels, accuracy in zip(sweep["labels"], accuracies, strict=True)
    ]  # fmt: skip
    return tuple(found)


def papers_tasks() -> list[str]:
    """The tasks of the published table, in the order of its columns."""
    return list(dict.fromkeys(entry.task for entry in entries()))


def _has(settings: Mapping[str, Any], name: str, value: Any) -> bool:
    if name in {"model", "model_path"}:
        return _model(value) in {_model(settings.get("model")), _model(settings.get("model_path"))}
    return bool(settings.get(name) == value)


def _model(name: Any) -> str | None:
    if name is None:
        return None
    return _DATE.sub("", str(name).rstrip("/").rpartition("/")[2].lower())
