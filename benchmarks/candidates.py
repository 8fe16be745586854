"""Distinct Python candidates a second a core, each on 200 rows of 50 characters, on both tiers.

Compiling is in it, and nothing is kept between candidates. The fast tier is timed on those it takes, and
"either tier" on all of them. Against a process per candidate (`python -I -S -c`) and a fork per candidate,
in the same run and for the same work: exec the source, call f on each row, compare. The fork's parent is a
bare interpreter that holds the rows already.

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
from llmerm import Dataset, Program

GOALS = {"fast tier": 400.0, "CPython tier": 250.0}
ROWS, LENGTH = 200, 50
Way = Callable[[], list[int]]

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
    codes = variants.candidates(20 if chosen.tiny else 250)
    compiled = [code for code in codes if isinstance(llmerm.compile(code, tier="fast"), Program)]
    random = np.random.default_rng(2)
    rows = ["".join(map(str, row)) for row in random.integers(0, 2, (ROWS, LENGTH))]
    labels = [row.count("1") % 2 for row in rows]
    dataset = Dataset(rows, labels)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def llmerms(codes: list[str], threads: int, *more: Any) -> tuple[int, list[str], Way]:
        return threads, codes, partial(verified, codes, dataset, threads, *more)

    plain = "exec in one process, no isolation"
    ways: dict[str, tuple[int, list[str], Way]] = {
        "fast tier": llmerms(compiled, 1, "fast"),
        f"fast tier, {cores} threads": llmerms(compiled, cores, "fast"),
        "either tier": llmerms(codes, 1),
        "CPython tier": llmerms(codes, 1, "cpython"),
        "CPython tier, no purity audit": llmerms(codes, 1, "cpython", 0),
        f"CPython tier, {cores} threads": llmerms(codes, cores, "cpython"),
        "a fork each": (1, codes, partial(forked, codes, rows, labels)),
        "a process each": (1, codes, partial(started, codes, rows, labels)),
        plain: (1, codes, lambda: [harness.plain_count(c, rows, labels) for c in codes]),
    }
    expected = dict(zip(codes, ways[plain][2](), strict=True))
    for name, (_, those, run) in ways.items():
        same = run() == [expected[code] for code in those]
        harness.require(same, f"{name} counts other rows correct than plain exec")
    timings = harness.best_of(chosen.repeat, {name: run for name, (_, _, run) in ways.items()})

    results = [
        {
            "way": name,
            "cores": threads,
            "candidates": len(those),
            "per_second_per_core": len(those) / timings[name].wall / threads,
            "per_cpu_second": len(those) / timings[name].cpu,
        }
        for name, (threads, those, _) in ways.items()
    ]
    header = ("way", "candidates", "cores", "candidates/s/core", "candidates/CPU s")
    lines = [
        (
            str(r["way"]),
            str(r["candidates"]),
            str(r["cores"]),
            f"{r['per_second_per_core']:,.0f}",
            f"{r['per_cpu_second']:,.0f}",
        )
        for r in results
    ]
    notes = f"distinct candidates, each on {ROWS} rows of {LENGTH} characters"
    for name, goal in GOALS.items():
        rate = len(ways[name][1]) / timings[name].wall
        reached = "reached" if rate >= goal else "NOT reached"
        notes += f"\ngoal of the {name}: {goal:.0f} a second a core: {reached} ({rate:.0f} on one thread)"
    harness.publish(chosen, {"goals": GOALS, "ways": results}, [(header, lines)], notes)


def verified(
    codes: list[str], rows: Dataset, threads: int, tier: str | None = None, audit_rows: int = 32
) -> list[int]:
    """Correct rows of each candidate by llmerm, compile included; by a tier, or by either."""
    # "auto" where the fast tier is meant: "fast" would compile here, on one thread, and not in the workers.
    programs = [llmerm.compile(code, tier="cpython" if tier == "cpython" else "auto") for code in codes]
    verdicts = llmerm.verify(programs, rows, threads=threads, audit_rows=audit_rows)
    harness.require(
        all(tier in (None, v.tier) for v in verdicts), f"a candidate ran on another tier than {tier}"
    )
    return [v.correct for v in verdicts]


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
