"""Parts of the rows, cut anywhere and run apart, add up to what one run says: a model of the core decides."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm.engines import plan
from llmerm.engines.folding import Again, Folding
from llmerm.merging import NOTHING, Sum, join, merge
from llmerm.verdict import FAULTS, Verdict

LIMIT = 100  # fuel


class Block(NamedTuple):
    """What a program does on a block, given fuel without end."""

    correct: int
    exceptions: dict[str, int]
    fuel: list[int]  # of each row
    tier: str
    pure: bool | None
    rejected: str | None


BLOCKS = st.lists(
    st.builds(
        Block,
        correct=st.integers(0, 3),
        exceptions=st.dictionaries(st.sampled_from(["KeyError", "Boom", "A"]), st.integers(1, 4)),
        fuel=st.lists(st.integers(0, 12), min_size=1, max_size=6),
        tier=st.sampled_from(["fast", "fast", "fast", "cpython"]),
        pure=st.sampled_from([True, True, None, False]),
        rejected=st.sampled_from([None] * 30 + ["trap"]),
    ),
    min_size=1,
    max_size=9,
)


def run(blocks: list[Block], spent: int = 0) -> Verdict:
    """The core, in small: blocks in order, the fuel of the candidate, the first rejection."""
    total: Verdict | None = None
    for block in blocks:
        part = alone(block, LIMIT - spent)
        if part.rejected is not None:
            return part
        spent += part.fuel
        total = part if total is None else join(total, part)
    assert total is not None
    return total


def alone(block: Block, left: int) -> Verdict:
    rows, used = 0, 0
    for each in block.fuel:
        if used + each > left:
            break
        rows, used = rows + 1, used + each
    whole = rows == len(block.fuel)
    if whole and block.rejected is not None:  # by its last row
        return replace(NOTHING, tier=block.tier, rejected=block.rejected, stage="load")
    exceptions = block.exceptions if whole else {}
    raised = sum(exceptions.values())
    out = 0 if whole else len(block.fuel) - rows
    faults = {**NOTHING.faults, "exception": raised, "out_of_fuel": out}
    return Verdict(
        rows=block.correct + raised + out,
        correct=block.correct,
        wrong=0,
        faults=faults,
        exceptions=exceptions,
        tier=block.tier,
        fuel=used if whole else max(left, used),
        pure=block.pure if whole else None,
    )


def cut(blocks: list[Block], borders: list[int]) -> list[list[Block]]:
    edges = sorted({0, len(blocks), *(border % len(blocks) for border in borders)})
    return [blocks[a:b] for a, b in pairwise(edges)]


@settings(max_examples=500)
@given(BLOCKS, st.lists(st.integers(0, 8), max_size=6))
def test_parts_cut_anywhere_are_the_whole(blocks: list[Block], borders: list[int]) -> None:
    parts = cut(blocks, borders)
    asked: list[tuple[int, int]] = []

    def again(number: int, spent: int) -> Verdict:
        asked.append((number, spent))
        return run(parts[number], spent)

    assert merge(map(run, parts), LIMIT, again) == run(blocks)
    assert asked == sorted(asked) and all(number > 0 for number, _ in asked)


@settings(max_examples=300)
@given(st.lists(BLOCKS, min_size=1, max_size=5), st.integers(1, 3), st.data())
def test_tasks_may_end_in_any_order(programs: list[list[Block]], size: int, data: st.DataObject) -> None:
    """Programs in batches, their parts filed in any order, doubted ones run again: the whole all the same."""
    number = min(map(len, programs))
    blocks = [program[:number] for program in programs]
    parts = [cut(each, data.draw(st.just([3, 5]))) for each in blocks]
    batches = [range(i, min(i + size, len(blocks))) for i in range(0, len(blocks), size)]
    folding = Folding(batches, LIMIT)
    tasks = [(b, part, 0) for b in range(len(batches)) for part in range(len(parts[0]))]
    for batch, part, _ in data.draw(st.permutations(tasks)):
        again = folding.file(batch, part, {i: run(parts[i][part]) for i in folding.running(batch)})
        while isinstance(again, Again):
            assert not folding.is_past(again.part)
            doubted = {i: run(parts[i][again.part], spent) for i, spent in again.spent.items()}
            again = folding.file(again.batch, again.part, doubted)
    assert all(folding.is_past(part) for part in range(len(parts[0])))
    assert folding.verdicts(interrupted=False) == list(map(run, blocks))


def test_a_part_is_doubted_only_where_fuel_or_a_rejection_leaves_no_choice() -> None:
    fine, heavy = (
        replace(NOTHING, tier="fast", rows=1, correct=1, fuel=60),
        replace(NOTHING, tier="fast", fuel=41),
    )
    rejected = replace(NOTHING, tier="fast", rejected="no", stage="load")
    total = Sum(LIMIT)
    assert not total.doubts(rejected)  # nothing was spent before it, so it was rejected rightly
    total.add(fine)
    assert total.doubts(heavy) and total.doubts(rejected) and not total.doubts(replace(heavy, fuel=40))
    total.add(rejected)
    assert total.ended and total.verdict() == rejected and not total.doubts(heavy)
    total.add(fine)
    assert total.verdict() == rejected


def test_cancelled_is_cancelled_and_interrupted_keeps_its_counts() -> None:
    part = replace(NOTHING, tier="fast", rows=3, correct=2, wrong=1, fuel=5, pure=True)
    cancelled = replace(NOTHING, tier="fast", cancelled=True)
    total = Sum(LIMIT)
    assert total.interrupted() == replace(NOTHING, stopped="interrupted")
    total.add(part)
    assert total.interrupted() == replace(part, stopped="interrupted") and total.interrupted().risk is None
    total.add(cancelled)
    assert total.verdict() == total.interrupted() == cancelled
    assert join(part, part).faults == dict.fromkeys(FAULTS, 0) and join(part, part).rows == 6


@given(st.integers(0, 5000), st.integers(1, 300), st.integers(1, 2000))
def test_a_plan_has_every_program_once_and_work_for_everyone(blocks: int, slots: int, programs: int) -> None:
    size = plan.blocks_of_task(blocks, slots)
    assert 1 <= size <= plan.MAX_BLOCKS
    parts = -(-blocks // size)
    batches = plan.batches(programs, parts, slots)
    assert [i for batch in batches for i in batch] == list(range(programs))
    assert max(map(len, batches)) <= plan.MAX_PROGRAMS
    assert parts * len(batches) >= min(slots, max(1, blocks) * programs) or blocks == 0


@pytest.mark.parametrize(
    ("before", "part", "sum"), [(True, False, False), (None, True, True), (True, None, True)]
)
def test_purity_of_two_parts(before: bool | None, part: bool | None, sum: bool | None) -> None:
    one, other = replace(NOTHING, pure=before), replace(NOTHING, pure=part)
    assert join(one, other).pure is join(other, one).pure is sum
