"""The enumeration against a plain one and brute force: nothing is missed, and sources do what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import log2
from typing import Any

import enumeration_oracle
import llmerm
import plain_enumerator
import pytest
from enumeration_oracle import (
    Case,
    Grammar,
    cases,
    engine,
    large_cases,
    least_sizes,
    oracle,
    reported_sizes,
)
from hypothesis import HealthCheck, given, settings
from plain_language import OPERATIONS, Expression, parse

MODERATE = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(MODERATE, max_examples=40)
TINY = Grammar("01", [("x", 1, []), ("match", 1, [[1]]), ("count", 1, []), ("equal", 1, []), ("not", 1, [])])


def answers(source: str, rows: list[Any]) -> list[Any]:
    """What a program answers in this Python; None where it raises."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    found = []
    for row in rows:
        try:
            found.append(int(namespace["f"](row)))
        except (IndexError, ValueError, TypeError):
            found.append(None)
    return found


@MODERATE
@given(case=cases)
def test_every_behaviour_is_found_at_its_least_size(case: Case) -> None:
    levels = oracle(case)
    found = engine(case, max_size=len(levels))
    assert reported_sizes(case, found) == least_sizes(levels, case.result)
    assert found["ended"] in ("max_size", "exhausted") and found["full_at"] == 0
    for level, made in zip(levels, found["levels"], strict=False):
        counts = {kind: len(level.found.get(kind, ())) for kind in made["types"]}  # of those that are stored
        assert made["types"] == counts
        assert made["complete"] and made["distinct"] == sum(counts.values())


@FEWER
@given(case=large_cases)
def test_long_rows_and_many(case: Case) -> None:
    levels = oracle(case, programs=600)
    found = engine(case, max_size=len(levels))
    assert reported_sizes(case, found) == least_sizes(levels, case.result)
    for program in found["programs"][::7]:
        assert answers(program["source"], case.rows) == [
            case.label_of(value) for value in case.values(program["expression"])
        ]
        for row, answer in zip(case.others, answers(program["source"], case.others), strict=True):
            value = case.value(program["expression"], row)
            assert value is None or answer == case.label_of(value), program["source"]


@FEWER
@given(case=cases)
def test_equivalence_loses_nothing_that_brute_force_finds(case: Case) -> None:
    levels = oracle(case, prune=False)
    found = engine(case, max_size=len(levels))
    assert reported_sizes(case, found) == least_sizes(levels, case.result)


def test_brute_force_on_a_grammar_that_can_be_read() -> None:
    case = Case("bits", TINY, ["00", "01", "10", "11", "11"], [0, 1, 1, 0, 1], [])
    levels = oracle(case, prune=False, programs=400_000)
    assert len(levels) >= 9
    found = engine(case, max_size=len(levels))
    assert reported_sizes(case, found) == least_sizes(levels, "bool")
    all_of_them = sum(level.programs for level in levels)
    assert 0 < found["programs_seen"] == sum(made["programs"] for made in found["levels"]) < all_of_them


@MODERATE
@given(case=cases)
def test_sources_do_what_their_expressions_mean(case: Case) -> None:
    levels = oracle(case, programs=4000)
    programs = engine(case, max_size=len(levels))["programs"]
    for program in programs[:: len(programs) // 60 + 1]:
        expression, source = program["expression"], program["source"]
        wanted = [case.label_of(value) for value in case.values(expression)]
        assert answers(source, case.rows) == wanted, source
        assert program["errors"] == sum(map(int.__ne__, wanted, case.labels))
        for row, answer in zip(case.others, answers(source, case.others), strict=True):
            value = case.value(expression, row)
            assert value is None or answer == case.label_of(value), f"{source}\n{expression}\n{row!r}"


@FEWER
@given(case=cases)
def test_the_number_of_programs_of_a_size(case: Case) -> None:
    found = engine(case, max_size=10)
    counts = plain_enumerator.counts(case.grammar, case.rows, len(found["log2_counts"]) - 1)[case.result]
    assert found["log2_counts"] == pytest.approx([log2(count) if count else -1.0 for count in counts])
    for program in found["programs"]:
        assert program["bits"] == found["log2_counts"][program["size"]]


@FEWER
@given(case=cases)
def test_little_memory_takes_longer_and_finds_the_same(case: Case) -> None:
    levels = oracle(case, prune=False, programs=2000)
    everything = engine(case, max_size=len(levels))
    for memory in (1, 20_000):
        less = engine(case, max_size=len(levels), memory=memory)
        assert reported_sizes(case, less) == reported_sizes(case, everything)
        if memory == 1 and everything["distinct"]:
            assert less["full_at"] > 0
        few = engine(case, max_size=len(levels), memory=memory, k=7)
        assert [(p["errors"], p["size"]) for p in few["programs"]] == [
            (p["errors"], p["size"]) for p in everything["programs"][:7]
        ]


@FEWER
@given(case=cases)
def test_threads_change_nothing(case: Case) -> None:
    size = len(oracle(case, prune=False, programs=2000))
    for changes in ({}, {"k": 5}, {"memory": 20_000}):
        found = [timeless(engine(case, max_size=size, threads=threads, **changes)) for threads in (1, 2, 3)]
        assert found[0] == found[1] == found[2]


def timeless(found: dict[str, Any]) -> dict[str, Any]:
    """Without times and memory."""
    levels = [{key: value for key, value in level.items() if key != "seconds"} for level in found["levels"]]
    rest = {key: value for key, value in found.items() if key not in ("seconds", "memory")}
    return rest | {"levels": levels}


@FEWER
@given(case=cases)
def test_a_rule_that_is_in_the_grammar_is_found_at_its_least_size(case: Case) -> None:
    known = least_sizes(oracle(case, programs=4000), case.result)
    for values, size in list(known.items())[:: len(known) // 3 + 1]:
        labels = [int(value) for value in values]
        asked = Case(case.kind, case.grammar, case.rows, labels, case.others)
        if asked.result != case.result:
            continue
        first = engine(asked, k=1)
        assert first["ended"] == "found"
        more = engine(asked, k=3)
        assert more["ended"] in ("found", "exhausted")
        for program in (first["programs"][0], more["programs"][0]):
            assert (program["errors"], program["size"]) == (0, size)
            assert answers(program["source"], case.rows) == labels


def test_every_operation_runs_on_the_fast_tier() -> None:
    """Programs of each kind of rows with each operation, through compile and verify as any candidate."""
    seen: Counter[tuple[str, str]] = Counter()
    for seed in range(400):
        case = enumeration_oracle.case_of(seed)
        for program in engine(case, max_size=12, k=50)["programs"]:
            names = {(case.kind, name) for name in operations(parse(program["expression"]))}
            if min(seen[name] for name in names) >= 2:
                continue
            seen.update(names)
            compiled = llmerm.compile(program["source"], input_type=case.dataset().input_type)
            verdict = llmerm.verify([compiled], case.dataset(), threads=1)[0]
            assert (verdict.tier, verdict.deopts) == ("fast", 0), program["source"]
            assert verdict.correct == len(case.rows) - program["errors"], program["source"]
    assert {name for _, name in seen} == {*OPERATIONS, "value_mod", "feature"}


def operations(expression: Expression) -> Iterator[str]:
    """The operations of an expression."""
    yield expression.operation
    for argument in expression.arguments:
        yield from operations(argument)
