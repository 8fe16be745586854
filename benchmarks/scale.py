"""One candidate on up to 10^8 rows, streamed from packed Parquet: time a row, peak memory, and Ctrl-C.

The peer is the same verification on fewer rows: a process for each number of rows and threads, in turns.

    python benchmarks/scale.py [--tiny] [--json] [--repeat N] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import harness
import native

TASK = "parity"
PYTHON = "def f(x): return x.count('1') % 2"
GROWTH = 1.15  # time a row at the most rows against the fewest
MEMORY = 600  # MB, at the most rows
CTRL_C = 1.0  # seconds
HERE = Path(__file__).resolve().parent

MEASURE = """
import json, resource, sys, time
import llmerm
source, language, rows, threads, count = sys.argv[1:]
program = llmerm.compile(source, language)
llmerm.verify([program], llmerm.scan(rows).head(10))  # imports, engines
turns = max(1, 10**7 // int(count))  # a mean: the best of short runs would be luckier than that of long ones
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(turns):
    verdict = llmerm.verify([program], rows, threads=int(threads))[0]
wall, cpu = (time.perf_counter() - wall) / turns, (time.process_time() - cpu) / turns
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([verdict.rows, verdict.correct, wall, cpu, peak]))
"""

INTERRUPTED = """
import json, sys
import llmerm, llmerm.errors
# About a microsecond a row: long enough to be in the middle.
SLOW = "def f(x):\\n    n = 0\\n    for c in x + x + x: n = (n * 3 + ord(c)) % 7919\\n    return n"
program = llmerm.compile(SLOW)
told = []
def progress(done):
    if done > 100_000 and not told:
        told.append(print("running", flush=True))
try:
    llmerm.verify([program], sys.argv[1], progress=progress)
except llmerm.errors.Interrupted as partial:
    (verdict,) = partial.verdicts
    print(json.dumps([verdict.stopped, verdict.rows]))
"""


def main() -> None:
    """Make the rows, measure each number of them, interrupt the longest."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--folder", type=Path)
    ours, sys.argv[1:] = parser.parse_known_args()
    chosen = harness.options(__doc__, repeat=3)
    sizes = (100_000, 1_000_000) if chosen.tiny else (1_000_000, 10_000_000, 100_000_000)
    with tempfile.TemporaryDirectory() as scratch:
        folder = ours.folder or Path(scratch)
        files = {size: made(folder, size) for size in sizes}
        results = measured(chosen, files)
        seconds, counted = interrupted(files[sizes[-1]])
    results_of = {(r["language"], r["rows"], r["threads"]): r for r in results}
    notes = ["each in a process of its own; reading included, imports and engines not; peak: of the process"]
    for language in ("c", "python"):
        first, last = (results_of[language, size, 1] for size in (sizes[0], sizes[-1]))
        growth = last["ns_per_row"] / first["ns_per_row"]
        notes.append(verdict(f"{language}: time a row, most rows against fewest", growth, GROWTH, ""))
        notes.append(
            verdict(f"{language}: peak memory at {last['rows']:,} rows", last["peak_mb"], MEMORY, " MB")
        )
        before = results_of[language, sizes[-2], 1]["peak_mb"]
        notes.append(
            verdict(f"{language}: the same against {sizes[-2]:,} rows", last["peak_mb"] / before, GROWTH, "")
        )
    notes.append(verdict(f"Ctrl-C, after which {counted:,} rows were reported", seconds, CTRL_C, " s"))
    header = ("candidate", "rows", "threads", "ns/row", "CPU ns/row", "peak MB")
    lines = [
        (
            r["language"],
            f"{r['rows']:,}",
            str(r["threads"]),
            f"{r['ns_per_row']:.1f}",
            f"{r['cpu_ns_per_row']:.1f}",
            f"{r['peak_mb']:.0f}",
        )
        for r in results
    ]
    document = {"results": results, "ctrl_c_seconds": seconds, "ctrl_c_rows": counted}
    harness.publish(chosen, document, [(header, lines)], "\n".join(notes))


def verdict(what: str, reached: float, goal: float, unit: str) -> str:
    """A goal, and whether it is reached."""
    word = "reached" if reached <= goal else "NOT reached"
    return f"{what}: {reached:.3g}{unit}, goal at most {goal:g}{unit}: {word}"


def made(folder: Path, rows: int) -> Path:
    """A file of rows, made unless it is there."""
    path = folder / f"{TASK}-{rows}.parquet"
    if not path.exists():
        partial = path.with_suffix(".partial.parquet")
        subprocess.run([sys.executable, HERE / "make_rows.py", TASK, str(rows), str(partial)], check=True)
        partial.rename(path)
    return path


def measured(chosen: argparse.Namespace, files: dict[int, Path]) -> list[dict[str, Any]]:
    """Every candidate, number of rows and threads: the best of several processes, taken in turns."""
    sources = {"c": native.RULES[TASK], "python": PYTHON}
    ways = [(language, rows, threads) for language in sources for rows in files for threads in (1, 2)]
    best: dict[tuple[str, int, int], list[float]] = {}
    for _ in range(chosen.repeat):
        for language, rows, threads in ways:
            given = [sources[language], language, str(files[rows]), str(threads), str(rows)]
            done = subprocess.run([sys.executable, "-c", MEASURE, *given], stdout=subprocess.PIPE, check=True)
            counted, correct, *figures = json.loads(done.stdout)
            harness.require(counted == correct == rows, f"{correct} of {counted} rows are right, not {rows}")
            known = best.setdefault((language, rows, threads), figures)
            best[language, rows, threads] = [
                min(pair) for pair in zip(known[:2], figures[:2], strict=True)
            ] + [max(known[2], figures[2])]
    return [
        {
            "language": language,
            "rows": rows,
            "threads": threads,
            "ns_per_row": wall / rows * 1e9,
            "cpu_ns_per_row": cpu / rows * 1e9,
            "peak_mb": peak,
        }
        for (language, rows, threads), (wall, cpu, peak) in best.items()
    ]


def interrupted(rows: Path) -> tuple[float, int]:
    """Seconds from Ctrl-C in a verification to the end of its process, and the rows it reported."""
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, rows], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        harness.require(process.stdout.readline() == "running\n", "the verification did not begin")
        start = time.perf_counter()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
        seconds = time.perf_counter() - start
    stopped, counted = json.loads(out)
    harness.require(stopped == "interrupted" and counted > 0, "the counts are not partial ones")
    return seconds, counted


if __name__ == "__main__":
    main()
