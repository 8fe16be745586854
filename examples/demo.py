"""Learn six tasks from recorded LLM proposals, then without any model: what `make demo` runs.

For each task of examples/proposals: the five programs that a model proposed from the training rows are run
on 100 held-out rows, the best is selected, and only then is it, and for the table every other, run on 10,000
test rows. Then the same from the same rows with nothing configured: programs are enumerated by size. Ends
with exit code 1 if a count differs from the recorded ones, or enumeration does not find what it should.

    python examples/demo.py [TASK ...]
"""

from __future__ import annotations

import sys
import textwrap
import time
from pathlib import Path

import llmerm
from llmerm.dataset import Split
from llmerm.enumeration import EnumerationProposer
from llmerm.report import accuracy_text, faults_text, fuel_text, table

FOLDER = Path(__file__).parent / "proposals"

# Correct rows of each candidate, counted once in plain CPython: (of 100 held-out, of 10,000 test).
RIGHT = (100, 10_000)
EXPECTED = {
    "parity_all": [RIGHT] * 5,
    "pattern_alternating": [*[RIGHT] * 4, (98, 9_791)],
    "palindrome": [*[RIGHT] * 3, (100, 9_993), RIGHT],
    "dyck2": [*[RIGHT] * 4, (99, 9_849)],
    "prime": [*[RIGHT] * 4, (99, 9_997)],
    "automaton_parity": [RIGHT] * 5,
}
# Rules that enumeration finds, with all test rows right; of primality it says what it searched.
FOUND = {"parity_all", "pattern_alternating", "palindrome", "dyck2", "automaton_parity"}
SEARCH_SECONDS = 10.0
HEADER = ("task", "", "candidate", "held-out", "test", "faults", "fuel/row", "tier", "bytes", "recorded")
SEARCHED = ("task", "size", "programs", "seconds", "held-out", "test", "program")


def main() -> None:
    """Learn every task (or those named) both ways, print a table of each and what was found."""
    tasks = sys.argv[1:] or list(EXPECTED)
    if unknown := [name for name in tasks if name not in EXPECTED]:
        sys.exit(f"no recorded proposals for {', '.join(unknown)}; there are: {', '.join(EXPECTED)}")
    start = time.perf_counter()
    lines: list[tuple[str, ...]] = []
    found: list[str] = []
    wrong = 0
    for name in tasks:
        say(f"{name}: 5 candidates on 100 held-out and 10,000 test rows ...")
        result, rows, differing = learn(name)
        lines += rows
        wrong += differing
        found.append(found_text(name, result))
    print(table(HEADER, lines))
    print("\n* selected: held-out error, then length, then order; the test rows had no part in it\n")
    print("\n\n".join(found))
    say(f"{len(lines)} candidates in {time.perf_counter() - start:.0f} s")
    if wrong:
        sys.exit(f"{wrong} of {len(lines)} candidates differ from the recorded counts")
    print(f"\nall {len(lines)} candidates have exactly the recorded counts")
    print(f"\nwithout a model: programs enumerated by size, {SEARCH_SECONDS:.0f} s at most\n")
    searched = [enumerated(name) for name in tasks]
    print(table(SEARCHED, [row for row, _ in searched]))
    if amiss := [name for name, (_, found) in zip(tasks, searched, strict=True) if found != (name in FOUND)]:
        sys.exit(f"enumeration came out otherwise than it should on {', '.join(amiss)}")


def learn(name: str) -> tuple[llmerm.Result, list[tuple[str, ...]], int]:
    """One task: the result, its lines of the table, and how many candidates differ from the record."""
    data = rows_of(name)
    test = data.test
    proposer = llmerm.RecordedProposals(FOLDER / f"{name}.proposals.jsonl")
    result = llmerm.learn(data, proposer=proposer, k=5)
    # Selection is over: what the others would have got on the test rows is for the table alone.
    others = [c.program for c in result.candidates if c.program is not None]
    tested = dict(zip((p.hash for p in others), llmerm.verify(others, test), strict=True))
    rows, differing = [], 0
    for candidate, expected in zip(result.candidates, EXPECTED[name], strict=True):
        verdict = tested[candidate.program.hash] if candidate.program else None
        counts = (candidate.verdict.correct if candidate.verdict else 0, verdict.correct if verdict else 0)
        differing += counts != expected
        rows.append(
            (
                name if candidate.index == 0 else "",
                "*" if result.best is not None and candidate.index == result.best.index else "",
                str(candidate.index + 1),
                accuracy_text(candidate.verdict),
                accuracy_text(verdict),
                faults_text(verdict),
                fuel_text(verdict),
                verdict.tier if verdict else "-",
                str(candidate.length),
                "same" if counts == expected else f"was {expected[0]}, {expected[1]:,}",
            )
        )
    return result, rows, differing


def enumerated(name: str) -> tuple[tuple[str, ...], bool]:
    """One task by enumeration: its line of the table, and whether a program with all rows right was found."""
    say(f"{name}: enumerating programs ...")
    start = time.perf_counter()
    result = llmerm.learn(rows_of(name), proposer=EnumerationProposer(time_limit=SEARCH_SECONDS))
    seconds = time.perf_counter() - start
    search, best = result.search, result.best
    found = search["exact"] is not None and result.test.risk == 0
    row = (
        name,
        str(best.proposal.code_size) if found else f"> {search['size']}",
        f"{search['programs']:,}",
        f"{seconds:.0f}",
        accuracy_text(best.verdict),
        accuracy_text(result.test),
        ("" if found else "not found; the best: ") + best.source.strip().split("\n")[-1].strip(),
    )
    return row, found


def rows_of(name: str) -> Split:
    """The recorded rows of a task."""
    train, heldout, test = (
        llmerm.read(FOLDER / f"{name}.{part}.txt") for part in ("train", "heldout", "test")
    )
    return Split(train, heldout, test, {"source": "examples/proposals", "task": name})


def found_text(name: str, result: llmerm.Result) -> str:
    """The selected program and its certificate."""
    if result.best is None or not isinstance(result.best.source, str):
        return f"{name}: nothing could be selected"
    source = textwrap.indent(result.best.source.strip(), "    ")
    return f"{name}: {result.bound().statement()}\n\n{source}"


def say(line: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
