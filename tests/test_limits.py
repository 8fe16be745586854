"""Every limit can be met, and decides: a smaller one changes what becomes of the candidate."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NamedTuple

import llmerm
import pytest
from llmerm.errors import UsageError
from llmerm.verification import Limits, Verdict

ROWS = llmerm.Dataset(["0110", "0111"], [0, 1])
WAT = '(module (memory (export "memory") {}) (func (export "f") (param i32 i32) (result i64) {}))'
RECURSION = WAT.format(
    1,
    "(if (result i64) (i32.eqz (local.get 1)) (then (i64.const 1))"
    " (else (call 0 (local.get 0) (i32.sub (local.get 1) (i32.const 1)))))",
)
DEEP = llmerm.Dataset(["0" * 20_000], [1])
SPIN = "def f(x):\n    for _ in range(20_000): pass\n    return 1"
BOMB = "def f(x): return len(bytearray(100 << 20)) and 1"
C = "int64_t f(const uint8_t *x, int32_t len) { return len; }"


class Case(NamedTuple):
    limit: str
    small: float
    large: float
    language: str
    source: str
    met: str  # by the small limit: a fault of every row, or a stage and words of the reason
    rows: llmerm.Dataset = ROWS


CASES = [
    Case("fuel_per_row", 10_000, 100_000_000, "python", SPIN, "out_of_fuel"),
    Case("fuel_per_row", 10_000, 100_000_000, "wat", RECURSION, "out_of_fuel", DEEP),
    Case(
        "fuel_per_load",
        10_000,
        1_000_000_000,
        "python",
        f"{SPIN}\nf(0)",
        "load: out of fuel while loading",
    ),
    Case("memory", 80 << 20, 256 << 20, "python", BOMB, "out_of_memory"),
    Case(
        "memory", 10 << 20, 64 << 20, "wat", WAT.format(200, "(i64.const 1)"), "compile: its memory starts at"
    ),
    Case("memory", 70 << 20, 256 << 20, "python", f"x = bytearray(90 << 20)\n{SPIN}", "load: MemoryError"),
    Case("stack", 64 << 10, 8 << 20, "wat", RECURSION, "trap", DEEP),
    Case("module_bytes", 40, 200, "wat", WAT.format(1, "(i64.const 1)"), "compile: the module has"),
    Case("source_bytes", 50, 100, "python", SPIN, "compile: the source has"),
    Case("source_bytes", 20, 100, "c", C, "compile: the source has"),
    Case("source_bytes", 20, 200, "wat", WAT.format(1, "(i64.const 1)"), "compile: the source has"),
    Case("compile_seconds", 0.001, 60, "c", C, "compile: "),
    Case("compile_memory", 16 << 20, 2 << 30, "c", C, "compile: "),
]


def verdict(case: Case, value: float) -> Verdict:
    limits = Limits(**{"fuel_per_row": 300_000_000, case.limit: value})  # type: ignore[arg-type]
    program = llmerm.compile(case.source, language=case.language, limits=limits)
    return llmerm.verify([program], case.rows, limits=limits)[0]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.limit}-{case.language}" for case in CASES])
def test_a_smaller_limit_changes_the_outcome(case: Case) -> None:
    if case.language == "c":
        pytest.importorskip("ziglang")
    large, small = verdict(case, case.large), verdict(case, case.small)
    assert large.rejected is None and sum(large.faults.values()) == 0, large
    if ": " in case.met:
        stage, reason = case.met.split(": ", 1)
        assert small.stage == stage and small.rejected is not None and reason in small.rejected, small
    else:
        assert small.faults[case.met] == len(case.rows), small


def test_fuel_per_candidate_is_spent_in_row_order() -> None:
    rows = llmerm.Dataset(["0"] * 600, [1] * 600)
    program = llmerm.compile(SPIN.replace("20_000", "2_000"))
    setting: dict[str, Any] = {"fuel_per_row": 3_000_000}
    whole = llmerm.predict(program, rows, limits=Limits(**setting))
    limits = Limits(**setting, fuel_per_candidate=whole.fuel // 2)
    runs = [llmerm.predict(program, rows, limits=limits, threads=threads) for threads in (1, 2, 3)]
    done = 600 - int(runs[0].faults.sum())
    assert 200 < done < 400 and not whole.faults.any()
    for run in runs:
        assert run.faults.tolist() == [False] * done + [True] * (600 - done)
        assert run.fuel == runs[0].fuel
    counted = llmerm.verify([program], rows, limits=limits)[0]
    assert (counted.correct, counted.faults["out_of_fuel"]) == (done, 600 - done)


def test_the_wall_clock_cancels_and_does_not_score() -> None:
    loop = llmerm.compile("def f(x):\n    while True: pass")
    fine = llmerm.compile("def f(x): return 1")
    limits = Limits(fuel_per_row=10**15, fuel_per_candidate=10**16, wall_seconds=0.3)
    cancelled, scored = llmerm.verify([loop, fine], ROWS, limits=limits, threads=1)
    assert cancelled.cancelled and cancelled.risk is None and cancelled.rejected is None
    assert (cancelled.rows, cancelled.correct, cancelled.wrong, cancelled.fuel) == (0, 0, 0, 0)
    assert (scored.cancelled, scored.rows) == (False, 2)
    with pytest.raises(UsageError, match="wall_seconds"):
        llmerm.predict(loop, ROWS, limits=limits)
    slow = Limits(fuel_per_row=30_000_000, wall_seconds=60)
    assert llmerm.verify([loop], ROWS, limits=slow)[0].faults["out_of_fuel"] == 2


def test_every_limit_has_a_test_here() -> None:
    tested = {case.limit for case in CASES} | {"fuel_per_candidate", "wall_seconds"}
    assert tested == {field.name for field in fields(Limits)}


def test_the_stack_is_that_of_the_run_not_of_the_compilation() -> None:
    program = llmerm.compile(RECURSION, language="wat", limits=Limits(stack=8 << 20))
    outcomes = [
        llmerm.verify([program], DEEP, limits=Limits(stack=stack))[0].faults["trap"]
        for stack in (8 << 20, 64 << 10, 8 << 20)
    ]
    assert outcomes == [0, 1, 0]


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_must_be_positive(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=f"limit {name} must be "):
        Limits(**{name: value})  # type: ignore[arg-type]


def test_limits_beyond_the_engine_are_refused() -> None:
    for name, value in [("memory", (4 << 30) + 1), ("stack", (64 << 10) - 1), ("stack", (64 << 20) + 1)]:
        with pytest.raises(UsageError, match=f"limit {name} "):
            Limits(**{name: value})  # type: ignore[arg-type]
    assert Limits(memory=4 << 30).memory == 4 << 30


def test_too_little_memory_for_the_interpreter_says_so() -> None:
    with pytest.raises(UsageError, match="allow at least 64 MiB"):
        llmerm.verify([llmerm.compile(SPIN, tier="cpython")], ROWS, limits=Limits(memory=8 << 20))
    for tier, memory in (("cpython", 64), ("fast", 8)):
        program = llmerm.compile(SPIN, tier=tier)
        assert llmerm.verify([program], ROWS, limits=Limits(memory=memory << 20))[0].rows == 2


def test_limits_as_json_name_every_field() -> None:
    assert Limits(stack=1 << 20).to_json() == {
        field.name: (1 << 20 if field.name == "stack" else field.default) for field in fields(Limits)
    }
