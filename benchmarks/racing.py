"""Selection among 100 candidates on 1,000,000 rows: rows run and time, racing against all on all rows.

"wrong": 1 right candidate and 99 that err on about half of the rows. "nearly right": 99 that err on one row
in 1,024, each shorter than the right one. "right": 100 that never err, of which one has to be run.
Rows that are run twice, or beyond the row at which a candidate is dropped, count. Compiling is in the time.

    python benchmarks/racing.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import harness
import llmerm
import row_makers
import variants
from llmerm import Dataset, Program
from llmerm.racing import race
from llmerm.select import select
from llmerm.verdict import Verdict
from llmerm.verification import settings_of

LENGTH = 50
CANDIDATES = 100
GOAL = 1.2  # times the rows, at most, of the first set
RIGHT = """def f(x):
    state = 0
    for character in x:
        if character == '1':
            state = 1 - state
    return state
"""
NEARLY = "def f(x): return x.count('1') % 2 != (x[{start}:{end}] == '{pattern}')"
ALSO_RIGHT = "def f(x): return (x.count('1') + {even}) % 2"


def main() -> None:
    """Choose both ways, assert the same choice, print rows and times."""
    chosen = harness.options(__doc__, repeat=3)
    rows = rows_of(20_000 if chosen.tiny else 1_000_000)
    number = 10 if chosen.tiny else CANDIDATES
    results = []
    for name, sources in sets(number, rows[:1000]).items():
        ran = {}
        work: dict[str, Callable[[], object]] = {}
        for way in ("racing", "exhaustive"):
            verdicts, lengths, ran[way] = run(sources, rows, way == "racing")
            ran[f"{way} choice"] = select(verdicts, lengths)
            work[way] = partial(run, sources, rows, way == "racing")
        harness.require(ran["racing choice"] == ran["exhaustive choice"], f"{name}: racing chooses another")
        timings = harness.best_of(chosen.repeat, work)
        results.append(
            {
                "candidates": name,
                "rows": len(rows),
                "rows_run": ran["racing"],
                "rows_run_exhaustive": ran["exhaustive"],
                "seconds": timings["racing"].wall,
                "seconds_exhaustive": timings["exhaustive"].wall,
            }
        )
    header = ("the others", "rows", "rows run", "exhaustive", "of the rows", "s", "exhaustive s", "ratio")
    lines = [
        (
            str(r["candidates"]),
            f"{r['rows']:,}",
            f"{r['rows_run']:,}",
            f"{r['rows_run_exhaustive']:,}",
            f"{r['rows_run'] / r['rows']:.3f}",
            f"{r['seconds']:.2f}",
            f"{r['seconds_exhaustive']:.2f}",
            f"{r['seconds_exhaustive'] / r['seconds']:.1f}",
        )
        for r in results
    ]
    share = results[0]["rows_run"] / results[0]["rows"]
    notes = (
        f"1 right candidate and {number - 1} others, {len(rows):,} rows of {LENGTH} characters, all cores\n"
        f"goal, {results[0]['candidates']}: at most {GOAL} times the rows:"
        f" {'reached' if share <= GOAL else 'NOT reached'} ({share:.3f})"
    )
    harness.publish(chosen, {"goal": GOAL, "sets": results}, [(header, lines)], notes)


def sets(number: int, few: Dataset) -> dict[str, list[str]]:
    """Sources of the candidates, the right one last. `few` rows tell which of the variants are wrong."""
    codes = variants.candidates(250)
    verdicts = llmerm.verify([llmerm.compile(code) for code in codes], few)
    wrong = [c for c, v in zip(codes, verdicts, strict=True) if v.tier == "fast" and (v.risk or 0) > 0.1]
    nearly = [
        NEARLY.format(start=start, end=start + 10, pattern=f"{pattern:010b}")
        for pattern in (0, 341, 1023)
        for start in range(40)
    ]
    right = [ALSO_RIGHT.format(even=2 * even) for even in range(number)]
    return {
        name: [*others[: number - 1], RIGHT]
        for name, others in (("wrong", wrong), ("nearly right", nearly), ("right", right))
    }


def rows_of(count: int) -> Dataset:
    """Rows of fair bits with their parity."""
    texts: list[str] = []
    labels: list[int] = []
    for bits, parity in row_makers.make("parity", count, LENGTH, seed=3):
        flat = (bits + ord("0")).tobytes().decode()
        texts += [flat[i : i + LENGTH] for i in range(0, len(flat), LENGTH)]
        labels += parity.astype(int).tolist()
    return Dataset(texts, labels, "text")


def run(sources: list[str], rows: Dataset, racing: bool) -> tuple[list[Verdict], list[int], int]:
    """Verdicts, description lengths, and the number of rows run, of all candidates together."""
    programs = [llmerm.compile(source) for source in sources]
    accepted = [program for program in programs if isinstance(program, Program)]
    harness.require(len(accepted) == len(programs), "a candidate is rejected")
    lengths = [program.length for program in accepted]
    if not racing:
        verdicts = llmerm.verify(programs, rows)
        return verdicts, lengths, sum(verdict.rows for verdict in verdicts)
    told = [0]
    return race(accepted, lengths, rows, settings_of(), told.append), lengths, told[-1]


if __name__ == "__main__":
    main()
