"""Occam's bound by the size of a program in a grammar: formulas, the sum of the weights, coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm import bounds
from llmerm.certificate import Certificate, Code, Counts, certify
from llmerm.errors import UsageError

COUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=60)  # N(1), N(2), ... of some grammar
CODE = Code(9, 6.5)
SIZES, BITS = st.integers(1, 500), st.floats(0, 2000)


def test_by_hand() -> None:
    code = math.log(20) + math.log(2 * 9 / 0.05)
    assert bounds.size_code(3, math.log2(20), 0.05) == pytest.approx(code)
    assert bounds.occam_size_consistent(3, math.log2(20), 1000, 0.05) == pytest.approx(code / 1000)
    agnostic = 0.1 + math.sqrt(code / 2000)
    assert bounds.occam_size_agnostic(100, 3, math.log2(20), 1000, 0.05) == pytest.approx(agnostic)
    assert bounds.occam_size_consistent(3, 400, 100, 0.05) == 1.0
    assert bounds.occam_rows(code, 0.01) == math.ceil(100 * code) == 889


@given(st.integers(1, 300), st.integers(1, 10**7), st.sampled_from([0.001, 0.05, 0.5]))
def test_with_all_strings_of_a_length_it_is_the_bound_by_bytes(length: int, rows: int, delta: float) -> None:
    """N(L) = 256^L: eight bits a byte."""
    by_size = bounds.occam_size_consistent(length, 8 * length, rows, delta)
    assert by_size == pytest.approx(bounds.occam_consistent(length, rows, delta))
    by_size = bounds.occam_size_agnostic(rows // 3, length, 8 * length, rows, delta)
    assert by_size == pytest.approx(bounds.occam_agnostic(rows // 3, length, rows, delta))


@given(COUNTS, st.sampled_from([0.01, 0.05, 0.9]))
def test_the_weights_of_all_programs_sum_to_at_most_one(counts: list[int], delta: float) -> None:
    """exp(-code) is a program's share of delta."""
    shares = [
        count * math.exp(-bounds.size_code(size, math.log2(count), delta))
        for size, count in enumerate(counts, 1)
        if count
    ]
    assert sum(shares) <= delta * math.pi**2 / 12 * (1 + 1e-9) <= delta


@given(SIZES, BITS, st.integers(1, 10**6), st.floats(1e-6, 0.5))
def test_a_longer_code_and_fewer_rows_say_less(size: int, bits: float, rows: int, delta: float) -> None:
    said = bounds.occam_size_consistent(size, bits, rows, delta)
    assert 0 < said <= bounds.occam_size_consistent(size + 1, bits, rows, delta) <= 1
    assert said <= bounds.occam_size_consistent(size, bits + 1, rows, delta)
    assert said >= bounds.occam_size_consistent(size, bits, rows + 1, delta)
    assert said >= bounds.occam_size_consistent(size, bits, rows, min(2 * delta, 0.9))
    errors = [bounds.occam_size_agnostic(c, size, bits, rows, delta) for c in (0, rows // 2, rows)]
    assert errors == sorted(errors) and errors[-1] == 1.0


@given(SIZES, BITS, st.floats(1e-4, 0.5), st.floats(1e-6, 0.5))
def test_the_rows_asked_for_are_the_fewest_that_do(
    size: int, bits: float, epsilon: float, delta: float
) -> None:
    rows = bounds.occam_rows(bounds.size_code(size, bits, delta), epsilon)
    assert bounds.occam_size_consistent(size, bits, rows, delta) <= epsilon * (1 + 1e-12)
    if rows > 1:
        assert bounds.occam_size_consistent(size, bits, rows - 1, delta) > epsilon * (1 - 1e-12)


def some_grammar() -> list[tuple[int, int]]:
    """(size, number of programs): few small ones, ever more large ones, and a size without any."""
    return [(1, 2), (2, 3), (3, 17), (5, 60), (6, 150), (9, 400)]


def test_coverage_of_consistent_programs() -> None:
    """The worst class: each program errs just more often than its bound. That one fits is rare enough."""
    rng, rows, delta, runs = np.random.Generator(np.random.PCG64(6)), 2000, 0.2, 4000
    failed = np.zeros(runs, bool)
    unweighted = np.zeros(runs, bool)
    for size, count in some_grammar():
        error = bounds.occam_size_consistent(size, math.log2(count), rows, delta) * 1.001
        assert error < 0.02
        failed |= (rng.binomial(rows, error, size=(runs, count)) == 0).any(axis=1)
        # Without ln N(s) the same statement would be about one program of each size.
        error = bounds.occam_size_consistent(size, 0, rows, delta) * 1.001
        unweighted |= (rng.binomial(rows, error, size=(runs, count)) == 0).any(axis=1)
    noise = 3 * math.sqrt(delta * (1 - delta) / runs)
    assert 0.3 * delta <= failed.mean() <= delta + noise  # the union is nearly all that is paid
    assert unweighted.mean() > 3 * delta


def test_coverage_with_errors() -> None:
    """Labels are coin flips, so every program errs at 1/2: the best fit of each size is not believed."""
    rng, rows, delta, runs = np.random.Generator(np.random.PCG64(7)), 60, 0.1, 3000
    failed = np.zeros(runs, bool)
    believed = np.zeros(runs, bool)
    for size, count in some_grammar():
        fewest = rng.binomial(rows, 0.5, size=(runs, count)).min(axis=1)
        says = np.array(
            [bounds.occam_size_agnostic(c, size, math.log2(count), rows, delta) for c in range(rows + 1)]
        )
        failed |= says[fewest] < 0.5
        held = np.array([bounds.hoeffding_upper_over(1, c, rows, delta) for c in range(rows + 1)])
        believed |= held[fewest] < 0.5
    assert failed.mean() <= delta
    assert believed.mean() > 0.9  # what a bound for one fixed program says of the best of many


@pytest.mark.parametrize(
    "arguments", [(0, 3.0, 10), (2, -1.0, 10), (2, math.inf, 10), (2, math.nan, 10), (2, 3.0, 0)]
)
def test_impossible_arguments(arguments: tuple[int, float, int]) -> None:
    with pytest.raises(UsageError):
        bounds.occam_size_consistent(*arguments)
    with pytest.raises(UsageError):
        bounds.occam_size_agnostic(0, *arguments)


@pytest.mark.parametrize("delta", [0, 1, -0.1, math.nan])
def test_impossible_deltas(delta: float) -> None:
    with pytest.raises(UsageError, match="delta"):
        bounds.size_code(3, 4.0, delta)
    with pytest.raises(UsageError, match="delta"):
        bounds.occam_consistent(3, 4, delta)


@pytest.mark.parametrize(("code", "epsilon"), [(0, 0.1), (-1, 0.1), (math.inf, 0.1), (3, 0), (3, 1)])
def test_impossible_rows(code: float, epsilon: float) -> None:
    with pytest.raises(UsageError):
        bounds.occam_rows(code, epsilon)


def certificate(errors: int = 0, code: Code | None = CODE, delta: float = 0.05) -> Certificate:
    return certify(Counts(0, 100), k=5, delta=delta, train=Counts(errors, 400), length=120, code=code)


def test_a_certificate_has_both_codes() -> None:
    sure = certificate()
    assert sure.occam == 1.0  # 120 bytes
    assert sure.occam_size == bounds.occam_size_consistent(9, 6.5, 400)
    nats = bounds.size_code(9, 6.5)
    assert sure.occam_rows == {"0.01": math.ceil(100 * nats), "0.05": math.ceil(20 * nats)}
    document = sure.to_json()
    assert document["code"] == {"size": 9, "bits": 6.5}
    assert document["occam_size"] == sure.occam_size and document["occam_rows"] == sure.occam_rows
    assert certificate(delta=0.2).occam_size < sure.occam_size


def test_with_training_errors_no_number_of_rows_is_promised() -> None:
    sure = certificate(errors=20)
    assert sure.occam_size == bounds.occam_size_agnostic(20, 9, 6.5, 400) and sure.occam_rows is None


def test_without_a_code_or_training_rows_nothing_is_said() -> None:
    sure = certificate(code=None)
    assert (sure.code, sure.occam_size, sure.occam_rows) == (None, None, None)
    sure = certify(Counts(0, 100), k=5, code=CODE)
    assert (sure.occam, sure.occam_size, sure.occam_rows) == (None, None, None)


@given(COUNTS, st.integers(0, 3), st.integers(1, 100))
@settings(max_examples=30)
def test_the_held_out_statements_do_not_change(counts: list[int], errors: int, k: int) -> None:
    code = Code(len(counts), math.log2(counts[-1] + 1))
    plain = certify(Counts(errors, 50), k=k, train=Counts(0, 80), length=20)
    coded = certify(Counts(errors, 50), k=k, train=Counts(0, 80), length=20, code=code)
    new = {"code", "occam_size", "occam_rows"}
    assert {n: v for n, v in plain.to_json().items() if n not in new} == {
        n: v for n, v in coded.to_json().items() if n not in new
    }
