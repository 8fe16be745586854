"""Distinct Python candidates a second a core, each on 200 rows of 50 characters, on both tiers.

Compiling is in it. Every pass of ours runs in a fork of its own, which starts with empty caches, so that no
candidate is ever seen twice. The fast tier is timed on those it takes, and "either tier" on all of them. The
peers do the same work in the same run: exec the source, call f on each row, compare; in a pool of as many
processes as cores, in a fork a candidate, and in a process a candidate (`python -I -S -c`). The pool and the
forks are of a bare interpreter that holds the rows already.

    python benchmarks/candidates.py [--tiny] [--all] [--json] [--repeat N]
"""

from __future__ import annotations

import marshal
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import harness
import llmerm
import numpy as np
import variants
from llmerm import Dataset

GOALS = {"fast tier": 400.0, "CPython tier": 250.0}
ROWS, LENGTH = 200, 50
# Of the slow peers (a process takes tens of milliseconds), so many are enough for a rate.
FEW = 250
# Run before the clock starts: the engine and the interpreter are then loaded.
WARM_UP = 20

# What all peers run, on a bare interpreter: harness.plain_count without its imports.
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
POOL = f"""
import marshal, os, sys
{COUNT}
codes, rows, labels, workers = marshal.load(sys.stdin.buffer)
readers = []
for worker in range(workers):
    reader, writer = os.pipe()
    if os.fork() == 0:
        with open(writer, "wb") as out:
            marshal.dump([plain_count(code, rows, labels) for code in codes[worker::workers]], out)
        os._exit(0)
    os.close(writer)
    readers.append(reader)
counts = [0] * len(codes)
for worker, reader in enumerate(readers):
    with open(reader, "rb") as done:
        counts[worker::workers] = marshal.load(done)
    os.wait()
for correct in counts:
    print(correct)
"""


@dataclass(frozen=True)
class Pass:
    """One run of a way: seconds, peak memory in bytes (None for peers), the counts."""

    wall: float
    cpu: float
    peak: int | None
    counts: list[int]


@dataclass(frozen=True)
class Way:
    """How candidates are counted: on how many cores, which of them, and the work."""

    cores: int
    codes: list[str]
    run: Callable[[], Pass]
    peer: bool = False


def main() -> None:
    """Count every way, assert the same counts, print the rates."""
    chosen = harness.options(__doc__, repeat=3, all="10,000 candidates instead of 2,000")
    count = 20 if chosen.tiny else 10_000 if chosen.all else 2_000
    codes = variants.candidates(count)
    few = codes[:FEW]
    random = np.random.default_rng(2)
    rows = ["".join(map(str, row)) for row in random.integers(0, 2, (ROWS, LENGTH))]
    labels = [row.count("1") % 2 for row in rows]
    dataset = Dataset(rows, labels)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    taken = harness.in_fork(
        lambda: [c for c in codes if isinstance(llmerm.compile(c, tier="fast"), llmerm.Program)]
    )

    def ours(codes: list[str], threads: int, tier: str | None = None, audit: int = 32) -> Way:
        return Way(threads, codes, partial(verified, codes, dataset, threads, tier, audit))

    ways = {
        "fast tier": ours(taken, 1, "fast"),
        f"fast tier, {cores} threads": ours(taken, cores, "fast"),
        "either tier": ours(codes, 1),
        f"either tier, {cores} threads": ours(codes, cores),
        "CPython tier": ours(codes, 1, "cpython"),
        f"CPython tier, {cores} threads": ours(codes, cores, "cpython"),
        "CPython tier, no purity audit": ours(codes, 1, "cpython", 0),
        "a pool of processes, exec in each": Way(
            cores, codes, partial(pooled, codes, rows, labels, cores), True
        ),
        "a fork each": Way(1, few, partial(forked, few, rows, labels), True),
        "a process each": Way(1, few, partial(started, few, rows, labels), True),
    }
    expected = dict(zip(codes, pooled(codes, rows, labels, cores).counts, strict=True))
    passes: dict[str, list[Pass]] = {name: [] for name in ways}
    for _ in range(chosen.repeat):
        for name, way in ways.items():
            passes[name].append(way.run())
            same = passes[name][-1].counts == [expected[code] for code in way.codes]
            harness.require(same, f"{name} counts other rows correct than plain exec")
    results = [result(name, way, passes[name]) for name, way in ways.items()]
    report(chosen, results, cores)


def result(name: str, way: Way, passes: list[Pass]) -> dict[str, Any]:
    """The best of a way's passes."""
    peaks = [done.peak for done in passes if done.peak is not None]
    return {
        "way": name,
        "peer": way.peer,
        "cores": way.cores,
        "candidates": len(way.codes),
        "per_second_per_core": len(way.codes) / min(done.wall for done in passes) / way.cores,
        "per_cpu_second": len(way.codes) / min(done.cpu for done in passes),
        "peak_bytes": max(peaks, default=None),
    }


def report(chosen: Any, results: list[dict[str, Any]], cores: int) -> None:
    """The table, whether the goals are reached, and the ratios to the best peer."""
    header = ("way", "candidates", "cores", "candidates/s/core", "candidates/CPU s", "peak MiB")
    lines = [
        (
            str(r["way"]),
            f"{r['candidates']:,}",
            str(r["cores"]),
            f"{r['per_second_per_core']:,.0f}",
            f"{r['per_cpu_second']:,.0f}",
            "" if r["peak_bytes"] is None else f"{r['peak_bytes'] / 2**20:,.0f}",
        )
        for r in results
    ]
    rates = {r["way"]: r["per_second_per_core"] for r in results}
    peers = [r["way"] for r in results if r["peer"]]
    best = max(peers, key=rates.__getitem__)
    notes = f"distinct candidates, each on {ROWS} rows of {LENGTH} characters\nthe best peer: {best}"
    for tier, goal in GOALS.items():
        for name in (tier, f"{tier}, {cores} threads"):
            reached = "reached" if rates[name] >= goal else "NOT reached"
            ratios = ", ".join(f"{rates[name] / rates[peer]:.2f} times {peer}" for peer in peers)
            notes += f"\n{name}: goal {goal:.0f} a second a core, {reached} ({rates[name]:.0f}); {ratios}"
    harness.publish(chosen, {"goals": GOALS, "best_peer": best, "ways": results}, [(header, lines)], notes)


def verified(codes: list[str], rows: Dataset, threads: int, tier: str | None, audit_rows: int) -> Pass:
    """Correct rows of each candidate by llmerm, compile included; by a tier, or by either."""

    def count(codes: list[str]) -> list[int]:
        # "auto" where the fast tier is meant: "fast" would compile here, and not in the workers.
        programs = [llmerm.compile(code, tier="cpython" if tier == "cpython" else "auto") for code in codes]
        verdicts = llmerm.verify(programs, rows, threads=threads, audit_rows=audit_rows)
        harness.require(
            all(tier in (None, v.tier) for v in verdicts), f"a candidate ran on another tier than {tier}"
        )
        return [v.correct for v in verdicts]

    def timed() -> tuple[float, float, int, list[int]]:
        warm_up = [f"def f(x):\n    return x.count('0') + {k}\n" for k in range(WARM_UP)]
        count(warm_up)
        wall, cpu = time.perf_counter(), harness.cpu_seconds()
        counts = count(codes)
        wall, cpu = time.perf_counter() - wall, harness.cpu_seconds() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return wall, cpu, peak, counts

    return Pass(*harness.in_fork(timed))


def started(codes: list[str], rows: list[str], labels: list[int]) -> Pass:
    """The same by a new interpreter each, one after the other; source and rows come over a pipe."""
    return plain(lambda: [bare(PROCESS, (code, rows, labels))[0] for code in codes])


def forked(codes: list[str], rows: list[str], labels: list[int]) -> Pass:
    """The same by a fork each, one after the other, of one bare interpreter; its own start is in the time."""
    return plain(lambda: bare(FORK, (codes, rows, labels)))


def pooled(codes: list[str], rows: list[str], labels: list[int], workers: int) -> Pass:
    """The same by exec in each process of a pool, which a bare interpreter forks; all starts are in the time.

    Nothing but the process stands between a candidate and the ones after it.
    """
    return plain(lambda: bare(POOL, (codes, rows, labels, workers)))


def plain(work: Callable[[], list[int]]) -> Pass:
    """Times a peer; its memory is that of its processes, and is not counted."""
    wall, cpu = time.perf_counter(), harness.cpu_seconds()
    counts = work()
    return Pass(time.perf_counter() - wall, harness.cpu_seconds() - cpu, None, counts)


def bare(program: str, data: Any) -> list[int]:
    """Numbers that `program` prints when it finds `data` on its standard input."""
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, input=marshal.dumps(data), stdout=subprocess.PIPE, check=True)
    return [int(line) for line in done.stdout.split()]


if __name__ == "__main__":
    main()
