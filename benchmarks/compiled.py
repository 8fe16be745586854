"""C candidates in the sandbox against the same C compiled natively by `cc -O2`: a million rows of 100 bits.

The native peer is f and a loop over the rows in one translation unit, called once a thread. llmerm's figures
have all of a verification in them but the C compiler: machine code, instances, copying rows, fuel, audit.
`python` is the task in Python on the fast tier; it is compiled in the first repetition, and kept.

The goals are of CPU time on one thread and of wall-clock time on two: other work on the machine lengthens
both sides' CPU time alike, but takes the second core from either.

    python benchmarks/compiled.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import harness
import llmerm
import native
import numpy as np
from llmerm import Dataset, Program
from llmerm.dataset import Packed
from llmerm.errors import MissingExtraError
from native import Bits, Labels
from sources import sampled

LENGTH = 100
SPEED_GOAL = 0.8
"""Of the native loop's speed, on one thread, in CPU time."""
THREADS_GOAL = 1.8
"""Two threads against one, in wall-clock time."""
PYTHON = {
    "parity": "def f(x): return x.count('1') % 2",
    "palindrome": "def f(x): return int(x == x[::-1])",
    "dyck2": """
def f(x):
    stack = []
    for i in range(0, len(x), 2):
        if x[i + 1] == "0":
            stack.append(x[i])
        elif not stack or stack.pop() != x[i]:
            return 0
    return int(not stack)
""",
    "pattern": "def f(x): return int('10101010' in x)",
}


def main() -> None:
    """Count each task every way, assert the same counts, print nanoseconds a row."""
    chosen = harness.options(__doc__, repeat=5)
    compiler = native.compiler()
    if compiler is None:
        sys.exit("skipped: there is no `cc` here to compile the native peer with")
    count = 10_000 if chosen.tiny else 1_000_000
    results: list[dict[str, Any]] = []
    for task, python in PYTHON.items():
        bits, labels = rows_of(task, count)
        ways = ways_of(native.RULES[task], python, bits, labels)
        for name, run in ways.items():
            harness.require(run() == count, f"{name} does not get every row of {task} right")
        for name, timing in harness.best_of(chosen.repeat, ways).items():
            way, threads = name.rsplit(" ", 1)
            results.append(
                {
                    "task": task,
                    "way": way,
                    "threads": int(threads),
                    "ns_per_row": timing.wall / count * 1e9,
                    "cpu_ns_per_row": timing.cpu / count * 1e9,
                }
            )
    best = {(r["task"], r["way"], r["threads"]): r for r in results}
    goals = [goal_of(task, best) for task in PYTHON]
    natively = {(r["task"], r["threads"]): r["ns_per_row"] for r in results if r["way"] == "native"}
    lines = [
        (
            str(r["task"]),
            str(r["way"]),
            str(r["threads"]),
            f"{r['ns_per_row']:.1f}",
            f"{r['cpu_ns_per_row']:.1f}",
            f"{r['ns_per_row'] / natively[r['task'], r['threads']]:.2f}",
        )
        for r in results
    ]
    header = ("task", "way", "threads", "ns/row", "CPU ns/row", "ratio")
    goal_header = ("task", "speed / native", f"goal {SPEED_GOAL}", "2 threads / 1", f"goal {THREADS_GOAL}")
    goal_lines = [
        (
            str(goal["task"]),
            f"{goal['speed']:.2f}",
            reached(goal["speed"] >= SPEED_GOAL),
            f"{goal['two_threads']:.2f} (native {goal['native_two_threads']:.2f})",
            reached(goal["two_threads"] >= THREADS_GOAL),
        )
        for goal in goals
    ]
    notes = f"{count:,} rows of {LENGTH} bits; native: {compiler}, -O2; ratio: to native with as many threads"
    document = {"rows": count, "native": compiler, "goals": goals, "results": results}
    harness.publish(chosen, document, [(header, lines), (goal_header, goal_lines)], notes)


def goal_of(task: str, best: dict[tuple[str, str, int], dict[str, Any]]) -> dict[str, Any]:
    """llmerm's speed over the native loop's on one thread, and what a second thread brings to each."""

    def time(measure: str, way: str, threads: int) -> float:
        return float(best[task, way, threads][measure])

    return {
        "task": task,
        "speed": time("cpu_ns_per_row", "native", 1) / time("cpu_ns_per_row", "llmerm", 1),
        "two_threads": time("ns_per_row", "llmerm", 1) / time("ns_per_row", "llmerm", 2),
        "native_two_threads": time("ns_per_row", "native", 1) / time("ns_per_row", "native", 2),
    }


def reached(is_reached: bool) -> str:
    """What the table says of a goal."""
    return "reached" if is_reached else "NOT reached"


def ways_of(source: str, python: str, bits: Bits, labels: Labels) -> dict[str, Callable[[], int]]:
    """Each way to count the correct rows, by its name and threads."""
    try:
        program = llmerm.compile(source, "c")
    except MissingExtraError as missing:
        sys.exit(f"skipped: {missing}")
    assert isinstance(program, Program), program
    count, length = bits.shape
    offsets = np.arange(count + 1, dtype=np.int64) * length
    dataset = Dataset.from_packed(Packed("text", bits.reshape(-1), offsets, None), labels)
    library = native.library(source)
    ways: dict[str, Callable[[], int]] = {}
    for threads in (1, 2):
        ways[f"llmerm {threads}"] = partial(verified, program, dataset, threads)
        ways[f"python {threads}"] = partial(compiled, python, dataset, threads)
        ways[f"native {threads}"] = partial(native.counted, library, bits, labels, threads)
    return ways


def verified(program: Program, rows: Dataset, threads: int) -> int:
    """Correct rows by llmerm."""
    return llmerm.verify([program], rows, threads=threads)[0].correct


def compiled(source: str, rows: Dataset, threads: int) -> int:
    """The same for Python on the fast tier."""
    program = llmerm.compile(source, tier="fast")
    assert isinstance(program, Program), program
    return verified(program, rows, threads)


def rows_of(task: str, count: int) -> tuple[Bits, Labels]:
    """(count, LENGTH) of '0' and '1', and labels; half of palindrome has one bit flipped."""
    if task == "dyck2":  # uniform rows would end at their second bracket or so
        balanced = sampled(task, LENGTH, count)
        assert balanced.y is not None
        return native.characters(balanced), balanced.y
    random = np.random.default_rng(4)
    bits = random.integers(0, 2, (count, LENGTH), dtype=np.uint8)
    if task == "parity":
        labels = bits.sum(1) % 2
    elif task == "palindrome":
        bits[:, LENGTH // 2 :] = bits[:, : LENGTH // 2][:, ::-1]
        spoilt = np.arange(0, count, 2)
        bits[spoilt, random.integers(0, LENGTH, len(spoilt))] ^= 1
        labels = np.arange(count) % 2
    else:
        wanted = np.array([1, 0] * 4, dtype=np.uint8)
        windows = LENGTH - len(wanted) + 1
        found = np.ones((count, windows), dtype=bool)
        for at, bit in enumerate(wanted):
            found &= bits[:, at : at + windows] == bit
        labels = found.any(1)
    return bits + ord("0"), labels.astype(np.int64)


if __name__ == "__main__":
    main()
