"""Properties over random candidates, rows and settings; CPython is the oracle for what rows look like."""

from __future__ import annotations

import zlib
from typing import Any

import llmerm
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from llmerm.verification import FAULTS, OUTCOMES, Verdict

LIMITS = llmerm.Limits(fuel_per_row=3_000_000, fuel_per_load=1_000_000_000, memory=80 << 20)
INT64 = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([2**31, -(2**31) - 1, 2**63 - 1, -(2**63)])
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)  # no lone surrogates: that is no text
FLOATS = st.floats(allow_nan=True, allow_infinity=True)
MODERATE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Candidates of every temperament. Each does something else on rows that begin with 1.
SOURCES = [
    ("python", "def f(x): return x.count('1') % 2"),
    ("python", "def f(x): return x[:1] == '1'"),
    ("python", "def f(x): return int(x)"),
    ("python", "def f(x): return None if x[:1] == '1' else 1.0"),
    ("python", "def f(x):\n    while x[:1] == '1': pass\n    return 0"),
    ("python", "def f(x): return len(bytearray(1 << 28)) if x[:1] == '1' else 1"),
    ("python", "import os\ndef f(x): return os._exit(0) if x[:1] == '1' else 1"),
    ("python", "def f(x): return f(x) if x[:1] == '1' else 1"),
    ("python", "n = []\ndef f(x):\n    n.append(x)\n    return len(n) % 2"),
    ("python", "def f(x, y): return 1"),
    ("python", "def f(x: return 1"),
    ("python", ""),
    ("wat", "(i64.const 1)"),
    ("wat", "(i64.div_u (i64.const 0) (i64.extend_i32_u (i32.sub (local.get 1) (i32.const 3))))"),
    ("wat", "(loop $l (br_if $l (i32.eq (i32.load8_u (local.get 0)) (i32.const 49)))) (i64.const 0)"),
    ("wat", "(if (i32.lt_s (memory.grow (i32.const 9000)) (i32.const 0)) (then unreachable)) (i64.const 0)"),
    ("wat", "(i32.const 1)"),
]
WAT = '(module (memory (export "memory") 1) (func (export "f") (param i32 i32) (result i64) {}))'


def compiled(language: str, source: str) -> llmerm.Program | llmerm.Rejected:
    return llmerm.compile(WAT.format(source) if language == "wat" else source, language, limits=LIMITS)


PROGRAMS = [compiled(*source) for source in SOURCES]


def check_totals(verdict: Verdict, rows: llmerm.Dataset) -> None:
    if verdict.rejected is not None:
        assert verdict.stage in ("compile", "load")
        assert (verdict.rows, verdict.risk, verdict.fuel, verdict.pure) == (0, None, 0, None)
        return
    assert not verdict.cancelled and verdict.rows == len(rows)
    assert set(verdict.faults) == set(FAULTS)
    assert verdict.rows == verdict.correct + verdict.wrong + sum(verdict.faults.values())
    assert verdict.faults["exception"] == sum(verdict.exceptions.values())
    if len(rows):
        assert verdict.risk == (verdict.wrong + sum(verdict.faults.values())) / len(rows)


@MODERATE
@given(
    choice=st.lists(st.integers(0, len(PROGRAMS) - 1), max_size=5),
    x=st.lists(st.text("01", max_size=8), max_size=12),
    threads=st.integers(1, 3),
    isolation=st.sampled_from(["shard", "row"]),
    audit_rows=st.integers(0, 5),
)
@example(
    choice=list(range(len(PROGRAMS))), x=["", "0", "101", "1"], threads=2, isolation="shard", audit_rows=4
)
def test_totals_add_up_and_nothing_depends_on_threads(
    choice: list[int], x: list[str], threads: int, isolation: Any, audit_rows: int
) -> None:
    rows = llmerm.Dataset(x, [len(row) % 2 for row in x], input_type="text")
    programs = [PROGRAMS[index] for index in choice]
    setting: dict[str, Any] = {"limits": LIMITS, "isolation": isolation, "audit_rows": audit_rows}
    verdicts = llmerm.verify(programs, rows, threads=threads, **setting)
    assert verdicts == llmerm.verify(programs, rows, threads=1, **setting)
    for program, verdict in zip(programs, verdicts, strict=True):
        check_totals(verdict, rows)
        if verdict.rejected is not None or isinstance(program, llmerm.Rejected):
            continue
        given = llmerm.predict(program, rows, limits=LIMITS, threads=threads, isolation=isolation)
        names = [OUTCOMES[code] for code in given.outcomes]
        assert given.fuel == verdict.fuel
        assert {fault: names.count(fault) for fault in FAULTS} == verdict.faults
        assert given.faults.tolist() == [name in FAULTS for name in names]
        hits = (given.labels == rows.y) & ~given.faults
        assert np.count_nonzero(hits) == verdict.correct


def test_the_candidates_above_reach_every_fault_and_stage() -> None:
    x = ["", "0", "101", "1"]
    verdicts = llmerm.verify(PROGRAMS, llmerm.Dataset(x, [0] * 4), limits=LIMITS)
    assert {name for verdict in verdicts for name, n in verdict.faults.items() if n} == set(FAULTS)
    assert {verdict.stage for verdict in verdicts} == {None, "compile", "load"}
    assert {verdict.pure for verdict in verdicts} == {None, True, False}


CHECKSUM = "import zlib\ndef f(x): return zlib.crc32(ascii(x).encode())"


def arrives(x: list[Any], input_type: str) -> None:
    """Every row is, in the sandbox, an object with the same repr as here: types, signs, order."""
    program = llmerm.compile(CHECKSUM, input_type=input_type)
    if input_type == "record":  # every row has the first one's order of columns
        expected = [{column: row[column] for column in x[0]} for row in x]
    else:
        expected = x
    rows = llmerm.Dataset(x, [zlib.crc32(ascii(row).encode()) for row in expected], input_type=input_type)
    verdict = llmerm.verify([program], rows)[0]
    assert (verdict.correct, verdict.pure) == (len(x), True if x else None), verdict


@MODERATE
@given(st.lists(TEXT | st.text("01", max_size=300), max_size=20))
@example(["", "é", "日本語", "\0", "\U0010ffff", "a" * 255, "a" * 256, "é" * 256, "\u2028\r\n"])
def test_text_arrives_as_it_is(x: list[str]) -> None:
    arrives(x, "text")


@MODERATE
@given(st.lists(st.lists(INT64, max_size=12), max_size=20))
@example([[2**e + d for e in range(63) for d in (-1, 0)] + [2**63 - 1], [-(2**e) for e in range(64)], []])
def test_integers_arrive_as_they_are(x: list[list[int]]) -> None:
    arrives(x, "ints")


@MODERATE
@given(st.lists(st.lists(FLOATS, max_size=12), max_size=20))
@example([[0.0, -0.0, float("nan"), float("inf"), -float("inf"), 5e-324, 1.7976931348623157e308], [1.0], []])
def test_floats_arrive_as_they_are(x: list[list[float]]) -> None:
    arrives(x, "floats")


VALUE = st.none() | st.booleans() | TEXT | st.integers() | FLOATS


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    columns = draw(st.lists(TEXT, min_size=1, max_size=4, unique=True))
    return draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, VALUE)), max_size=12))


@MODERATE
@given(records())
@example([{"b": None, "a": True}, {"a": 1.0, "b": 1}, {"b": "1", "a": -(10**40)}, {"b": "é", "a": -0.0}])
def test_records_arrive_as_they_are(x: list[dict[str, Any]]) -> None:
    arrives(x, "record")


@pytest.mark.parametrize("rows", [255, 256, 257, 5000])
def test_rows_arrive_in_order_whatever_their_number(rows: int) -> None:
    """Chunks and shards cut the rows in many places."""
    arrives([[row] * (row % 7) for row in range(rows)], "ints")


def test_a_view_of_an_array_arrives_like_a_copy() -> None:
    matrix = np.arange(60, dtype=np.int64).reshape(10, 6)
    program = llmerm.compile(CHECKSUM, input_type="ints")
    for array in (matrix, matrix[::2], matrix[:, ::3], matrix.T, np.asfortranarray(matrix)):
        rows = llmerm.Dataset(array, [zlib.crc32(ascii(row).encode()) for row in array.tolist()])
        assert llmerm.verify([program], rows)[0].correct == len(array)
    whole = llmerm.Dataset(matrix, [zlib.crc32(ascii(row).encode()) for row in matrix.tolist()])
    for index in (slice(3, 7), slice(9, 2, -2), np.array([5, 5, 0])):
        assert llmerm.verify([program], whole[index])[0].risk == 0
