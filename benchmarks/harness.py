"""Shared by the benchmarks: timing, the papers' harness, the options, and the printing of tables or JSON."""

from __future__ import annotations

import argparse
import json
import marshal
import os
import platform
import resource
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmerm.report import table
from llmerm.session import PythonSession

ROOT = Path(__file__).resolve().parent.parent
PROPOSALS = ROOT / "examples" / "proposals"


@dataclass(frozen=True)
class Timing:
    """The best of several repetitions, in seconds; wall clock and CPU time each have a best of their own."""

    wall: float
    cpu: float


def options(description: str | None, repeat: int, **flags: str) -> argparse.Namespace:
    """The options of every benchmark (--tiny, --json, --repeat), and flags of its own."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n\n")[0])
    parser.add_argument(
        "--tiny", action="store_true", help="little data, one repetition: seconds, no figures to keep"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    parser.add_argument(
        "--repeat", type=int, default=0, metavar="N", help=f"repetitions  [default: {repeat}]"
    )
    for flag, text in flags.items():
        parser.add_argument(f"--{flag}", action="store_true", help=text)
    chosen = parser.parse_args()
    if chosen.repeat < 0:
        parser.error("--repeat must be at least 1")
    chosen.repeat = chosen.repeat or (1 if chosen.tiny else repeat)
    return chosen


def best_of(repeat: int, work: Mapping[str, Callable[[], object]]) -> dict[str, Timing]:
    """Time each piece of work `repeat` times or more, in turns, so that a busy moment meets all of them.

    Short work is repeated until half a second is spent on all of it (not with a `repeat` of 1).
    """
    walls: dict[str, list[float]] = {name: [] for name in work}
    cpus: dict[str, list[float]] = {name: [] for name in work}
    start = time.perf_counter()
    turns = 0
    while turns < repeat or (repeat > 1 and time.perf_counter() - start < 0.5):
        turns += 1
        for name, run in work.items():
            wall, cpu = time.perf_counter(), cpu_seconds()
            run()
            walls[name].append(time.perf_counter() - wall)
            cpus[name].append(cpu_seconds() - cpu)
    return {name: Timing(min(walls[name]), min(cpus[name])) for name in work}


def cpu_seconds() -> float:
    """CPU time of this process with all its threads, and of the children it has waited for."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def plain_count(code: str, rows: Sequence[str], labels: Sequence[int]) -> int:
    """Correct rows by the papers' harness: exec once, call f row by row, whatever raises is an error."""
    namespace: dict[str, Any] = {"__name__": "candidate"}
    exec(code, namespace)
    f = namespace["f"]
    correct = 0
    for row, label in zip(rows, labels, strict=True):
        try:  # noqa: SIM105 (a context manager a row would slow this peer down)
            correct += int(f(row)) == label
        except Exception:
            pass
    return correct


def environment() -> dict[str, Any]:
    """What the figures depend on."""
    guest = PythonSession().run("import platform; print(platform.python_version())").output.strip()
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sandbox_python": guest,
        "machine": f"{platform.system()} {platform.machine()}",
    }


def publish(
    chosen: argparse.Namespace,
    document: dict[str, Any],
    tables: Sequence[tuple[Sequence[str], Any]],
    notes: str,
) -> None:
    """Print the document (with --json), or the tables as (header, rows) and the notes under them."""
    where = environment()
    if chosen.json:
        print(json.dumps({"tiny": chosen.tiny, "environment": where, **document}, indent=2))
        return
    for header, rows in tables:
        print(table(header, rows), end="\n\n")
    print(notes)
    print(
        f"best of {chosen.repeat}, in turns; {where['cores']} cores, load {where['load']} at the end; "
        f"Python {where['python']}, in the sandbox {where['sandbox_python']}; {where['machine']}"
    )
    if chosen.tiny:
        print("--tiny: shows that it runs; the figures mean nothing")


def require(condition: bool, message: str) -> None:
    """Stop if two ways of doing the same work differ: a figure would mean nothing."""
    if not condition:
        sys.exit(f"error: {message}")


def in_fork(work: Callable[[], Any]) -> Any:
    """What `work` gives in a forked child; it must be what marshal takes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as out:
                marshal.dump(work(), out)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as done:
        answer = done.read()
    _, status = os.waitpid(child, 0)
    require(status == 0, "a forked benchmark failed; its message stands above")
    return marshal.loads(answer)
