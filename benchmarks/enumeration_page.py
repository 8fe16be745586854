"""What docs/enumeration.md shows beside the rates: what is found of the tasks, and growth with size.

    python benchmarks/enumeration_page.py     # draws docs/figures/enumeration.svg

The rest is done by benchmarks/enumeration.py.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import harness
import llmerm
from llmerm import Dataset
from llmerm.enumeration import Found, distinct_fit, programs_fit, search

PAGE = harness.ROOT / "docs" / "enumeration.md"
FIGURE = harness.ROOT / "docs" / "figures" / "enumeration.svg"
TASKS = {
    "parity_all": (20, 50, 100),
    "parity_first_half": (20, 50, 100),
    "pattern_alternating": (20, 50, 100),
    "pattern_run": (20, 50, 100),
    "palindrome": (20, 50, 100),
    "automaton_parity": (20, 50, 100),
    "parity_random_3": (20,),
    "dyck2": (20, 40),
    "parity_random_10": (20,),
    "prime": (20,),
    "sha256_parity": (50,),
}
FEW = {("palindrome", 20), ("dyck2", 20)}  # too few rows of label 1 for a test without duplicates
CURVES = [("parity_random_10", 20, 31), ("sha256_parity", 50, 30), ("prime", 20, 30), ("integers", 10, 27)]
"""What is drawn: task (or random integers with random labels), n, largest size."""
Table = tuple[Sequence[str], list[tuple[str, ...]]]


def found(tiny: bool) -> list[dict[str, Any]]:
    """What `llmerm learn` finds of each task as it comes: 100 training and 100 held-out rows, seed 0."""
    lines = []
    for task, lengths in TASKS.items():
        for n in lengths:
            if tiny and (task, n) not in {("parity_all", 20), ("palindrome", 20)}:
                continue
            data = llmerm.task(task, n=n).split(
                train=100, heldout=100, test=10_000, seed=0, allow_duplicates=(task, n) in FEW
            )
            start = time.perf_counter()
            result = llmerm.learn(data)
            seconds = time.perf_counter() - start
            account = result.search
            assert account is not None and result.best is not None and result.test is not None
            best = result.best.proposal
            lines.append(
                {
                    "task": task,
                    "n": n,
                    "found": account["exact"] is not None,
                    "size": best.code_size,
                    "bits": best.code_bits,
                    "searched": account["size"],
                    "programs": account["programs"],
                    "seconds": seconds,
                    "accuracy": result.test.correct / result.test.rows,
                    "program": (best.rationale or "").partition(", size ")[0],
                }
            )
    return lines


def found_table(lines: Sequence[Mapping[str, Any]]) -> Table:
    """The lines as text."""
    header = ("task", "n", "found", "size", "bits", "programs", "up to size", "s", "test accuracy", "program")
    return header, [
        (
            str(line["task"]),
            str(line["n"]),
            "yes" if line["found"] else "**no**",
            str(line["size"]),
            f"{line['bits']:.1f}",
            f"{line['programs']:,}",
            str(line["searched"]),
            f"{line['seconds']:.2f}",
            f"{100 * line['accuracy']:.2f} %",
            f"`{line['program']}`",
        )
        for line in lines
    ]


def searched(task: str, n: int, size: int) -> Found:
    """A search to a size, whatever it finds."""
    if task == "integers":
        rng = random.Random(0)
        rows = [[rng.randrange(100) for _ in range(n)] for _ in range(100)]
        train = Dataset(rows, [rng.randrange(2) for _ in rows], input_type="ints")
    else:
        train = llmerm.task(task, n=n).split(train=100, heldout=0, test=2, seed=0).train
    found = search(train, max_size=size, time_limit=None)
    harness.require(found.ended == "max_size" and found.full_at == 0, f"{task}: {found.statement()}")
    return found


def draw(tiny: bool) -> None:
    """Programs and distinct behaviours against size, with the fitted exponents. The same file always."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "llmerm", "font.size": 9})
    figure, both = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, facecolor="white")
    for task, n, size in CURVES:
        found = searched(task, n, 12 if tiny else size)
        for axes, name, fit in zip(both, ("programs", "distinct"), (programs_fit, distinct_fit), strict=True):
            levels = [level for level in found.levels if name == "programs" or level.stored]
            points = [(level.size, getattr(level, name)) for level in levels if getattr(level, name)]
            line = fit(found.levels)
            label = f"{task}, n = {n}" + (f": 2^({line.exponent:.2f} size)" if line else "")
            axes.plot(*zip(*points, strict=True), "o-", markersize=3, label=label)
            if line is not None:
                ends = [line.first, line.last]
                axes.plot(ends, [line.at(end) for end in ends], ":", color="black", linewidth=1)
    for axes, title in zip(both, ("programs evaluated", "distinct behaviours"), strict=True):
        axes.set(title=title, xlabel="size", yscale="log")
        axes.grid(True, color="0.9")
        axes.legend(frameon=False, loc="upper left")
    figure.tight_layout()
    if not tiny:
        FIGURE.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(FIGURE, metadata={"Date": None})
    plt.close(figure)


def write(tables: Mapping[str, Table]) -> None:
    """Put each table between its two markers in the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, (header, lines) in tables.items():
        begin, end = f"<!-- {name}: benchmarks/enumeration.py -->", f"<!-- end of {name} -->"
        rule = ["--:" if cell.replace(",", "")[:1].isdigit() else "---" for cell in lines[0]]
        made = "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *lines))
        pattern = re.compile(f"({re.escape(begin)}\n).*?({re.escape(end)})", re.DOTALL)
        text, count = pattern.subn(lambda found, made=made: f"{found[1]}\n{made}\n\n{found[2]}", text)
        harness.require(count == 1, f"{PAGE} has no {begin} ... {end}")
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    draw(tiny=False)
