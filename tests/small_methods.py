"""Baselines of a few lines, for tests of what stands around a method; `CALLS` has one entry a fit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from llmerm.baselines import METHODS, Job, Method, Predicted
from llmerm.baselines.settings import Settings, option
from llmerm.dataset import Dataset
from llmerm.errors import UsageError

SMALL = ("--test", 200, "--labels", 20)  # options of a comparison that takes no time
CALLS: list[dict[str, Any]] = []
FAULTS: dict[int, type[BaseException]] = {}  # number of a call, from 0 -> what it raises


@dataclass(frozen=True)
class Small(Settings):
    """Settings of every kind."""

    rule: str = option("ones", "What is counted.", choices=("ones", "first"))
    bit: int = option(0, "Its place.", least=0)
    scale: float = option(1.0, "Nothing.", above=0)
    needs: str | None = option(None, "A thing that must be given.", kind=str)


@dataclass(frozen=True)
class Rule:
    rule: str
    bit: int
    facts: Any
    most_rows: None = None

    def predict(self, rows: Dataset) -> Predicted:
        labels = [x.count("1") % 2 if self.rule == "ones" else int(x[self.bit]) for x in rows.x]
        return Predicted(np.array(labels, np.int64))


def fit(job: Job, settings: Small) -> Rule:
    number = len(CALLS)
    CALLS.append({"rows": job.rows.hash, "labels": len(job.rows), "seed": job.seed, "settings": settings})
    if number in FAULTS:
        raise FAULTS[number]("a fault that was asked for")
    if settings.needs is None and settings.bit == 7:
        raise UsageError("give needs=, of which bit 7 is in need")
    job.tell("fitting")
    return Rule(settings.rule, settings.bit, {"rule": settings.rule})


def solve(job: Job, settings: Any) -> Rule:
    """Parity, under whatever settings."""
    CALLS.append({"rows": job.rows.hash})
    return Rule("ones", 0, {})


def install(monkeypatch: Any, name: str, home: str = "small_methods:fit", settings: Any = Small) -> None:
    """Register a method for one test."""
    CALLS.clear()
    FAULTS.clear()
    monkeypatch.setitem(METHODS, name, Method(name, "for tests", settings, home, ()))


def document(text: str) -> dict[str, Any]:
    """The document of `compare --json`, with its cells by method label, task and n as `by`."""
    read: dict[str, Any] = json.loads(text)
    read["by"] = {
        (method["label"], column["task"], column["n"]): cell
        for method in read["methods"]
        for column, cell in zip(read["columns"], method["cells"], strict=True)
    }
    return read
