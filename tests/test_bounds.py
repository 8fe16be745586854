"""The bounds: known values, who dominates whom, and coverage by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm import bounds
from llmerm.errors import UsageError


def test_the_papers_two_numbers() -> None:
    assert bounds.hoeffding_excess(5, 100, 0.05) == pytest.approx(0.346, abs=5e-4)
    assert bounds.realisable_upper_over(5, 0, 100, 0.05) == pytest.approx(0.046, abs=5e-4)


def test_clopper_pearson_against_tables() -> None:
    """Exact 95 % intervals, as in R's binom.test."""
    assert bounds.clopper_pearson(0, 10) == pytest.approx((0.0, 0.3084971), abs=1e-6)
    assert bounds.clopper_pearson(1, 10) == pytest.approx((0.002528579, 0.4450161), abs=1e-6)
    assert bounds.clopper_pearson(10, 10) == pytest.approx((0.6915029, 1.0), abs=1e-6)
    assert bounds.clopper_pearson(682, 925) == pytest.approx((0.7076683, 0.7654066), abs=1e-6)


@pytest.mark.parametrize("errors", [0, 1, 7, 99, 100])
def test_the_upper_bound_is_where_the_binomial_tail_equals_delta_over_k(errors: int) -> None:
    from scipy.stats import binom

    upper = bounds.clopper_pearson_upper_over(5, errors, 100, 0.05)
    if errors == 100:
        assert upper == 1.0
    else:
        assert binom.cdf(errors, 100, upper) == pytest.approx(0.01, rel=1e-6)


def test_tiny_delta_keeps_its_precision() -> None:
    upper = bounds.clopper_pearson_upper_over(10**6, 3, 10_000, 1e-12)
    assert 0.003 < upper < 0.02


def test_occam_by_hand() -> None:
    expected = (20 * math.log(256) + math.log(2 * 400 / 0.05)) / 1000
    assert bounds.occam_consistent(20, 1000, 0.05) == pytest.approx(expected)
    assert bounds.occam_agnostic(100, 20, 1000, 0.05) == pytest.approx(0.1 + math.sqrt(expected / 2))
    assert bounds.occam_consistent(200, 100, 0.05) == 1.0  # 200 bytes against 100 rows say nothing
    assert bounds.occam_consistent(20, 1000, 0.05, alphabet=2) < expected


def test_occam_prior_sums_to_at_most_one() -> None:
    """exp(-code length) is delta x weight; over all |Sigma|^L programs of all lengths it is at most delta."""
    total = sum(
        2**length * math.exp(-bounds.occam_consistent(length, 10**9, 0.05, alphabet=2) * 10**9)
        for length in range(1, 400)
    )
    assert total == pytest.approx(0.05 * math.pi**2 / 12, rel=1e-2) and total <= 0.05


@given(st.integers(1, 400).flatmap(lambda m: st.tuples(st.integers(0, m), st.just(m))), st.integers(1, 1000),
       st.sampled_from([0.001, 0.05, 0.3]))  # fmt: skip
@settings(deadline=None, max_examples=200)
def test_the_exact_bound_is_never_above_the_others(counts: tuple[int, int], k: int, delta: float) -> None:
    errors, rows = counts
    exact = bounds.clopper_pearson_upper_over(k, errors, rows, delta)
    assert errors / rows <= exact <= 1.0
    assert exact <= bounds.hoeffding_upper_over(k, errors, rows, delta) + 1e-12
    assert exact <= bounds.realisable_upper_over(k, errors, rows, delta) + 1e-12
    lower, upper = bounds.clopper_pearson_over(k, errors, rows, delta)
    assert 0.0 <= lower <= errors / rows <= upper and exact <= upper + 1e-12


def selected_errors(truth: np.ndarray, rows: int, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """Held-out errors and true error rate of the selected candidate in each of `runs` independent runs."""
    rng = np.random.Generator(np.random.PCG64(20251014))
    errors = rng.binomial(rows, truth, size=(runs, len(truth)))
    chosen = errors.argmin(axis=1)
    return errors[np.arange(runs), chosen], truth[chosen]


@pytest.mark.parametrize("truth", [[0.03] * 20, [0.0, 0.02, 0.05, 0.3, 0.5], [0.2] * 5, [0.5] * 40])
def test_coverage_after_selection(truth: list[float]) -> None:
    """The bound for the *selected* candidate fails in at most delta of the runs (plus 3 sigma)."""
    delta, rows, runs, k = 0.1, 100, 4000, len(truth)
    errors, actual = selected_errors(np.array(truth), rows, runs)
    noise = 3 * math.sqrt(delta * (1 - delta) / runs)
    upper = np.array([bounds.clopper_pearson_upper_over(k, c, rows, delta) for c in range(rows + 1)])
    interval = np.array([bounds.clopper_pearson_over(k, c, rows, delta) for c in range(rows + 1)])
    assert np.mean(actual > upper[errors]) <= delta + noise
    assert np.mean((actual > interval[errors, 1]) | (actual < interval[errors, 0])) <= delta + noise
    excess = bounds.hoeffding_excess(k, rows, delta)
    assert np.mean(actual > min(truth) + excess) <= delta + noise


def test_without_the_union_the_selected_candidate_is_not_covered() -> None:
    """What the union over k is for: the plain interval on the rows it was selected on fails far too often."""
    errors, actual = selected_errors(np.full(40, 0.1), 100, 2000)
    plain = np.array([bounds.clopper_pearson(c, 100, 0.1)[1] for c in range(101)])
    assert np.mean(actual > plain[errors]) > 0.3


def test_coverage_with_exactly_balanced_rows() -> None:
    """Splits are half one class, half the other; errors all in one class make the count less spread out."""
    rng = np.random.Generator(np.random.PCG64(7))
    errors = rng.binomial(50, 0.1, size=4000)  # 10 % of one class wrong: error rate 0.05
    upper = np.array([bounds.clopper_pearson_upper_over(1, c, 100, 0.05) for c in range(101)])
    assert np.mean(upper[errors] < 0.05) <= 0.05


def test_occam_holds_for_programs_fitted_to_the_rows() -> None:
    """All 2^L programs of length L over two symbols, pure noise: none that fits beats its bound too often."""
    rng, length, rows, delta = np.random.Generator(np.random.PCG64(3)), 6, 40, 0.1
    bound = bounds.occam_consistent(length, rows, delta, alphabet=2)
    error = bound * 1.01
    failures = np.mean((rng.binomial(rows, error, size=(3000, 2**length)) == 0).any(axis=1))
    assert failures <= delta


@pytest.mark.parametrize(
    "arguments",
    [(1, 0, 0, 0.05), (1, 3, 2, 0.05), (1, -1, 2, 0.05), (0, 0, 2, 0.05), (1, 0, 2, 0), (1, 0, 2, 1)],
)
def test_impossible_arguments(arguments: tuple[int, int, int, float]) -> None:
    for bound in (
        bounds.clopper_pearson_over,
        bounds.clopper_pearson_upper_over,
        bounds.hoeffding_upper_over,
        bounds.realisable_upper_over,
    ):
        with pytest.raises(UsageError):
            bound(*arguments)
    with pytest.raises(UsageError):
        bounds.occam_consistent(0, 10)
