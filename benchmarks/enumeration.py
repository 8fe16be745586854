"""Length-first enumeration: programs a second a core on 100 rows, against plain Python and cvc5.

The first table is the search alone: expressions evaluated, to a fixed size of the shipped grammars, on tasks
that none of them fits. Plain Python (plain_enumerator.py) goes to a smaller size; up to it both must find as
many behaviours of each type. The second is all functions of a few gates of 20 columns (gates.py), by cvc5's
SyGuS enumerator too. It does not tell how many terms it evaluates, so what is compared is the time for all
of them; plain Python and cvc5 must keep as many. The third is the time to a program without error.

    python benchmarks/enumeration.py [--tiny] [--json] [--repeat N] [--found] [--figure] [--write]

--found adds what `llmerm learn` finds of the tasks (5 minutes), --figure draws docs/figures/enumeration.svg,
--write puts the tables into docs/enumeration.md.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from typing import Any

import enumeration_page
import gates
import harness
import llmerm
from llmerm.enumeration import Found, grammar_for, search
from plain_enumerator import Level, enumerate_plainly

GOAL = 1e7  # programs a second a core
SEARCHES = [("parity_random_10", 20, 33), ("sha256_parity", 50, 31), ("prime", 20, 30)]  # task, n, size
PLAIN = {"bits": 17, "digits": 16}  # sizes that take plain Python seconds
COLUMNS, GATES = 20, 3
PARITIES = [[1, 4], [1, 4, 7], [1, 4, 7, 9]]  # columns, from 0
EASY = [("parity_all", 20), ("palindrome", 20)]  # tasks with a rule of a size that plain Python reaches


def main() -> None:
    """Measure, check that all agree, print."""
    chosen = harness.options(
        __doc__,
        repeat=3,
        found="also what llmerm learn finds of the tasks",
        figure="also draw docs/figures/enumeration.svg",
        write="put the tables into docs/enumeration.md",
    )
    searched = [
        line
        for task, n, size in (SEARCHES[:1] if chosen.tiny else SEARCHES)
        for line in searches(task, n, 14 if chosen.tiny else size, chosen)
    ]
    most = 1 if chosen.tiny else GATES
    document = {
        "goal": GOAL,
        "searches": searched,
        "gates": all_gates(gates.problem(COLUMNS, None), most, chosen),
        "first": firsts(chosen),
    }
    tables = {
        "searches": (SEARCH_HEADER, [search_line(line) for line in searched]),
        "gates": (GATES_HEADER, [gates_line(line) for line in document["gates"]]),
        "first": (FIRST_HEADER, [first_line(line) for line in document["first"]]),
    }
    if chosen.found:
        document["found"] = enumeration_page.found(chosen.tiny)
        tables["found"] = enumeration_page.found_table(document["found"])
    if chosen.figure:
        enumeration_page.draw(chosen.tiny)
    if chosen.write and not chosen.tiny:
        enumeration_page.write(tables)
    rates = [line["rate"] for line in searched if line["way"] == "llmerm" and line["threads"] == 1]
    notes = (
        f"100 rows; gates: functions of {COLUMNS} columns of up to {most}, ratio: time / llmerm on 1 thread\n"
        f"goal, 1 thread: {GOAL:,.0f} programs a second: {'reached' if min(rates) >= GOAL else 'NOT reached'}"
        f" ({min(rates):,.0f} to {max(rates):,.0f})"
    )
    if not gates.HAS_CVC5:
        notes += "\ncvc5 is not installed (pip install cvc5), so it is left out"
    harness.publish(chosen, document, list(tables.values()), notes)


SEARCH_HEADER = (
    "task",
    "n",
    "size",
    "way",
    "threads",
    "programs",
    "kept",
    "s",
    "programs/s/core",
    "ratio",
)
GATES_HEADER = ("way", "threads", "gates", "programs", "kept", "s", "programs/s/core", "ratio")
FIRST_HEADER = ("rule", "size", "llmerm s", "plain s", "ratio", "cvc5 s", "ratio")


def searches(task: str, n: int, size: int, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """llmerm on one and on two threads, and plain Python to a smaller size."""
    train = llmerm.task(task, n=n).split(train=100, heldout=0, test=2, seed=0).train
    grammar = grammar_for(train)
    found: dict[int, Found] = {}

    def run(threads: int) -> None:
        found[threads] = search(train, max_size=size, time_limit=None, threads=threads)

    timings = harness.best_of(chosen.repeat, {str(threads): partial(run, threads) for threads in (1, 2)})
    plain_size = 11 if chosen.tiny else PLAIN[grammar.name]
    plain: list[Level] = []
    plain_s = harness.best_of(
        1, {"plain": lambda: plain.extend(enumerate_plainly(train.x, grammar, plain_size))}
    )["plain"].wall
    for level, same in zip(plain, found[1].levels, strict=False):
        counts = {kind: len(level.found.get(kind, ())) for kind in same.types}  # what is stored
        harness.require(counts == dict(same.types), f"{task}, size {level.size}: plain Python finds others")
    harness.require(found[1].full_at == 0, f"{task}: the memory does not hold size {size}")
    common = {"task": task, "n": n}
    programs = sum(level.programs for level in plain)
    rate = programs / plain_s
    lines: list[dict[str, Any]] = []
    for threads in (1, 2):
        seconds = timings[str(threads)].wall
        of_core = found[threads].programs_seen / seconds / threads
        lines.append(
            {
                **common,
                "size": size,
                "way": "llmerm",
                "threads": threads,
                "programs": found[threads].programs_seen,
                "kept": found[threads].distinct,
                "seconds": seconds,
                "rate": of_core,
                "ratio": of_core / rate,
            }
        )
    kept = sum(len(values) for level in plain for values in level.found.values())
    end = {"programs": programs, "kept": kept, "seconds": plain_s, "rate": rate, "ratio": 1.0}
    return [*lines, {**common, "size": plain_size, "way": "plain", "threads": 1, **end}]


def search_line(line: dict[str, Any]) -> tuple[str, ...]:
    """A line of the first table as text."""
    names = [str(line[name]) for name in ("task", "n", "size", "way", "threads")]
    counts = [f"{line[name]:,}" for name in ("programs", "kept")]
    return (*names, *counts, f"{line['seconds']:.2f}", f"{line['rate']:,.0f}", f"{line['ratio']:,.0f}")


def all_gates(asked: gates.Problem, most: int, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """All functions of up to so many gates, by each of the three. The peers run once."""
    runs: dict[tuple[str, int], gates.Run] = {}
    for threads in (1, 2):
        repeated = [gates.by_llmerm(asked, most, threads) for _ in range(chosen.repeat)]
        runs["llmerm", threads] = min(repeated, key=lambda run: run.seconds)
    ours = runs["llmerm", 1]
    plain = runs["plain", 1] = gates.by_plain(asked, most)
    harness.require(ours.kept.items() <= plain.kept.items(), "gates: plain Python finds others")
    if gates.HAS_CVC5:
        kept = gates.by_cvc5(asked, most, count=True).kept
        harness.require(sum(kept.values()) == sum(plain.kept.values()), f"gates: cvc5 keeps {kept} terms")
        runs["cvc5", 1] = replace(gates.by_cvc5(asked, most), kept=kept)
    return [
        {
            "way": way,
            "threads": threads,
            "gates": most,
            "programs": run.programs,
            "kept": sum(run.kept.values()),
            "seconds": run.seconds,
            "ratio": run.seconds / ours.seconds,
        }
        for (way, threads), run in runs.items()
    ]


def gates_line(line: dict[str, Any]) -> tuple[str, ...]:
    """A line of the second table as text."""
    names = [str(line[name]) for name in ("way", "threads", "gates")]
    programs, rate = line["programs"], "-"
    if programs is not None:
        rate = f"{programs / line['seconds'] / line['threads']:,.0f}"
    counts = ["-" if programs is None else f"{programs:,}", f"{line['kept']:,}"]
    return (*names, *counts, f"{line['seconds']:.3f}", rate, f"{line['ratio']:,.2f}")


def firsts(chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Seconds to the first program without error: parities of columns out of gates, and tasks."""
    lines = []
    for columns in PARITIES[:1] if chosen.tiny else PARITIES:
        asked = gates.problem(COLUMNS, columns)
        repeated = [gates.by_llmerm(asked, None, 1) for _ in range(chosen.repeat)]
        runs = {"llmerm": min(repeated, key=lambda run: run.seconds), "plain": gates.by_plain(asked, None)}
        if gates.HAS_CVC5:
            runs["cvc5"] = gates.by_cvc5(asked, None)
        for way, run in runs.items():
            harness.require(run.found, f"{way} does not find the parity of {columns}")
        name = f"xor of {len(columns)} of {COLUMNS} columns, gates"
        seconds = {way: run.seconds for way, run in runs.items()}
        lines.append({"rule": name, "size": asked.size(len(columns) - 1), **seconds})
    for task, n in EASY[:1] if chosen.tiny else EASY:
        train = llmerm.task(task, n=n).split(train=100, heldout=0, test=2, seed=0).train
        wanted = tuple(map(bool, train.y.tolist()))
        timings = harness.best_of(
            1,
            {
                "llmerm": lambda train=train: search(train, k=1, threads=1),
                "plain": lambda train=train, wanted=wanted: list(
                    enumerate_plainly(train.x, grammar_for(train), 30, wanted=wanted)
                ),
            },
        )
        exact = search(train, k=1).exact
        harness.require(exact is not None, f"{task} is not found")
        size = exact.size if exact else 0
        lines.append({"rule": f"{task}, n = {n}", "size": size} | {w: t.wall for w, t in timings.items()})
    return lines


def first_line(line: dict[str, Any]) -> tuple[str, ...]:
    """A line of the third table as text."""
    cells = [line["rule"], str(line["size"]), f"{line['llmerm']:.4f}"]
    for way in ("plain", "cvc5"):
        told = way in line
        cells += [f"{line[way]:.4f}" if told else "-", f"{line[way] / line['llmerm']:.1f}" if told else "-"]
    return tuple(cells)


if __name__ == "__main__":
    main()
