"""What the benchmark of the fast tier runs: recorded proposals, constructs of the semantics, sampled rows."""

from __future__ import annotations

import ast
import re
from functools import cache

import harness
import llmerm
from llmerm import Dataset

LENGTHS = {
    "parity_all": 50,
    "pattern_alternating": 50,
    "palindrome": 50,
    "dyck2": 40,
    "automaton_parity": 50,
    "prime": 20,
}
"""The tasks with recorded proposals, and the n they were made for."""
SEMANTICS = harness.ROOT / "tests" / "semantics"


@cache
def sampled(task: str, n: int, count: int) -> Dataset:
    """Rows from the task's sampler, half of them labelled 1."""
    rows = llmerm.task(task, n=n).split(train=2, heldout=0, test=count, seed=1).test
    assert rows is not None
    return rows


@cache
def proposals(task: str) -> list[str]:
    """The sources of the recorded proposals, in order."""
    recorded = llmerm.RecordedProposals(harness.PROPOSALS / f"{task}.proposals.jsonl")
    return [str(proposal.source) for proposal in recorded.propose(Dataset(["0"], [0]), 5)]


def constructs() -> list[tuple[str, Dataset]]:
    """The sources below tests/semantics that the fast tier takes, each with its first row."""
    found = []
    for path in sorted(SEMANTICS.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        inputs = re.search(r"^# inputs: (.+)$", source, re.MULTILINE)
        assert inputs, path
        rows = ast.literal_eval(inputs[1])
        row = Dataset(rows[:1], [0], input_type=input_type(rows))
        program = llmerm.compile(source, input_type=row.input_type, tier="fast")
        if llmerm.verify([program], row, threads=1)[0].rejected is None:
            found.append((source, row))
    return found


def input_type(rows: list[object]) -> str:
    """The type of literal rows, as in tests/test_fast_semantics.py."""
    if isinstance(rows[0], str):
        return "text"
    if isinstance(rows[0], dict):
        return "record"
    values = [value for row in rows if isinstance(row, list) for value in row]
    return "floats" if any(isinstance(value, float) for value in values) else "ints"
