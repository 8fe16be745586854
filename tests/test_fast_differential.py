"""Random programs (fast_programs.py) under the fast tier, against plain CPython, row by row.

    python tests/test_fast_differential.py --programs 100000 --start 0

runs more of them. The Python that runs this is asked first, as it is quick; where it differs, the CPython in
the sandbox decides, whose version is the one that counts.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from dataclasses import dataclass, field

import fast_oracle
import fast_programs
import pytest

PROGRAMS, BLOCK, ROWS = 2000, 100, 20


@dataclass
class Tally:
    """What became of a block of programs."""

    programs: int = 0
    declined: int = 0
    rows: int = 0
    deopts: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.programs} programs, {self.declined} declined; "
            f"{self.rows} rows, {self.deopts} run again in CPython; {len(self.differences)} differences"
        )


def try_program(seed: int, tally: Tally) -> None:
    """One program: what differs goes into the tally."""
    source, kind = fast_programs.program(seed)
    rows = fast_programs.rows(seed, ROWS)
    tally.programs += 1
    run = fast_oracle.run(source, rows, "fast", kind)
    if run.rejected is not None:
        tally.declined += 1
        reason = re.sub(r"line \d+", "line", run.rejected)[:80]
        if "declines" not in reason and "changes an object" not in reason:
            tally.differences.append(f"seed {seed}, {kind} rows\n{source}\n    {run.rejected}")
        tally.reasons[reason] = tally.reasons.get(reason, 0) + 1
        return
    tally.rows += len(rows)
    tally.deopts += run.deopts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        wanted = fast_oracle.expected(source, rows)
    if wanted != run.answers:
        wanted = fast_oracle.run(source, rows, "cpython", kind).answers
    wrong = [
        f"    {row!r}: expected {want!r}, got {got!r}"
        for row, want, got in zip(rows, wanted, run.answers, strict=True)
        if want != got
    ]
    if wrong:
        tally.differences.append("\n".join([f"seed {seed}, {kind} rows", source, *wrong]))


@pytest.mark.parametrize("start", range(0, PROGRAMS, BLOCK))
def test_random_programs_answer_as_cpython(start: int) -> None:
    tally = Tally()
    for seed in range(start, start + BLOCK):
        try_program(seed, tally)
    assert not tally.differences, f"{tally}\n\n" + "\n\n".join(tally.differences[:3])
    assert tally.declined < BLOCK / 4, f"{tally}\n{tally.reasons}"
    assert tally.deopts < tally.rows / 4, str(tally)


def test_a_program_is_a_function_of_its_seed() -> None:
    assert [fast_programs.program(seed) for seed in range(20)] == [
        fast_programs.program(seed) for seed in range(20)
    ]
    assert fast_programs.rows(3, 20)[:5] == fast_programs.rows(3, 5)


def test_the_programs_are_as_varied_as_meant() -> None:
    answers = []
    for seed in range(200):
        source, _ = fast_programs.program(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            answers += fast_oracle.expected(source, fast_programs.rows(seed, ROWS))
    raised = {answer for answer in answers if isinstance(answer, str)}
    assert {"ValueError", "IndexError", "KeyError", "ZeroDivisionError"} <= raised
    assert sum(isinstance(answer, int) for answer in answers) > 0.5 * len(answers)
    assert len(set(answers)) > 200


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the fast tier with CPython on random programs.")
    parser.add_argument("--programs", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--start", type=int, default=0, help="the first seed (default: 0)")
    options = parser.parse_args()
    tally = Tally()
    for seed in range(options.start, options.start + options.programs):
        known = len(tally.differences)
        try_program(seed, tally)
        for difference in tally.differences[known:]:
            print(difference, flush=True)
        if tally.programs % 1000 == 0:
            print(tally, file=sys.stderr, flush=True)
    for reason, count in sorted(tally.reasons.items(), key=lambda item: -item[1]):
        print(f"{count:6} declined: {reason}")
    print(tally)
    sys.exit(bool(tally.differences))


if __name__ == "__main__":
    main()
