"""The sandboxed CPython tier against plain `exec`, per row, over the 30 recorded proposals.

Plain is the papers' harness: exec the code once in this process, call f row by row, int(...) the answer,
compare it with the label, inside try/except. Ours is llmerm.verify with one thread, labels kept outside.

    python benchmarks/cpython_tier.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import harness
import llmerm
import numpy as np
from llmerm import Dataset, Program

TASKS = ("parity_all", "pattern_alternating", "palindrome", "dyck2", "prime", "automaton_parity")
GOAL = 2.5
MANY = 10
"""The larger size is the rows repeated so many times: 100,000."""
SLOW = 2e-6
"""Seconds a row in plain CPython from which the smaller size is every tenth row instead."""
DEAR = {("prime", 5): 300}
"""Trial division, milliseconds a row: the first rows only."""


def main() -> None:
    """Time every candidate both ways, assert the same counts, print the ratios."""
    chosen = harness.options(__doc__, repeat=5)
    results = []
    for task in TASKS[:2] if chosen.tiny else TASKS:
        test = llmerm.read(harness.PROPOSALS / f"{task}.test.txt")
        proposals = llmerm.RecordedProposals(harness.PROPOSALS / f"{task}.proposals.jsonl")
        for proposal in proposals.propose(test[:0], 5):
            candidate = proposal.index + 1
            rows = test[: 300 if chosen.tiny else DEAR.get((task, candidate), len(test))]
            results.append(
                {"task": task, "candidate": candidate, **measure(str(proposal.source), rows, chosen.repeat)}
            )
    means = {
        f"{size}_{clock}": geometric_mean([r[f"{size}_{clock}"]["ratio"] for r in results])
        for size in ("whole", "marginal")
        for clock in ("wall", "cpu")
    }
    lines = [
        (
            r["task"] if r["candidate"] == 1 else "",
            str(r["candidate"]),
            f"{r['rows']:,}",
            *microseconds(r["whole_wall"]),
            *microseconds(r["marginal_wall"]),
        )
        for r in results
    ]
    header = ("task", "", "rows", "(a) plain", "llmerm", "ratio", "(b) plain", "llmerm", "ratio")
    reached = {key: "reached" if value <= GOAL else "NOT reached" for key, value in means.items()}
    notes = (
        "microseconds a row, wall time, one thread\n"
        "(a) the rows as they are, everything in it: instance, load, purity audit\n"
        "(b) one row more: the difference of two sizes\n"
        f"geometric mean of the {len(results)} ratios; the goal was at most {GOAL}:\n"
        f"(a) {means['whole_wall']:.2f} (CPU {means['whole_cpu']:.2f}): {reached['whole_wall']}\n"
        f"(b) {means['marginal_wall']:.2f} (CPU {means['marginal_cpu']:.2f}): {reached['marginal_wall']}"
    )
    document = {"goal": GOAL, "geometric_mean": means, "candidates": results}
    harness.publish(chosen, document, [(header, lines)], notes)


def measure(source: str, rows: Dataset, repeat: int) -> dict[str, Any]:
    """Seconds a row of one candidate: as the rows are, and of one row more."""
    program = llmerm.compile(source, tier="cpython")
    assert isinstance(program, Program)
    ours = llmerm.verify([program], rows, threads=1)[0].correct
    plain = harness.plain_count(source, rows.x, labels_of(rows))
    harness.require(ours == plain, f"{ours} rows correct by llmerm, {plain} by plain exec:\n{source}")
    whole = timed(program, source, rows, repeat)
    if whole["plain"].wall / len(rows) < SLOW:
        other = rows[np.tile(np.arange(len(rows)), MANY)]
    else:
        other = rows[::10]
    more = timed(program, source, other, repeat)
    result: dict[str, Any] = {"rows": len(rows), "other_rows": len(other), "correct": ours}
    for clock in ("wall", "cpu"):
        there, here = ({k: getattr(v, clock) for k, v in each.items()} for each in (more, whole))
        result[f"whole_{clock}"] = compared({k: here[k] / len(rows) for k in here})
        added = len(other) - len(rows)
        result[f"marginal_{clock}"] = compared({k: (there[k] - here[k]) / added for k in here})
    return result


def compared(seconds: dict[str, float]) -> dict[str, float]:
    """Both ways and their ratio."""
    return {**seconds, "ratio": seconds["llmerm"] / seconds["plain"] if seconds["plain"] else math.nan}


def microseconds(seconds: dict[str, float]) -> tuple[str, str, str]:
    """Both ways and their ratio, for the table."""
    return f"{seconds['plain'] * 1e6:.2f}", f"{seconds['llmerm'] * 1e6:.2f}", f"{seconds['ratio']:.2f}"


def timed(program: Program, source: str, rows: Dataset, repeat: int) -> dict[str, harness.Timing]:
    """Both ways in turns; neither reads the rows from their file in the timed part."""
    return harness.best_of(
        repeat,
        {
            "plain": partial(harness.plain_count, source, rows.x, labels_of(rows)),
            "llmerm": partial(llmerm.verify, [program], rows, threads=1),
        },
    )


def labels_of(rows: Dataset) -> list[int]:
    """The labels as Python integers."""
    assert rows.y is not None
    labels: list[int] = rows.y.tolist()
    return labels


def geometric_mean(ratios: list[float]) -> float:
    """Of positive numbers; a difference of two times that is lost in noise (only with --tiny) gives nan."""
    if not all(ratio > 0 for ratio in ratios):
        return math.nan
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


if __name__ == "__main__":
    main()
