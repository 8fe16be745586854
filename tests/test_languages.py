"""The same rule in C, WAT and Python: the same labels, row by row."""

from __future__ import annotations

from pathlib import Path

import llmerm
import numpy as np
import pytest

pytest.importorskip("ziglang")

TEST_ROWS = Path(__file__).parents[1] / "examples" / "proposals" / "palindrome.test.txt"

PALINDROME = {
    "python": "def f(x): return x == x[::-1]",
    "c": """
int64_t f(const uint8_t *x, int32_t len) {
    for (int32_t i = 0, j = len - 1; i < j; i++, j--)
        if (x[i] != x[j]) return 0;
    return 1;
}""",
    "wat": """
(module (memory (export "memory") 1)
  (func (export "f") (param $x i32) (param $len i32) (result i64) (local $end i32)
    (local.set $end (i32.sub (i32.add (local.get $x) (local.get $len)) (i32.const 1)))
    (loop $next
      (if (i32.ge_s (local.get $x) (local.get $end)) (then (return (i64.const 1))))
      (if (i32.ne (i32.load8_u (local.get $x)) (i32.load8_u (local.get $end))) (then (return (i64.const 0))))
      (local.set $x (i32.add (local.get $x) (i32.const 1)))
      (local.set $end (i32.sub (local.get $end) (i32.const 1)))
      (br $next))
    unreachable))""",
}

# Pairs of rules over lists of numbers. Wrapping 64-bit arithmetic is written out in Python.
NUMBERS = {
    "ints": (
        "int64_t f(const int64_t *x, int32_t n) {\n"
        "    int64_t s = n;\n"
        "    for (int32_t i = 0; i < n; i++) s = s * 31 + (x[i] > 0 ? x[i] % 1000 : -(x[i] / 7));\n"
        "    return s;\n}",
        "def f(x):\n"
        "    s = len(x)\n"
        "    for v in x:\n"
        "        s = s * 31 + (v % 1000 if v > 0 else -(v // 7 + (v % 7 != 0)))\n"
        "    return (s + 2**63) % 2**64 - 2**63",
    ),
    "floats": (
        "#include <math.h>\n"
        "int64_t f(const double *x, int32_t n) {\n"
        "    double s = 0; int64_t odd = 0;\n"
        "    for (int32_t i = 0; i < n; i++) {\n"
        "        if (isnan(x[i])) odd += 1; else if (isinf(x[i])) odd += 10;\n"
        "        else if (x[i] == 0 && signbit(x[i])) odd += 100; else s += sqrt(fabs(x[i])) / (i + 3);\n"
        "    }\n"
        "    return odd * 1000003 + (int64_t)fmod(s * 4096, 1000003);\n}",
        "import math\n"
        "def f(x):\n"
        "    s, odd = 0.0, 0\n"
        "    for i, v in enumerate(x):\n"
        "        if math.isnan(v): odd += 1\n"
        "        elif math.isinf(v): odd += 10\n"
        "        elif v == 0 and math.copysign(1, v) < 0: odd += 100\n"
        "        else: s += math.sqrt(abs(v)) / (i + 3)\n"
        "    return odd * 1000003 + int(math.fmod(s * 4096, 1000003))",
    ),
}


def program(source: str, language: str, input_type: str) -> llmerm.Program:
    made = llmerm.compile(source, language=language, input_type=input_type)
    assert isinstance(made, llmerm.Program), made
    return made


def test_palindrome_in_three_languages_on_ten_thousand_rows() -> None:
    rows = llmerm.read(TEST_ROWS)
    assert len(rows) == 10_000 and rows.y is not None
    programs = [program(source, language, "text") for language, source in PALINDROME.items()]
    verdicts = llmerm.verify(programs, rows)
    for verdict, tier in zip(verdicts, ("fast", "compiled", "compiled"), strict=True):
        assert (verdict.rows, verdict.correct, verdict.pure, verdict.tier) == (10_000, 10_000, True, tier)
    for each in programs:
        assert np.array_equal(llmerm.predict(each, rows).labels, rows.y)
    assert 0.1 < rows.y.mean() < 0.9


def test_palindrome_in_three_languages_on_rows_of_every_length() -> None:
    generator = np.random.default_rng(0)
    halves = ["".join(generator.choice(["0", "1"], n)) for n in range(60) for _ in range(10)]
    x = ["", "0", "1", *halves, *(half + half[::-1] for half in halves), *(h[:-1] + h[::-1] for h in halves)]
    rows = llmerm.Dataset(x, [row == row[::-1] for row in x])
    programs = [program(source, language, "text") for language, source in PALINDROME.items()]
    assert [verdict.risk for verdict in llmerm.verify(programs, rows)] == [0, 0, 0]


def numbers(input_type: str) -> llmerm.Dataset:
    generator = np.random.default_rng(1)
    edges: list[float]
    if input_type == "ints":
        edges = [0, -1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63)]
        draw = lambda n: generator.integers(-(2**63), 2**63 - 1, n, endpoint=True).tolist()  # noqa: E731
    else:
        edges = [0.0, -0.0, float("nan"), float("inf"), -float("inf"), 5e-324, 1e300, -1.5]
        draw = lambda n: (generator.standard_normal(n) * 10.0 ** generator.integers(-9, 9, n)).tolist()  # noqa: E731
    x = [[], edges, *([edge] for edge in edges)]
    for n in range(400):
        row = draw(n % 23)
        row[n % 5 : n % 5] = [edges[n % len(edges)]]
        x.append(row)
    return llmerm.Dataset(x, input_type=input_type)


@pytest.mark.parametrize("input_type", NUMBERS)
def test_c_and_python_agree_on_numbers(input_type: str) -> None:
    rows = numbers(input_type)
    c, python = (
        llmerm.predict(program(source, language, input_type), rows)
        for source, language in zip(NUMBERS[input_type], ("c", "python"), strict=True)
    )
    assert not c.faults.any() and not python.faults.any()
    assert np.array_equal(c.labels, python.labels)
    assert len(np.unique(c.labels)) > 100
    here: dict[str, object] = {}
    exec(NUMBERS[input_type][1], here)  # our own source, three lines above: CPython itself has the last word
    assert [here["f"](row) for row in rows.x] == python.labels.tolist()  # type: ignore[operator]
