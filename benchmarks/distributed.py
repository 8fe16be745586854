"""What sharing a verification out costs: a Ray cluster of two workers, and shards, against one process.

10^7 rows of parity, 100 symbols, in packed Parquet. The peer is the local engine on two threads, in the same
run; all verdicts have to be the same. The cluster runs already, and its workers have done a task before.

    python benchmarks/distributed.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import harness
import llmerm
import make_rows
import ray
import row_makers
import sources
from llmerm.merging import merge
from llmerm.shards import Shard, run_shard
from llmerm.verdict import Verdict
from llmerm.verification import settings_of

LENGTH, WORKERS, SHARDS = 100, 2, 5
GOAL = 15.0  # percent over the local engine
LOADS = {"fast tier, 5 proposals": ("auto", 5), "CPython tier, 1 proposal": ("cpython", 1)}
LIMITS = llmerm.Limits(fuel_per_candidate=1 << 62)


def main() -> None:
    """Time the ways in turns, for each load."""
    chosen = harness.options(__doc__, repeat=3)
    rows = 100_000 if chosen.tiny else 10_000_000
    results = []
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(
        address="local",
        num_cpus=WORKERS,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "rows.parquet"
        make_rows.packed(path, row_makers.make("parity", rows, LENGTH, 0), LENGTH)
        for load, (tier, number) in LOADS.items():
            programs = [
                llmerm.compile(source, tier=tier, limits=LIMITS)
                for source in sources.proposals("parity_all")[:number]
            ]
            for way, seconds in measured(programs, path, chosen.repeat).items():
                results.append({"load": load, "way": way, "rows": rows, "seconds": seconds})
    ray.shutdown()
    peers = {r["load"]: r["seconds"] for r in results if r["way"] == "local"}
    for result in results:
        result["overhead"] = 100 * (result["seconds"] / peers[result["load"]] - 1)
    lines = [
        (r["load"], r["way"], f"{r['rows']:,}", f"{r['seconds']:.2f}", f"{r['overhead']:+.1f} %")
        for r in results
    ]
    notes = f"goal: Ray at most {GOAL:.0f} % over the local engine; the totals of all ways are the same"
    header = ("load", "way", "rows", "seconds", "overhead")
    harness.publish(chosen, {"goal": GOAL, "distributed": results}, [(header, lines)], notes)


def measured(programs: list[Any], path: Path, repeat: int) -> dict[str, float]:
    """Seconds of each way; stops if their verdicts differ."""
    verdicts: dict[str, list[Verdict]] = {}

    def keep(way: str, run: Callable[[], list[Verdict]]) -> None:
        verdicts[way] = run()

    local = partial(llmerm.verify, programs, limits=LIMITS)
    work = {
        "local": partial(keep, "local", lambda: local(llmerm.scan(path), threads=WORKERS)),
        "Ray": partial(keep, "Ray", lambda: local(llmerm.scan(path), engine="ray")),
        f"{SHARDS} shards": partial(keep, "shards", lambda: sharded(programs, path)),
    }
    warm = llmerm.scan(path).head(1000)
    for _ in range(2):
        llmerm.verify(programs * 4, warm, limits=LIMITS, engine="ray")
    timings = harness.best_of(repeat, work)
    harness.require(verdicts["Ray"] == verdicts["local"], "the totals on Ray are others")
    harness.require(verdicts["shards"] == verdicts["local"], "the merged totals are others")
    return {way: timing.wall for way, timing in timings.items()}


def sharded(programs: list[Any], path: Path) -> list[Verdict]:
    """All shards, one after the other, and merged."""
    settings = settings_of(LIMITS, WORKERS)
    parts = [
        run_shard(Shard(i, SHARDS), programs, llmerm.scan(path), settings)[1] for i in range(1, SHARDS + 1)
    ]
    full = [part for part in parts if part]
    limit = LIMITS.fuel_per_candidate
    return [merge((part[i] for part in full), limit, again) for i in range(len(programs))]


def again(number: int, spent: int) -> Verdict:
    """No candidate here spends that much fuel."""
    raise AssertionError(f"part {number} is in doubt after {spent} operations")


if __name__ == "__main__":
    main()
