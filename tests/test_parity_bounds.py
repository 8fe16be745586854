"""What k-parities ask for: hand values, and the argument of the bound on queries played out."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.dataset import Dataset
from llmerm.errors import UsageError
from llmerm.parity_bounds import (
    ParityBounds,
    bits_of,
    erm_parity_rows,
    log10_parities,
    log10_sgd_parity_examples,
    log10_sq_parity_queries,
)

N_AND_K = st.integers(1, 1000).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


@given(N_AND_K)
def test_parities_are_counted(nk: tuple[int, int]) -> None:
    assert log10_parities(*nk) == pytest.approx(math.log10(math.comb(*nk)), abs=1e-9)


def test_by_hand() -> None:
    assert 10 ** log10_sgd_parity_examples(20, 10, 0) == pytest.approx(math.sqrt(184_756))
    assert 10 ** log10_sgd_parity_examples(20, 10, 8) == pytest.approx(math.sqrt(184_756) / 256)
    assert log10_sgd_parity_examples(1000, 500, 16) == pytest.approx(144.9, abs=0.05)
    assert 10 ** log10_sq_parity_queries(10, 3, 0.5) == pytest.approx(120 / 4 - 1)
    assert 10 ** log10_sq_parity_queries(10, 3, 0.5, success=0.5) == pytest.approx(120 / 8 - 1)
    assert (
        log10_sq_parity_queries(10, 3, 0.09) == -math.inf
    )  # 120 targets: one answer in 120 tells them apart
    assert log10_sq_parity_queries(1000, 500, 0.1) == pytest.approx(log10_parities(1000, 500) - 2)
    assert erm_parity_rows(20, 3, 0.1, 0.05) == math.ceil(10 * (math.log(1140) + math.log(20)))
    assert erm_parity_rows(7, 7, 0.5, 0.05) == 6  # one parity: delta alone


def test_fewer_queries_than_the_bound_leave_the_learner_in_the_dark() -> None:
    """All 20 3-parities of 6 bits. The best queries rule out several targets each, and too many are left."""
    points = np.array(list(itertools.product((1, -1), repeat=6)))
    characters = [points[:, list(chosen)].prod(axis=1) for chosen in itertools.combinations(range(6), 3)]
    left = dict(enumerate(characters))
    tolerance = 0.49
    least = 10 ** log10_sq_parity_queries(6, 3, tolerance)
    assert 3 < least < 4
    for _ in range(3):  # the sign of a sum of three correlates with each of them by a half
        three = list(left.values())[:3]
        asked = np.sign(np.sum(three, axis=0))
        ruled_out = [name for name, chi in left.items() if abs(np.mean(asked * chi)) > tolerance]
        assert len(ruled_out) == 3
        for name in ruled_out:
            del left[name]
    assert len(left) > 1 / tolerance**2  # no hypothesis correlates with all that are left


def test_trying_all_parities_takes_no_more_rows_than_the_bound_says() -> None:
    """Every other parity errs at 1/2 on fair bits, so the rows for epsilon just below 1/2 identify it."""
    rng, n, k, delta = np.random.Generator(np.random.PCG64(11)), 9, 3, 0.2
    supports = list(itertools.combinations(range(n), k))
    rows = erm_parity_rows(n, k, 0.499, delta)
    runs, wrong = 400, 0
    for _ in range(runs):
        bits = rng.integers(0, 2, size=(rows, n))
        labels = np.stack([bits[:, list(support)].sum(axis=1) % 2 for support in supports])
        wrong += (labels == labels[0]).all(axis=1).sum() > 1
    assert wrong / runs <= delta


@given(N_AND_K, st.integers(2, 10**6), st.floats(1e-4, 0.4))
def test_orders(nk: tuple[int, int], rows: int, epsilon: float) -> None:
    n, k = nk
    assert log10_parities(n, k) == pytest.approx(
        log10_parities(n + 1, k) + math.log10((n + 1 - k) / (n + 1)), abs=1e-9
    )
    assert erm_parity_rows(n, k, epsilon) <= erm_parity_rows(n + 1, k, epsilon)
    assert erm_parity_rows(n, k, epsilon) >= erm_parity_rows(n, k, min(2 * epsilon, 0.5))
    assert log10_sgd_parity_examples(n, k, 9) < log10_sgd_parity_examples(n, k, 8)
    tolerance = 1 / math.sqrt(rows)
    assert log10_sq_parity_queries(n, k, tolerance) <= log10_sq_parity_queries(n, k, min(2 * tolerance, 0.99))
    both = ParityBounds.of(n, k, rows, (epsilon,))
    assert both.erm_rows == {str(epsilon): erm_parity_rows(n, k, epsilon)}
    assert both.log10_sq_queries is None or math.isfinite(both.log10_sq_queries)


@pytest.mark.parametrize(("n", "k"), [(0, 0), (5, 0), (5, 6), (-1, 1)])
def test_impossible_parities(n: int, k: int) -> None:
    with pytest.raises(UsageError, match="k-parity"):
        log10_parities(n, k)
    with pytest.raises(UsageError, match="k-parity"):
        erm_parity_rows(n, k, 0.1)


def test_impossible_settings() -> None:
    for bits in (-1, math.inf, math.nan):
        with pytest.raises(UsageError, match="bits"):
            log10_sgd_parity_examples(9, 3, bits)
    for tolerance, success in ((0, 1), (1, 1), (0.1, 0), (0.1, 1.1)):
        with pytest.raises(UsageError, match="tolerance"):
            log10_sq_parity_queries(9, 3, tolerance, success)
    for epsilon, delta in ((0, 0.1), (1, 0.1), (0.1, 0), (0.1, 1)):
        with pytest.raises(UsageError, match="epsilon"):
            erm_parity_rows(9, 3, epsilon, delta)


@pytest.mark.parametrize(
    ("x", "n"),
    [
        (["0101", "1100"], 4),
        (["abab", "bbbb"], 4),
        ([[0, 1], [1, 1]], 2),
        (["0101", "110"], None),  # of two lengths
        (["0123", "1100"], None),  # over four symbols
        (["000", "000"], None),
        (["", ""], None),
        ([[0.0, 1.0], [1.0, 1.0]], None),
    ],
)
def test_rows_of_bits_are_known(x: list[object], n: int | None) -> None:
    assert bits_of(Dataset(x)) == n
