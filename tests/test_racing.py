"""Racing chooses what running everything would: over random tables of outcomes, and with real programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import llmerm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm import Dataset, racing
from llmerm.dataset import Split
from llmerm.errors import Interrupted
from llmerm.racing import PROBE, batches, bound, contenders, decide, provisional, race
from llmerm.result import Candidate
from llmerm.select import select
from llmerm.verdict import FAULTS, Verdict
from llmerm.verification import settings_of
from test_pipeline import Listed

ENDS: dict[str, Any] = {"rejected": {"rejected": "no", "stage": "load"}, "cancelled": {"cancelled": True}}


@dataclass
class Program:
    """What a program does on each row, and what becomes of it otherwise."""

    wrong: list[bool]
    length: int
    chunk: int = 1  # rows after which its bound is looked at
    pure: bool | None = None
    ends: tuple[str, int] | None = None  # "rejected" or "cancelled", and the row that it takes
    ran: int = field(default=0, init=False)

    def verdict(self, rows: int, most: int | None) -> Verdict:
        """What the core says of the first `rows` rows; dropped past `most` errors."""
        end = next(
            (
                n
                for n in [*range(self.chunk, rows, self.chunk), rows]
                if most is not None and sum(self.wrong[:n]) > most
            ),
            None,
        )
        seen = rows if end is None else end
        self.ran += seen
        lost = {"faults": dict.fromkeys(FAULTS, 0), "exceptions": {}, "tier": "compiled", "fuel": 0}
        if self.ends is not None and self.ends[1] < seen:
            return Verdict(0, 0, 0, **lost, **ENDS[self.ends[0]])
        errors = sum(self.wrong[:seen])
        stopped = None if end is None else "dropped"
        return Verdict(
            seen, seen - errors, errors, **lost, pure=None if stopped else self.pure, stopped=stopped
        )


PROBED = 4  # rows of the tables that all programs are run on first


def raced(programs: list[Program]) -> list[Verdict]:
    rows = len(programs[0].wrong)

    def run(positions: Sequence[int], bounds: Sequence[int] | None) -> list[Verdict]:
        assert len(set(positions)) == len(positions) > 0
        most = [None] * len(positions) if bounds is None else list(bounds)
        return [programs[p].verdict(rows, b) for p, b in zip(positions, most, strict=True)]

    probed = [provisional(program.verdict(PROBED, None)) for program in programs]
    return decide([program.length for program in programs], probed, run)


@st.composite
def tables(draw: st.DrawFn) -> list[Program]:
    rows = draw(st.integers(PROBED + 1, 20))
    rate = draw(st.sampled_from([2, 5, 20]))  # one row in so many is wrong, so that some tables are easy
    wrong = st.lists(st.integers(1, rate).map(lambda n: n == 1), min_size=rows, max_size=rows)
    ends = st.tuples(st.sampled_from(["rejected", "cancelled"]), st.integers(0, rows - 1))
    program = st.builds(
        Program,
        wrong=wrong,
        length=st.integers(1, 3),
        chunk=st.integers(1, rows),
        pure=st.sampled_from([None, True, True, False]),
        ends=st.one_of(st.none(), st.none(), ends),
    )
    found = draw(st.lists(program, min_size=1, max_size=8))
    return found + [Program(**vars_of(found[0]))] * draw(st.integers(0, 1))


def vars_of(program: Program) -> dict[str, Any]:
    return {name: value for name, value in vars(program).items() if name != "ran"}


@settings(max_examples=1000, deadline=None)
@given(tables())
def test_the_choice_is_that_of_exhaustive_scoring(programs: list[Program]) -> None:
    rows = len(programs[0].wrong)
    lengths = [program.length for program in programs]
    whole = [program.verdict(rows, None) for program in programs]
    found = raced(programs)
    best = select(whole, lengths)
    assert select(found, lengths) == best
    if best is not None:
        assert found[best] == whole[best]  # counts, and so risk and bound; purity
    for program, verdict, true in zip(programs, found, whole, strict=True):
        if verdict.stopped is None:
            assert verdict == true
            continue
        assert verdict.stopped == "dropped"
        assert PROBED <= verdict.rows <= rows
        assert verdict.rows - verdict.correct == sum(program.wrong[: verdict.rows])
        if true.risk is not None:
            proposal: Any = type("Ok", (), {"status": "ok"})()
            between = Candidate(proposal, None, verdict, heldout_rows=rows).risk_between
            assert between is not None and between[0] <= true.risk <= between[1]


@settings(max_examples=300, deadline=None)
@given(tables())
def test_no_program_runs_much_more_than_it_must(programs: list[Program]) -> None:
    """At most the probe, once to the next error, and once more."""
    rows = len(programs[0].wrong)
    raced(programs)
    assert all(program.ran <= PROBED + 2 * rows for program in programs)


def test_of_many_right_programs_one_is_run() -> None:
    programs = [Program([False] * 100, length) for length in (5, 3, 3, 4)] + [Program([True] * 100, 1)]
    found = raced(programs)
    assert [program.ran for program in programs] == [4, 104, 4, 4, 4]
    assert [verdict.stopped for verdict in found] == ["dropped", None, "dropped", "dropped", "dropped"]


def test_rare_errors_do_not_make_a_program_the_leader() -> None:
    """Shorter programs that err on one row in fifty look as good at first; the right one is found."""
    wrong = [row % 50 == 49 for row in range(1000)]
    programs = [Program(wrong, 1) for _ in range(20)] + [Program([False] * 1000, 9)]
    found = raced(programs)
    assert found[-1].stopped is None and found[-1].rows == 1000
    assert all(program.ran == PROBED + 50 for program in programs[:-1])
    assert programs[-1].ran == PROBED + 1000


@pytest.mark.parametrize(
    "flaw", [{"pure": False}, *({"ends": (how, row)} for how in ("rejected", "cancelled") for row in (0, 50))]
)
def test_what_cannot_be_selected_sets_no_bound(flaw: dict[str, Any]) -> None:
    flawed = Program([False] * 100, 1, **flaw)
    good = Program([row == 60 for row in range(100)], 9)
    bad = Program([row % 2 == 0 for row in range(100)], 1)
    found = raced([flawed, bad, good])
    assert select(found, [1, 1, 9]) == 2 and found[2].stopped is None
    assert found[1].stopped == "dropped"


def test_bounds_and_contenders() -> None:
    assert bound(3, (10, 0), (9, 5)) == 3  # shorter: a tie is enough
    assert bound(3, (10, 1), (10, 0)) == 3  # as short, and earlier
    assert bound(3, (10, 0), (10, 1)) == 2
    assert bound(0, (10, 0), (11, 1)) == -1
    assert contenders({0: 2, 3: 1, 4: 1, 5: 1}, [9, 9, 9, 7, 5, 7]) == [4, 3, 5]
    assert contenders({0: 2, 3: 1}, [9, 9, 9, 7]) == []  # one alone has nobody to be told apart from
    assert [list(batch) for batch in batches(range(8))] == [[0], [1, 2], [3, 4, 5, 6], [7]]


# With real programs. Row i is its number; the label is 0, so a program errs where it says 1.


def numbered(start: int, count: int) -> Dataset:
    return Dataset([f"{i:06d}" for i in range(start, start + count)], [0] * count, "text")


def errs_at(modulus: int, rest: int, how: str = "wrong") -> str:
    """A program that errs where row % modulus == rest."""
    if how == "raises":
        return f"def f(x): return 0 * (1 // (int(x) % {modulus} - {rest}))"
    if how == "impure":
        return (
            "seen = []\ndef f(x):\n    seen.append(1)\n"
            f"    return int(int(x) % {modulus} == {rest} or len(seen) > 40)\n"
        )
    return f"def f(x): return int(int(x) % {modulus} == {rest})"


program_texts = st.builds(
    errs_at,
    st.sampled_from([2, 5, 97, 300, 1009]),
    st.integers(0, 400),
    st.sampled_from(["wrong", "wrong", "wrong", "raises", "impure"]),
)


@settings(max_examples=12, deadline=None)
@given(st.lists(program_texts, min_size=2, max_size=7), st.integers(0, 1))
def test_learning_is_the_same_with_and_without_racing(texts: list[str], broken: int) -> None:
    texts = texts + ["def f(x) return"] * broken
    split = Split(numbered(5000, 20), numbered(0, 700), None, {})
    whole = llmerm.learn(split, proposer=Listed(*texts), k=len(texts), exhaustive=True)
    documents = []
    for threads in (1, 2, 3):
        found = llmerm.learn(split, proposer=Listed(*texts), k=len(texts), threads=threads)
        assert (found.best and found.best.index) == (whole.best and whole.best.index)
        assert found.k == whole.k
        if found.best is not None:
            assert whole.best is not None and found.best.verdict == whole.best.verdict
            assert found.bound() == whole.bound()
        documents.append(json.dumps(found.to_json()))
        for one, all_ in zip(found.candidates, whole.candidates, strict=True):
            if one.verdict is not None and one.verdict.stopped == "dropped":
                assert one.risk is None and one.status in {"dropped", "duplicate"}
                assert one.verdict.rows >= PROBE
                if one.risk_between is not None and all_.risk is not None:
                    assert one.risk_between[0] <= all_.risk <= one.risk_between[1]
            else:
                assert one.to_json() == all_.to_json()
    assert len(set(documents)) == 1


ROWS = 70_000  # two blocks
TEXTS = [
    errs_at(2, 0),
    errs_at(60_000, 59_999),
    errs_at(69_998, 69_997),
    errs_at(10, 3),
    "def f(x): return 0  ",
]


def sources() -> dict[str, Any]:
    rows = numbered(0, ROWS)
    return {"in memory": rows, "a stream": llmerm.scan([rows[:40_000], rows[40_000:]])}


@pytest.mark.parametrize("source", ["in memory", "a stream"])
def test_a_race_over_blocks(source: str) -> None:
    programs = [llmerm.compile(text) for text in TEXTS]
    told: list[int] = []
    lengths = [1, 1, 1, 1, 9]
    found = race(programs, lengths, sources()[source], settings_of(threads=2), told.append)
    whole = llmerm.verify(programs, numbered(0, ROWS))
    assert found[4] == whole[4] and select(found, lengths) == 4
    assert [verdict.stopped for verdict in found] == ["dropped"] * 4 + [None]
    assert [verdict.rows - verdict.correct for verdict in found[:3]] == [128, 1, 1]
    assert 60_000 <= found[1].rows <= 65_536
    assert found[2].rows >= 69_998  # in the second block
    assert told == sorted(told) and told[-1] >= sum(verdict.rows for verdict in found)


def test_rows_that_can_be_read_once_are_not_raced() -> None:
    rows = numbered(0, 1000)
    once = llmerm.scan(iter([rows[:600], rows[600:]]))
    programs = [llmerm.compile(text) for text in TEXTS]
    found = race(programs, [1, 1, 1, 1, 9], once, settings_of())
    assert found == llmerm.verify(programs, rows)


def test_few_rows_and_one_program_are_not_raced(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [llmerm.compile(text) for text in TEXTS]
    assert all(v.stopped is None for v in race(programs, [1] * 5, numbered(0, PROBE), settings_of()))
    one = race(programs[:1], [1], numbered(0, 2 * PROBE), settings_of())
    assert one == llmerm.verify(programs[:1], numbered(0, 2 * PROBE))
    assert race([], [], numbered(0, 2 * PROBE), settings_of()) == []


@pytest.mark.parametrize("interrupted", [1, 2])
def test_ctrl_c_keeps_what_was_counted(monkeypatch: pytest.MonkeyPatch, interrupted: int) -> None:
    calls = 0
    real = racing.count

    def count(programs: Any, rows: Any, *more: Any, **settings: Any) -> Any:
        nonlocal calls
        calls += 1
        verdicts, _ = real(programs, rows, *more, **settings)
        return verdicts, calls == interrupted

    monkeypatch.setattr(racing, "count", count)
    programs = [llmerm.compile(text) for text in TEXTS]
    with pytest.raises(Interrupted) as stop:
        race(programs, [1, 1, 1, 1, 9], numbered(0, 1000), settings_of())
    found = stop.value.verdicts
    assert [verdict.stopped for verdict in found[:1]] == ["interrupted"]
    assert all(verdict.rows >= PROBE for verdict in found)
    assert calls == interrupted
