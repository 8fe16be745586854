"""Completions rewarded a second, on 200 rows of 50 characters: llmerm.reward against a pool of processes.

A completion is a fenced Python program with a sentence before it, and no two hold the same program. The peer
is what trainers run without a sandbox: a pool of as many processes as llmerm has threads, started before the
clock, that cut the program out of its fence, exec it and call f on every row. It knows no limits, so nothing
here loops for ever. The other peer starts a bare interpreter for each program, which may then be killed.
"Again" asks for the same completions a second time.

    python benchmarks/rewards.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import candidates
import harness
import llmerm
import numpy as np
import variants

ROWS, LENGTH = 200, 50


def main() -> None:
    """Reward in every way, assert the same rewards, print the rates."""
    chosen = harness.options(__doc__, repeat=5)
    codes = variants.candidates(20 if chosen.tiny else 256)
    completions = [f"This should do.\n```python\n{code}```\n" for code in codes]
    random = np.random.default_rng(2)
    rows = ["".join(map(str, row)) for row in random.integers(0, 2, (ROWS, LENGTH))]
    labels = [row.count("1") % 2 for row in rows]
    dataset = llmerm.Dataset(rows, labels)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    remembering = llmerm.reward(dataset)

    def anew(threads: int, tier: str = "auto") -> list[float | None]:
        return llmerm.reward(dataset, threads=threads, tier=tier)(completions=completions)

    def process(code: str) -> float:
        return candidates.bare(candidates.PROCESS, (code, rows, labels))[0] / ROWS

    with multiprocessing.get_context("spawn").Pool(cores) as pool, ThreadPoolExecutor(cores) as starters:
        judge = partial(plain_reward, rows=rows, labels=labels)
        ways = {
            f"llmerm.reward, {cores} threads": partial(anew, cores),
            "llmerm.reward, 1 thread": partial(anew, 1),
            f"llmerm.reward, CPython tier, {cores} threads": partial(anew, cores, "cpython"),
            "llmerm.reward, again": lambda: remembering(completions=completions),
            f"exec in a pool of {cores} processes, no sandbox": lambda: pool.map(judge, completions),
            f"exec in a process each, {cores} at a time": lambda: list(starters.map(process, codes)),
        }
        expected = [plain_reward(completion, rows, labels) for completion in completions]
        for name, run in ways.items():
            harness.require(run() == expected, f"{name} gives other rewards than plain exec")
        timings = harness.best_of(chosen.repeat, ways)

    results = [
        {
            "way": name,
            "completions": len(completions),
            "per_second": len(completions) / timings[name].wall,
            "milliseconds_a_batch_of_64": 64_000 * timings[name].wall / len(completions),
        }
        for name in ways
    ]
    header = ("way", "completions", "completions/s", "ms a batch of 64")
    lines = [
        (
            str(r["way"]),
            str(r["completions"]),
            f"{r['per_second']:,.0f}",
            f"{r['milliseconds_a_batch_of_64']:,.1f}",
        )
        for r in results
    ]
    notes = f"distinct programs, each on {ROWS} rows of {LENGTH} characters; reading the reply is included"
    harness.publish(chosen, {"ways": results}, [(header, lines)], notes)


def plain_reward(completion: str, rows: list[str], labels: list[int]) -> float:
    """The accuracy of a fenced program by exec in this process."""
    code = completion.partition("```python\n")[2].partition("```")[0]
    return harness.plain_count(code, rows, labels) / len(rows)


if __name__ == "__main__":
    main()
