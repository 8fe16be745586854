"""How long `llmerm` takes to start: a warm `llmerm verify` on one candidate, and the first use on a machine.

Each line is a subprocess, from its start to its end. The first use compiles the built-in CPython to machine
code into an empty cache folder.

    python benchmarks/startup.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import harness

GOAL = 0.5
CANDIDATE = "def f(x):\n    return x.count('1') % 2\n"
HELDOUT, TEST = (str(harness.PROPOSALS / f"parity_all.{part}.txt") for part in ("heldout", "test"))
WARM = "llmerm verify, 100 rows"
FIRST = "llmerm verify, 100 rows, empty cache"


def main() -> None:
    """Time the commands in turns, the first use last and once."""
    chosen = harness.options(__doc__, repeat=15)
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / "parity.py"
        candidate.write_text(CANDIDATE)
        verify = [python, "-m", "llmerm", "verify", str(candidate), "--data"]
        commands = {
            "python -c pass": [python, "-c", "pass"],
            "python -c 'import numpy'": [python, "-c", "import numpy"],
            "python -c 'import llmerm'": [python, "-c", "import llmerm"],
            "llmerm --version": [python, "-m", "llmerm", "--version"],
            WARM: [*verify, HELDOUT],
            "llmerm verify, 10,000 rows": [*verify, TEST],
        }
        started(commands[WARM])  # fills the cache, if this is the first use on the machine
        timings = harness.best_of(chosen.repeat, {name: partial(started, c) for name, c in commands.items()})
        if not chosen.tiny:
            cache = Path(folder) / "cache"
            timings |= harness.best_of(1, {FIRST: partial(started, commands[WARM], cache)})
    warm = timings[WARM].wall
    results = [{"command": name, "wall_s": t.wall, "cpu_s": t.cpu} for name, t in timings.items()]
    lines = [(name, f"{t.wall:.3f}", f"{t.cpu:.3f}") for name, t in timings.items()]
    verdict = "reached" if warm < GOAL else "NOT reached"
    notes = f"goal: a warm verify of one candidate under {GOAL} s: {verdict} ({warm:.3f} s)"
    harness.publish(
        chosen, {"goal": GOAL, "commands": results}, [(("command", "wall s", "CPU s"), lines)], notes
    )


def started(command: list[str], cache: Path | None = None) -> None:
    """Run one command to its end; `cache` is the folder for compiled runtimes, else the user's own."""
    environment = {**os.environ, **({"LLMERM_CACHE_DIR": str(cache)} if cache else {})}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
