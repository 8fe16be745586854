"""What a candidate answers, row by row: by plain CPython in this process, and by llmerm under a tier.

An answer is a label (int), the name of an exception's type, or another outcome's name. Only for sources of
our own: `expected` runs them here.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import llmerm
from llmerm.verification import OUTCOMES

Answer = int | str
LIMITS = llmerm.Limits(fuel_per_row=400_000_000)
BAD_OUTPUT = "bad_output"


def expected(source: str, rows: Sequence[Any]) -> list[Answer]:
    """The answers of the Python that runs this test. Raises what the source raises at module level."""
    module = types.ModuleType("candidate")
    exec(compile(source, "<candidate>", "exec", dont_inherit=True), module.__dict__)
    function = module.__dict__.get("f") or _only_function(module)
    return [_answer(function, copy.deepcopy(row)) for row in rows]


def _only_function(module: types.ModuleType) -> Callable[[Any], Any]:
    [function] = [v for v in vars(module).values() if isinstance(v, types.FunctionType)]
    return function


def _answer(function: Callable[[Any], Any], row: Any) -> Answer:
    try:
        value = function(row)
    except BaseException as error:
        return type(error).__name__
    return label_of(value)


def label_of(value: Any) -> Answer:
    """What a returned value counts as, by the rules of the CPython runtime (runner.py)."""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    elif isinstance(value, str):
        try:
            value = int(value) if len(value) <= 40 else None
        except ValueError:
            value = None
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return int(value)
    return BAD_OUTPUT


@dataclass(frozen=True)
class Run:
    """llmerm's answers, and how many rows ran again in CPython. `rejected`: why there are none."""

    answers: list[Answer]
    deopts: int
    rejected: str | None = None


def run(source: str, rows: Sequence[Any], tier: str, input_type: str) -> Run:
    """llmerm's answers under a tier. A row that raises costs a call of its own, to learn what."""
    program = llmerm.compile(source, language="python", input_type=input_type, limits=LIMITS, tier=tier)
    if isinstance(program, llmerm.Rejected):
        return Run([], 0, program.reason)
    dataset = llmerm.Dataset(list(rows), [0] * len(rows), input_type=input_type)
    [verdict] = llmerm.verify([program], dataset, limits=LIMITS, threads=1, audit_rows=0)
    if verdict.rejected is not None:
        return Run([], 0, verdict.rejected)
    predictions = llmerm.predict(program, dataset, limits=LIMITS, threads=1)
    answers: list[Answer] = [
        label if OUTCOMES[outcome] == "label" else OUTCOMES[outcome]
        for label, outcome in zip(predictions.labels.tolist(), predictions.outcomes.tolist(), strict=True)
    ]
    return Run(_with_exceptions(answers, verdict.exceptions, program, dataset), verdict.deopts)


def _with_exceptions(
    answers: list[Answer], names: dict[str, int], program: llmerm.Program, dataset: llmerm.Dataset
) -> list[Answer]:
    """ "exception" replaced by its type's name. One name for all rows needs no second look."""
    if len(names) == 1:
        [name] = names
        return [name if answer == "exception" else answer for answer in answers]
    for row, answer in enumerate(answers):
        if answer == "exception":
            [verdict] = llmerm.verify(
                [program], dataset[row : row + 1], limits=LIMITS, threads=1, audit_rows=0
            )
            answers[row] = next(iter(verdict.exceptions), "no exception when run alone")
    return answers
