"""`f_rows`, the loop over rows that a compiled candidate may bring (docs/abi.md): outcomes are those of f."""

from __future__ import annotations

from dataclasses import replace

import llmerm
import numpy as np
import pytest
from c_building import PARITY, module
from llmerm import Dataset, Limits, Program, Rejected
from llmerm.compilers import c as compiler

ANY_RETURN = "int64_t f(const {item} *x, int32_t len) {{ {body} }}"
SOURCES = {
    "text": "int64_t s = len; for (int i = 0; i + 1 < len; i += 2) s = s * 3 + x[i] - x[i + 1]; return s;",
    "ints": "int64_t s = len; for (int i = 0; i < len; i++) { if (x[i] < 0) return i; s += x[i]; } return s;",
    "floats": "double s = len; for (int i = 0; i < len; i++) s = s * 0.5 + x[i]; return s > 1;",
}
FAULTS = """
static int seen;
int64_t f(const uint8_t *x, int32_t len) {
    if (len == 0) __builtin_trap();
    for (volatile int i = 0; x[0] == '9'; i++);
    return x[0] - '0';
}
"""


def wat(loop: str, memory: str = "1") -> Program:
    """A module whose f gives the row's length, and whose f_rows has the body `loop`."""
    text = f"""(module (memory (export "memory") {memory})
      (global (export "__heap_base") i32 (i32.const 1024))
      (func (export "f") (param i32 i32) (result i64) (i64.extend_i32_u (local.get 1)))
      (func (export "f_rows") (param $base i32) (param $shift i32) (param $rows i32) (param $table i32)
        {loop}))"""
    program = llmerm.compile(text, "wat")
    assert isinstance(program, Program), program
    return program


def rows_of(input_type: str) -> Dataset:
    random = np.random.default_rng(3)
    lengths = random.integers(0, 40, 700)
    if input_type == "text":
        return Dataset(["".join(random.choice(["0", "1"], n)) for n in lengths], np.zeros(700, int))
    kinds = {"ints": random.integers(-1, 9, (700, 40)), "floats": random.normal(size=(700, 40))}
    x = [row[:n].tolist() for row, n in zip(kinds[input_type], lengths, strict=True)]
    return Dataset(x, np.zeros(700, int), input_type)


def without_loop(source: str, input_type: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as patched:
        patched.setattr(compiler, "_ROWS_EXPORT", b"")  # every text holds it: nothing is appended
        return module(source, "c", input_type)


@pytest.mark.parametrize("input_type", SOURCES)
def test_labels_are_those_of_f(input_type: str, monkeypatch: pytest.MonkeyPatch) -> None:
    item = {"text": "uint8_t", "ints": "int64_t", "floats": "double"}[input_type]
    source = ANY_RETURN.format(item=item, body=SOURCES[input_type])
    rows = rows_of(input_type)
    labels = []
    for wasm in (module(source, "c", input_type), without_loop(source, input_type, monkeypatch)):
        program = llmerm.compile(wasm, "wasm", input_type)
        assert isinstance(program, Program)
        for isolation in ("shard", "row"):
            labels.append(llmerm.predict(program, rows[: 700 if isolation == "shard" else 50]).labels)
    assert b"f_rows" in module(source, "c", input_type)
    assert b"f_rows" not in without_loop(source, input_type, monkeypatch)
    assert np.array_equal(labels[0], labels[2]) and len(set(labels[0].tolist())) > 1
    assert np.array_equal(labels[1], labels[3]) and np.array_equal(labels[0][:50], labels[1])


def test_a_row_that_traps_or_never_ends_costs_no_other_row_its_label() -> None:
    x = ["0", "1", "2", "", "3", "9", "4", "", "5"] * 30
    program = llmerm.compile(FAULTS, "c")
    assert isinstance(program, Program)
    rows = Dataset(x, [int(row or 0) for row in x])
    limits = replace(Limits(), fuel_per_row=100_000)
    verdicts = [llmerm.verify([program], rows, limits=limits, threads=threads)[0] for threads in (1, 2)]
    assert verdicts[0] == verdicts[1]
    assert (verdicts[0].correct, verdicts[0].wrong) == (180, 0)
    assert {name: count for name, count in verdicts[0].faults.items() if count} == {
        "trap": 60,
        "out_of_fuel": 30,
    }


def test_a_loop_of_its_own_is_what_runs() -> None:
    seven = "(i64.store (local.get $table) (i64.const 7))"
    rows = Dataset(["01", "10"], [7, 7])
    verdict = llmerm.verify([wat(seven)], rows[:1])[0]
    assert (verdict.rows, verdict.correct) == (1, 1)


@pytest.mark.parametrize(
    ("loop", "fault"),
    [
        ("(loop $l (br $l))", "out_of_fuel"),
        ("unreachable", "trap"),
    ],
)
def test_no_loop_can_leave_rows_out(loop: str, fault: str) -> None:
    rows = Dataset(["0101"] * 10, [4] * 10)
    limits = replace(Limits(), fuel_per_row=100_000)
    verdict = llmerm.verify([wat(loop)], rows, limits=limits)[0]
    assert verdict.rows == 10 and verdict.faults[fault] == 10


def test_a_loop_that_writes_nothing_is_wrong_on_every_row() -> None:
    rows = Dataset(["01" * n for n in range(1, 30)], [-1] * 29)
    verdict = llmerm.verify([wat("")], rows)[0]
    assert (verdict.rows, verdict.wrong) == (29, 29)


def test_without_room_for_its_table_f_is_called() -> None:
    rows = Dataset(["0101", "01"], [4, 2])
    assert llmerm.verify([wat("unreachable", memory="1 1")], rows)[0].correct == 2


def test_another_signature_is_refused() -> None:
    text = """(module (memory (export "memory") 1) (func (export "f_rows"))
      (func (export "f") (param i32 i32) (result i64) (i64.const 0)))"""
    refused = llmerm.compile(text, "wat")
    assert isinstance(refused, Rejected) and "f_rows" in refused.reason


@pytest.mark.parametrize(
    "source",
    [
        "int64_t llmerm_f_rows; int64_t f(const uint8_t *x, int32_t len) { return llmerm_f_rows; }",
        PARITY + '__attribute__((export_name("f_rows"))) void mine(int a, int b, int c, int d) {}',
    ],
    ids=["its name", "its export"],
)
def test_a_candidate_that_takes_the_name_keeps_it(source: str) -> None:
    rows = Dataset(["11", "0"], [0, 0])
    program = llmerm.compile(source, "c")
    assert isinstance(program, Program) and llmerm.verify([program], rows)[0].rows == 2
