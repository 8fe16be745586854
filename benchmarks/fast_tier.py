"""The fast tier: recorded Python proposals against plain `exec`, rules against native C, and compile time.

Every way is on one thread and has comparing with the labels in it; llmerm's have fuel, sandbox and copying
the rows. (a) plain is the papers' harness (see cpython_tier.py) on the first of the same rows; time is per
row. (b) the peer is the rule in C by `cc -O2`, called in a native loop. (c) is source to machine code with
an open instance, shown by the first row's answer. Rows are made by the tasks' own samplers.

    python benchmarks/fast_tier.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import math
import statistics
import time
from functools import partial
from typing import Any

import harness
import llmerm
import native
import sources
from llmerm import Dataset, Program

ROWS, PLAIN_ROWS = 1_000_000, 100_000
PRIMES = {(20, False): 10_000, (20, True): 1_000, (100, False): 1_000, (100, True): 200}
"""Rows of numbers, by digits and by whether it is proposal 5: trial division."""
LOOPS = {"parity_all": (2, 4, 5), "automaton_parity": (1, 4, 5), "dyck2": (1, 3, 4, 5)}
"""Proposals that are a loop over the characters."""
MEAN, LEAST, LOOP, PRIME, COMPILE = 20.0, 1.0, 100.0, 2.0, 3.0
RULES = (
    ("parity", "parity_all", (2, 5), 2.5),
    ("automaton", "automaton_parity", (4, 5), 2.5),
    ("dyck2", "dyck2", (4,), 2.5),
    ("palindrome", "palindrome", (1, 2), 1.5),
    ("pattern", "pattern_alternating", (1,), 1.5),
    ("memmem", "pattern_alternating", (1,), 1.5),
)
"""The rule in C, the task, its proposals that work alike, and how many times C's time they may need."""


def main() -> None:
    """Measure all three, print tables and goals."""
    chosen = harness.options(__doc__, repeat=5)
    rows = [against_plain(task, n, k, chosen) for task, n in sources.LENGTHS.items() for k in range(1, 6)]
    hundred = [against_plain("prime", 100, k, chosen) for k in range(1, 6)]
    rules = against_c(chosen) if native.compiler() else []
    plain = {(r["task"], r["n"], r["candidate"]): r["plain_us"] for r in rows}
    for r in rules:
        us = plain.get((r["task"], r["n"], r["candidate"]))
        r["plain_by_native"] = us * 1e3 / r["native_ns"] if us else None
    compiling = compile_times(chosen)
    mean = math.exp(statistics.fmean(math.log(r["ratio"]) for r in rows))
    goals = goals_of(mean, rows, hundred, rules, compiling)
    document = {
        "geometric_mean": mean,
        "plain": rows + hundred,
        "native": rules,
        "compile_ms": compiling,
        "goals": goals,
    }
    first = [
        (
            r["task"] if r["candidate"] == 1 else "",
            str(r["n"]) if r["candidate"] == 1 else "",
            str(r["candidate"]),
            f"{r['rows']:,}",
            f"{r['plain_us']:.3f}",
            f"{r['fast_us']:.3f}",
            f"{r['ratio']:.1f}",
            str(r["deopts"]),
            "loop" if r["loop"] else "",
        )
        for r in rows + hundred
    ]
    second = [
        (
            r["rule"],
            f"{r['task']} {r['candidate']}",
            str(r["n"]),
            f"{r['native_ns']:.1f}",
            f"{r['fast_ns']:.1f}",
            f"{r['ratio']:.2f}",
            f"{r['plain_by_native']:.0f}" if r["plain_by_native"] else "",
        )
        for r in rules
    ]
    third = [(name, *(f"{value:,.2f}" for value in times.values())) for name, times in compiling.items()]
    tables: list[tuple[tuple[str, ...], Any]] = [
        (("(a) task", "n", "", "rows", "plain us", "fast us", "ratio", "deopts", ""), first),
        (("(b) in C", "in Python", "n", "C ns", "fast ns", "times slower", "plain / C"), second),
        (("(c) milliseconds", "sources", "median", "90 %", "longest"), third),
    ]
    peer = native.compiler() or "none: (b) left out"
    notes = (
        f"(a) plain exec on the first {PLAIN_ROWS // (100 if chosen.tiny else 1):,} of the rows\n"
        f"(b) native: {peer}, -O2\n"
        "(c) to the answer of the first row, with the tier's runtime loaded before\n"
        f"geometric mean of the {len(rows)} ratios of (a), without 100 digits: {mean:.1f}\n"
        + "\n".join(f"{'reached' if g['reached'] else 'NOT reached'}: {g['goal']}: {g['got']}" for g in goals)
    )
    harness.publish(chosen, document, tables, notes)


def compiled(source: str, input_type: str = "text") -> Program:
    """The program on the fast tier."""
    program = llmerm.compile(source, input_type=input_type, tier="fast")
    if not isinstance(program, Program):
        harness.require(False, f"{program.reason}\n{source}")
    assert isinstance(program, Program)
    return program


def against_plain(task: str, n: int, candidate: int, chosen: Any) -> dict[str, Any]:
    """(a) Microseconds a row of one proposal; stops if any of the compared rows differs in the count."""
    count = PRIMES[n, candidate == 5] if task == "prime" else ROWS
    rows = sources.sampled(task, n, max(20, count // 100) if chosen.tiny else count)
    some = rows[: PLAIN_ROWS // 100 if chosen.tiny else PLAIN_ROWS]
    source = sources.proposals(task)[candidate - 1]
    program = compiled(source)
    assert some.y is not None
    texts, labels = some.x, some.y.tolist()
    ours = llmerm.verify([program], some, threads=1)[0].correct
    plain = harness.plain_count(source, texts, labels)
    harness.require(ours == plain, f"{ours} rows correct by llmerm, {plain} by plain exec:\n{source}")
    verdict = llmerm.verify([program], rows, threads=1)[0]
    harness.require(verdict.tier == "fast", f"it ran on the tier {verdict.tier!r}:\n{source}")
    timings = harness.best_of(
        chosen.repeat,
        {
            "plain": partial(harness.plain_count, source, texts, labels),
            "fast": partial(llmerm.verify, [program], rows, threads=1),
        },
    )
    plain_us = timings["plain"].wall / len(some) * 1e6
    fast_us = timings["fast"].wall / len(rows) * 1e6
    return {
        "task": task,
        "n": n,
        "candidate": candidate,
        "rows": len(rows),
        "plain_rows": len(some),
        "correct": verdict.correct,
        "deopts": verdict.deopts,
        "plain_us": plain_us,
        "fast_us": fast_us,
        "ratio": plain_us / fast_us,
        "cpu_ratio": timings["plain"].cpu / len(some) / max(timings["fast"].cpu / len(rows), 1e-12),
        "loop": candidate in LOOPS.get(task, ()),
    }


def against_c(chosen: Any) -> list[dict[str, Any]]:
    """(b) Nanoseconds a row of the same rule in C and in Python, at the proposals' n and at 100."""
    results = []
    for rule, task, candidates, most in RULES:
        library = native.library(native.RULES[rule])
        for n in (sources.LENGTHS[task], 100):
            rows = sources.sampled(task, n, ROWS // 100 if chosen.tiny else ROWS)
            assert rows.y is not None
            ways = {0: partial(native.counted, library, native.characters(rows), rows.y)}
            for candidate in candidates:
                program = compiled(sources.proposals(task)[candidate - 1])
                ways[candidate] = partial(correct, program, rows)
            for candidate, way in ways.items():
                harness.require(way() == len(rows), f"{rule} {candidate} is wrong on some rows of {task}")
            timings = harness.best_of(chosen.repeat, {str(name): way for name, way in ways.items()})
            ns = {int(name): timing.wall / len(rows) * 1e9 for name, timing in timings.items()}
            results += [
                {
                    "rule": rule,
                    "task": task,
                    "candidate": candidate,
                    "n": n,
                    "native_ns": ns[0],
                    "fast_ns": ns[candidate],
                    "ratio": ns[candidate] / ns[0],
                    "goal": most,
                }
                for candidate in candidates
            ]
    return results


def correct(program: Program, rows: Dataset) -> int:
    """Correct rows by llmerm."""
    return llmerm.verify([program], rows, threads=1)[0].correct


def compile_times(chosen: Any) -> dict[str, dict[str, float]]:
    """(c) Milliseconds from source to first answer, of the proposals and of the tests of the semantics."""
    recorded = [
        (source, sources.sampled(task, n, 20)[:1])
        for task, n in sources.LENGTHS.items()
        for source in sources.proposals(task)
    ]
    semantics = sources.constructs()
    if chosen.tiny:
        recorded, semantics = recorded[::6], semantics[::50]
    passes = [harness.in_fork(partial(each_once, [*recorded, *semantics])) for _ in range(chosen.repeat)]
    times = [1e3 * min(seconds) for seconds in zip(*passes, strict=True)]
    return {
        "proposals": summary(times[: len(recorded)]),
        "tests/semantics": summary(times[len(recorded) :]),
    }


def each_once(those: list[tuple[str, Dataset]]) -> list[float]:
    """Seconds from each source to its first answer, in a process that has compiled only the runtime."""
    correct(compiled("def f(x): return 1"), Dataset(["0"], [1]))
    seconds = []
    for source, row in those:
        start = time.perf_counter()
        llmerm.verify([compiled(source, row.input_type)], row, threads=1)
        seconds.append(time.perf_counter() - start)
    return seconds


def summary(times: list[float]) -> dict[str, float]:
    """What the table shows of them."""
    times = sorted(times)
    return {
        "sources": len(times),
        "median": statistics.median(times),
        "90 %": times[int(0.9 * len(times))],
        "longest": times[-1],
    }


def goals_of(
    mean: float,
    rows: list[dict[str, Any]],
    hundred: list[dict[str, Any]],
    rules: list[dict[str, Any]],
    compiling: dict[str, dict[str, float]],
) -> list[dict[str, Any]]:
    """Each goal, whether it is reached, and how many reach it and the worst of them."""

    def goal(what: str, reached: bool, got: str) -> dict[str, Any]:
        return {"goal": what, "reached": reached, "got": got}

    def each(
        which: list[dict[str, Any]], what: str, bound: str, reached: list[bool], worst: Any
    ) -> dict[str, Any]:
        got = f"{sum(reached)} of {len(which)}; worst {worst['ratio']:.2f}"
        return goal(
            f"{what} {bound}", all(reached), f"{got}, {worst['task']} {worst['candidate']}, n = {worst['n']}"
        )

    def faster(which: list[dict[str, Any]], what: str, least: float) -> dict[str, Any]:
        reached = [r["ratio"] >= least for r in which]
        worst = min(which, key=lambda r: r["ratio"])
        return each(which, what, f"at least {least:.0f} times plain", reached, worst)

    def slower(what: str, most: float) -> dict[str, Any]:
        which = [r for r in rules if r["goal"] == most]
        reached = [r["ratio"] <= most for r in which]
        worst = max(which, key=lambda r: r["ratio"])
        return each(which, what, f"at most {most} times C", reached, worst)

    median = compiling["proposals"]["median"]
    return [
        goal(f"the geometric mean at least {MEAN:.0f} times plain", mean >= MEAN, f"{mean:.1f}"),
        faster(rows, "every proposal", LEAST),
        faster([r for r in rows if r["loop"]], "every loop over characters", LOOP),
        faster([r for r in rows if r["task"] == "prime"], "every prime of 20 digits", PRIME),
        faster(hundred, "every prime of 100 digits", PRIME),
        *([slower("loops over characters", 2.5), slower("palindrome and pattern", 1.5)] if rules else []),
        goal(f"to compile the median proposal under {COMPILE:.0f} ms", median < COMPILE, f"{median:.2f} ms"),
    ]


if __name__ == "__main__":
    main()
