"""Which tier runs a Python candidate, and that it shows in nothing but the tier, the fuel and the time."""

from __future__ import annotations

from dataclasses import replace

import llmerm
import pytest
from llmerm.errors import UsageError
from llmerm.verification import Verdict

ROWS = llmerm.Dataset(
    ["01" * (row % 7) + "1" * (row % 3) for row in range(600)], [row % 2 for row in range(600)]
)
LIMITS = llmerm.Limits(fuel_per_row=50_000_000)
# Not ASCII, so a row that comes here is CPython's.
DEOPT = "def f(x):\n    if x.endswith('11'): return len(x + chr(233)) % 2\n    return 1 // (len(x) - 2)"
IMPURE = "seen = {}\ndef f(x):\n    if x not in seen: seen[x] = len(seen)\n    return seen[x] % 2"


def verdict(source: str, tier: str = "auto", rows: llmerm.Dataset = ROWS, **options: object) -> Verdict:
    program = llmerm.compile(source, input_type=rows.input_type, tier=tier)
    return llmerm.verify([program], rows, limits=LIMITS, **options)[0]  # type: ignore[arg-type]


def alike(one: Verdict, other: Verdict) -> bool:
    """The same but for what tells the tiers apart."""
    return replace(one, tier="", fuel=0, deopts=0) == replace(other, tier="", fuel=0, deopts=0)


def test_what_can_be_compiled_is() -> None:
    source = "def f(x): return x.count('1') % 2"
    program = llmerm.compile(source)
    assert isinstance(program, llmerm.Program) and program.tier == "fast"
    fast, slow = verdict(source), verdict(source, "cpython")
    assert (fast.tier, fast.deopts, slow.tier) == ("fast", 0, "cpython")
    assert alike(fast, slow) and fast.fuel < slow.fuel / 10
    assert fast == verdict(source, "fast")


@pytest.mark.parametrize("isolation", ["shard", "row"])
def test_rows_that_are_not_modelled_are_run_again(isolation: str) -> None:
    expected = sum(row.endswith("11") for row in ROWS.x)
    slow = verdict(DEOPT, "cpython", isolation=isolation)
    assert slow.deopts == 0 and slow.exceptions == {"ZeroDivisionError": ROWS.x.count("01")}
    for tier in ("auto", "fast"):
        for threads in (1, 2, 3):
            fast = verdict(DEOPT, tier, isolation=isolation, threads=threads)
            assert (fast.tier, fast.deopts) == ("fast", expected) and alike(fast, slow)
    given = [llmerm.predict(llmerm.compile(DEOPT, tier=tier), ROWS) for tier in ("fast", "cpython")]
    assert (given[0].outcomes == given[1].outcomes).all()
    assert (given[0].labels == given[1].labels)[~given[0].faults].all()


def test_a_program_that_changes_what_its_module_made_is_cpythons() -> None:
    slow = verdict(IMPURE, "cpython")
    for threads in (1, 2):
        assert verdict(IMPURE, threads=threads) == slow
    forced = verdict(IMPURE, "fast")
    assert forced.rejected is not None and (forced.tier, forced.rows) == ("fast", 0)


def test_progress_is_not_counted_twice() -> None:
    told: list[int] = []
    program = llmerm.compile("seen = []\ndef f(x):\n    if x == '1111': seen.append(x)\n    return 1")
    rows = llmerm.Dataset(["0"] * 200_000 + ["1111"], [1] * 200_001)
    [found] = llmerm.verify([program], rows, limits=LIMITS, threads=1, progress=told.append)
    assert (found.tier, found.correct) == ("cpython", 200_001) and max(told, default=0) <= len(rows)


def test_a_module_level_that_raises_is_told_by_cpython() -> None:
    for source in (
        "x = 1 // 0\ndef f(x): return 1",
        "x = int('no')\ndef f(x): return 1",
        "def f(x: return 1",
    ):
        found = verdict(source)
        assert found == verdict(source, "cpython") and found.stage == "load"


def test_rows_beyond_ascii_are_cpythons() -> None:
    rows = llmerm.Dataset(["é", "a", "日本", "01"], [1, 1, 2, 2])
    for tier in ("auto", "fast"):
        found = verdict("def f(x): return len(x)", tier, rows)
        assert (found.tier, found.correct, found.deopts) == ("fast", 4, 2)


def test_classes_have_names() -> None:
    rows = llmerm.Dataset(["0", "1", "2", "3", "4"], ["no", "yes", "no", "yes", "no"])
    source = "def f(x): return {'0': 'no', '1': 'yes', '2': 0, '3': 'other'}.get(x)"
    fast, slow = verdict(source, "fast", rows), verdict(source, "cpython", rows)
    assert alike(fast, slow) and (fast.correct, fast.wrong, fast.faults["bad_output"]) == (3, 1, 1)


@pytest.mark.parametrize(
    "rows",
    [
        llmerm.Dataset([[1, -2, 3], [], [2**62]], [2, 0, 2**62]),
        llmerm.Dataset([[0.5, 1.5], [], [1e300, -1e300]], [2, 0, 0]),
        llmerm.Dataset([{"a": 1, "b": 2.0}, {"a": -3, "b": 0.5}], [3, -2], input_type="record"),
    ],
    ids=["ints", "floats", "record"],
)
def test_every_input_type(rows: llmerm.Dataset) -> None:
    source = "def f(x): return int(x['a'] + x['b']) if isinstance(x, dict) else int(sum(x))"
    fast, slow = verdict(source, rows=rows), verdict(source, "cpython", rows)
    assert alike(fast, slow) and fast.correct == len(rows)


def test_what_is_too_much_for_the_compiler_is_declined() -> None:
    for source in (
        "x = " + "(" * 50 + "1" + ")" * 50 + "\ndef f(x): return 1",
        "x = " + "-" * 20_000 + "1\ndef f(x): return 1",
        "x = 1" + "+1" * 20_000 + "\ndef f(x): return 1",
        "def f(x): return " + "[" * 30_000,
        "def f(x):\n    return 1\n" + "#" * 100_000,
        "def f(x): return 1 #\0",
        "# -*- coding: latin-1 -*-\ndef f(x): return len('é')",
    ):
        assert alike(verdict(source), verdict(source, "cpython"))


def test_a_tier_that_does_not_exist() -> None:
    with pytest.raises(UsageError, match="tier must be one of auto, fast, cpython, not 'slow'"):
        llmerm.compile("def f(x): return 1", tier="slow")
    rejected = llmerm.compile("def f(x:\n", tier="fast")
    assert isinstance(rejected, llmerm.Rejected) and rejected.stage == "compile" and "line" in rejected.reason
