"""Completions rewarded a second, on 200 rows of 50 characters: llmerm.reward against a pool of processes.

A completion is a fenced Python program with a sentence before it, and no two hold the same program, in one
repetition or in two: compiled programs are kept by content. The peer is what trainers run without a sandbox:
a pool of as many processes as llmerm has threads, started before the clock, that cut the program out of its
fence, exec it and call f on every row. It knows no limits, so nothing here loops for ever. The other peer
starts a bare interpreter for each program, which may then be killed. "Again" asks for the same completions a
second time.

    python benchmarks/rewards.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import candidates
import harness
import llmerm
import numpy as np
import variants

ROWS, LENGTH = 200, 50
WAYS = 6


def main() -> None:
    """Reward in every way, assert the same rewards, print the rates."""
    chosen = harness.options(__doc__, repeat=5)
    count = 20 if chosen.tiny else 256
    codes = variants.candidates(count * (1 + WAYS * chosen.repeat))
    batches = [codes[start : start + count] for start in range(0, len(codes), count)]
    random = np.random.default_rng(2)
    rows = ["".join(map(str, row)) for row in random.integers(0, 2, (ROWS, LENGTH))]
    labels = [row.count("1") % 2 for row in rows]
    dataset = llmerm.Dataset(rows, labels)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    remembering = llmerm.reward(dataset)

    def anew(codes: list[str], threads: int, tier: str = "auto") -> list[float | None]:
        return llmerm.reward(dataset, threads=threads, tier=tier)(completions=fenced(codes))

    def process(code: str) -> float:
        return candidates.bare(candidates.PROCESS, (code, rows, labels))[0] / ROWS

    with multiprocessing.get_context("spawn").Pool(cores) as pool, ThreadPoolExecutor(cores) as starters:
        judge = partial(plain_reward, rows=rows, labels=labels)
        ways: dict[str, Callable[[list[str]], list[float | None] | list[float]]] = {
            f"llmerm.reward, {cores} threads": lambda codes: anew(codes, cores),
            "llmerm.reward, 1 thread": lambda codes: anew(codes, 1),
            f"llmerm.reward, CPython tier, {cores} threads": lambda codes: anew(codes, cores, "cpython"),
            "llmerm.reward, again": lambda codes: remembering(completions=fenced(batches[0])),
            f"exec in a pool of {cores} processes, no sandbox": lambda codes: pool.map(judge, fenced(codes)),
            f"exec in a process each, {cores} at a time": lambda codes: list(starters.map(process, codes)),
        }
        expected = [plain_reward(completion, rows, labels) for completion in fenced(batches[0])]
        for name, run in ways.items():
            harness.require(run(batches[0]) == expected, f"{name} gives other rewards than plain exec")
        harness.require(len(ways) == WAYS, "every way needs batches of its own")
        fresh = {name: iter(batches[1 + way :: WAYS]) for way, name in enumerate(ways)}
        timings = harness.best_of(
            chosen.repeat, {name: partial(next_batch, run, fresh[name]) for name, run in ways.items()}
        )

    results = [
        {
            "way": name,
            "completions": count,
            "per_second": count / timings[name].wall,
            "milliseconds_a_batch_of_64": 64_000 * timings[name].wall / count,
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


def fenced(codes: list[str]) -> list[str]:
    """Completions that hold the programs."""
    return [f"This should do.\n```python\n{code}```\n" for code in codes]


def next_batch(run: Callable[[list[str]], object], batches: Iterator[list[str]]) -> object:
    """Rewards the next programs."""
    return run(next(batches))


def plain_reward(completion: str, rows: list[str], labels: list[int]) -> float:
    """The accuracy of a fenced program by exec in this process."""
    code = completion.partition("```python\n")[2].partition("```")[0]
    return harness.plain_count(code, rows, labels) / len(rows)


if __name__ == "__main__":
    main()
