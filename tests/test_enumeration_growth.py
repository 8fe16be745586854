"""The growth of a search: exponents, what the next size takes, and the line on a terminal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from llmerm.enumeration import Level, Step, distinct_fit, next_size, programs_fit
from llmerm.enumeration.growth import count_text, duration_text
from llmerm.enumeration.pace import Pace


def levels(programs, *, distinct=None, rate=1000.0, stored_below=99, complete=None):
    """Sizes from 1 with these programs, evaluated at this rate."""
    done, found = 0, []
    for size, count in enumerate(programs, 1):
        done += count
        stored = size < stored_below
        new = (distinct[size - 1] if distinct else count // 2) if stored else 0
        found.append(
            Level(
                size,
                count,
                new,
                {},
                done / rate,
                stored=stored,
                full=not stored,
                complete=size <= (complete or len(programs)),
            )
        )
    return found


def test_the_exponents_are_those_of_the_counts():
    found = levels([2**s for s in range(1, 13)], distinct=[int(2 ** (0.5 * s) * 1000) for s in range(1, 13)])
    programs, distinct = programs_fit(found), distinct_fit(found)
    assert programs.exponent == pytest.approx(1.0) and programs.spread == pytest.approx(0, abs=1e-9)
    assert distinct.exponent == pytest.approx(0.5, abs=1e-3)
    assert (programs.first, programs.last) == (7, 12)
    assert programs.at(13) == pytest.approx(2**13)


def test_fits_agree_with_numpy():
    counts = np.random.default_rng(0).integers(100, 5000, 9).tolist()
    fit = programs_fit(levels(counts))
    slope, intercept = np.polyfit(range(4, 10), np.log2(counts[3:]), 1)
    assert (fit.exponent, fit.intercept) == (pytest.approx(slope), pytest.approx(intercept))


def test_the_next_size_on_a_line_is_known():
    estimate = next_size(levels([2**s for s in range(1, 13)]))
    assert estimate.size == 13 and estimate.programs == pytest.approx(2**13)
    assert estimate.seconds == pytest.approx(8.192) and estimate.factor == pytest.approx(1.0)
    assert estimate.text() == "about 8,192 programs, 8.2 s"


def test_the_rate_is_that_of_the_end():
    fast = levels([2**s for s in range(1, 13)], rate=1e6)
    last = Level(13, 2**13, 1, {}, fast[-1].seconds + 100.0, stored=True, full=False, complete=True)
    assert next_size([*fast, last]).seconds == pytest.approx(200, rel=0.05)


def test_a_range_covers_most_truths():
    """Counts that jump about a line by a factor: two thirds of the next ones lie in the range."""
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(300):
        counts = (2 ** (10 + 0.8 * np.arange(12) + rng.normal(0, 0.5, 12))).astype(int).tolist()
        estimate = next_size(levels(counts[:11]))
        inside += abs(math.log2(counts[11] / estimate.programs)) <= math.log2(estimate.factor)
    assert 0.55 <= inside / 300 <= 0.75


def test_too_little_to_tell():
    assert next_size([]) is None and programs_fit([]) is None
    assert next_size(levels([3, 5])) is None
    wild = next_size(levels([1, 10**9, 1, 10**9, 1, 10**9]))
    assert wild.text() == "cannot be told yet"


def test_sizes_without_programs_and_unfinished_ones_do_not_count():
    found = levels([0, 4, 0, 16, 32, 64, 3], complete=6)
    assert programs_fit(found).exponent == pytest.approx(1.0)
    assert next_size(found).size == 7


def test_what_is_not_stored_is_apart():
    found = levels([2**s for s in range(1, 9)] + [5 * 2**s for s in range(9, 13)], stored_below=9)
    assert programs_fit(found).first == 9 and distinct_fit(found).last == 8
    assert next_size(found).programs == pytest.approx(5 * 2**13)
    assert next_size(found[:10]) is None  # two sizes of the new kind


def test_the_line_of_a_running_search():
    pace = Pace()
    done = 0
    for size in range(1, 14):
        for part in (0.0, 1.0):
            programs = done + int(part * 2**size * 1000)
            step = Step(size, programs, programs // 10, 4 if size > 3 else None, 0, programs / 1e6)
            line = pace.line(step)
        done = programs
    assert line.startswith("size 13: 16.4 million programs, 1.64 million distinct, 1 million a second")
    assert "best 4 errors" in line
    pace.line(Step(14, done, done // 10, 4, 9, done / 1e6))
    half = Step(14, done + 8_192_000, done // 10, 4, 9, done / 1e6 + 8.192)
    assert pace.line(half).endswith("memory full since size 9, size 15 in about 8.2 s")


def test_numbers_for_people():
    assert [duration_text(s) for s in (0.04, 3.25, 45, 600, 20_000, 1e6, 1e9)] == [
        "0.04 s", "3.2 s", "45 s", "10 min", "5.6 h", "12 days", "31.7 years",
    ]  # fmt: skip
    assert [count_text(n) for n in (12, 9_999, 12_345, 999_999, 1.5e6, 2e9, 1e15)] == [
        "12", "9,999", "12.3 thousand", "1 million", "1.5 million", "2 billion", "1e+15",
    ]  # fmt: skip
