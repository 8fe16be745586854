"""Distinct Python candidates a second a core, each on 200 rows of 50 characters.

Against a process per candidate (`python -I -S -c`) and a fork per candidate, in the same run and for the
same work: exec the source, call f on each row, compare. The fork's parent is a bare interpreter that holds
the rows already.

    python benchmarks/candidates.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import harness
import llmerm
import numpy as np
import variants
from llmerm import Dataset

GOAL = 250.0
ROWS, LENGTH = 200, 50

# What both peers run, on a bare interpreter: harness.plain_count without its imports.
COUNT = """
def plain_count(code, rows, labels):
    namespace = {"__name__": "candidate"}
    exec(code, namespace)
    f = namespace["f"]
    correct = 0
    for row, label in zip(rows, labels):
        try:
            correct += int(f(row)) == label
        except Exception:
            pass
    return correct
"""
PROCESS = f"""
import marshal, sys
{COUNT}
print(plain_count(*marshal.load(sys.stdin.buffer)))
"""
FORK = f"""
import marshal, os, sys
{COUNT}
codes, rows, labels = marshal.load(sys.stdin.buffer)
for code in codes:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, str(plain_count(code, rows, labels)).encode())
        os._exit(0)
    os.close(writer)
    correct = os.read(reader, 32)
    os.close(reader)
    os.waitpid(child, 0)
    print(int(correct))
"""


def main() -> None:
    """Count every way, assert the same counts, print the rates."""
    chosen = harness.options(__doc__, repeat=5)
    codes = variants.candidates(20 if chosen.tiny else 200)
    random = np.random.default_rng(2)
    rows = ["".join(map(str, row)) for row in random.integers(0, 2, (ROWS, LENGTH))]
    labels = [row.count("1") % 2 for row in rows]
    dataset = Dataset(rows, labels)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    ways: dict[str, tuple[int, Callable[[], list[int]]]] = {
        "llmerm": (1, partial(verified, codes, dataset, 1, 32)),
        "llmerm, no purity audit": (1, partial(verified, codes, dataset, 1, 0)),
        f"llmerm, {cores} threads": (cores, partial(verified, codes, dataset, cores, 32)),
        "a fork each": (1, partial(forked, codes, rows, labels)),
        "a process each": (1, partial(started, codes, rows, labels)),
        "exec in one process, no isolation": (
            1,
            lambda: [harness.plain_count(c, rows, labels) for c in codes],
        ),
    }
    expected = ways["exec in one process, no isolation"][1]()
    for name, (_, run) in ways.items():
        harness.require(run() == expected, f"{name} counts other rows correct than plain exec")
    timings = harness.best_of(chosen.repeat, {name: run for name, (_, run) in ways.items()})

    results = [
        {
            "way": name,
            "cores": ways[name][0],
            "per_second_per_core": len(codes) / timing.wall / ways[name][0],
            "per_cpu_second": len(codes) / timing.cpu,
        }
        for name, timing in timings.items()
    ]
    header = ("way", "cores", "candidates/s/core", "candidates/CPU s")
    lines = [
        (name, str(threads), *(f"{len(codes) / seconds:,.0f}" for seconds in (t.wall * threads, t.cpu)))
        for (name, (threads, _)), t in zip(ways.items(), timings.values(), strict=True)
    ]
    reached = len(codes) / timings["llmerm"].wall
    verdict = "reached" if reached >= GOAL else "NOT reached"
    notes = (
        f"{len(codes)} distinct candidates, each on {ROWS} rows of {LENGTH} characters\n"
        f"goal: {GOAL:.0f} a second a core: {verdict} ({reached:.0f} with the audit, on one thread)"
    )
    harness.publish(
        chosen, {"goal": GOAL, "candidates": len(codes), "ways": results}, [(header, lines)], notes
    )


def verified(codes: list[str], rows: Dataset, threads: int, audit_rows: int) -> list[int]:
    """Correct rows of each candidate by llmerm, compile included."""
    programs = [llmerm.compile(code) for code in codes]
    return [v.correct for v in llmerm.verify(programs, rows, threads=threads, audit_rows=audit_rows)]


def started(codes: list[str], rows: list[str], labels: list[int]) -> list[int]:
    """The same by a new interpreter each, one after the other; source and rows come over a pipe."""
    return [bare(PROCESS, (code, rows, labels))[0] for code in codes]


def forked(codes: list[str], rows: list[str], labels: list[int]) -> list[int]:
    """The same by a fork each, one after the other, of one bare interpreter; its own start is in the time."""
    return bare(FORK, (codes, rows, labels))


def bare(program: str, data: Any) -> list[int]:
    """Numbers that `program` prints when it finds `data` on its standard input."""
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, input=marshal.dumps(data), stdout=subprocess.PIPE, check=True)
    return [int(line) for line in done.stdout.split()]


if __name__ == "__main__":
    main()
