"""Evidence and confidence sequences: against quadrature and exact identities, numerically, and in
coverage."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm import bounds, confidence, evidence
from llmerm.confidence import Method, confidence_sequence
from llmerm.errors import UsageError

METHODS: tuple[Method, ...] = ("betting", "hoeffding", "bernstein")


@pytest.mark.parametrize("rows", [1, 7, 60, 300])
@pytest.mark.parametrize("p", [1e-9, 1e-3, 0.3, 0.5, 0.97])
def test_evidence_against_quadrature(rows: int, p: float) -> None:
    """The mixture itself, sum over a fine grid of stakes q = sin(t)^2 with t uniform."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    for errors in {0, 1, rows // 3, rows - 1, rows}:
        for low, high, formula in (
            (0.0, math.asin(math.sqrt(p)), evidence.log_evidence_below),
            (math.asin(math.sqrt(p)), math.pi / 2, evidence.log_evidence_above),
            (0.0, math.pi / 2, evidence.log_evidence),
        ):
            t = (low + high) / 2 + (high - low) / 2 * nodes
            capital = errors * np.log(np.sin(t) ** 2 / p) + (rows - errors) * np.log(np.cos(t) ** 2 / (1 - p))
            largest = capital.max()
            expected = largest + math.log(np.sum(weights * np.exp(capital - largest)) / 2)
            assert formula(rows, errors, p, 1 - p) == pytest.approx(expected, rel=1e-9, abs=1e-7)


@given(rows=st.integers(1, 10**6), share=st.floats(0, 1), p=st.floats(1e-9, 1 - 1e-9), r=st.floats(0, 1))
@settings(max_examples=300, deadline=None)
def test_capital_is_expected_to_stay_under_the_claim_and_not_to_grow_beyond_it(
    rows: int, share: float, p: float, r: float
) -> None:
    """The identity that everything rests on: one more row, its error probability on the wrong side of p."""
    errors, q = int(share * rows), 1 - p

    def growth(formula: object, risk: float) -> float:
        assert callable(formula)
        now = formula(rows, errors, p, q)
        error, correct = (formula(rows + 1, errors + more, p, q) - now for more in (1, 0))
        return float(risk * math.exp(error) + (1 - risk) * math.exp(correct))

    assert growth(evidence.log_evidence, p) == pytest.approx(1, rel=1e-6)
    assert growth(evidence.log_evidence_below, p) == pytest.approx(1, rel=1e-6)
    assert growth(evidence.log_evidence_above, p) == pytest.approx(1, rel=1e-6)
    assert growth(evidence.log_evidence_below, p + r * q) <= 1 + 1e-6
    assert growth(evidence.log_evidence_above, p * r) <= 1 + 1e-6


@pytest.mark.parametrize("p", [1e-9, 1e-6, 0.01, 0.5, 0.9])
@pytest.mark.parametrize("z", [-7, 0, 3])
def test_precision_at_a_trillion_rows(p: float, z: int) -> None:
    """The two-sided evidence in 60 decimals, ln Gamma by Stirling's series."""
    rows = 10**12
    errors = int(rows * p + z * math.sqrt(rows * p * (1 - p)))
    with localcontext() as context:
        context.prec = 60
        half = Decimal("0.5")
        pi = Decimal("3.14159265358979323846264338327950288419716939937510582097494")

        def log_gamma(x: Decimal) -> Decimal:
            series = 1 / (12 * x) - 1 / (360 * x**3) + 1 / (1260 * x**5) - 1 / (1680 * x**7)
            return (x - half) * x.ln() - x + (2 * pi).ln() / 2 + series

        a, b, chance = Decimal(errors) + half, Decimal(rows - errors) + half, Decimal(p)
        log_beta = log_gamma(a) + log_gamma(b) - log_gamma(a + b)
        expected = log_beta - pi.ln() - errors * chance.ln() - (rows - errors) * (1 - chance).ln()
    assert evidence.log_evidence(rows, errors, p, 1 - p) == pytest.approx(float(expected), abs=1e-4)


@pytest.mark.parametrize("rows", [1, 10, 10**3, 10**6, 10**9, 10**12])
@pytest.mark.parametrize("p", [1e-9, 1e-5, 0.2, 0.5, 0.99999])
def test_evidence_is_finite_and_only_on_its_own_side(rows: int, p: float) -> None:
    q = 1 - p
    around = (int(rows * p * factor) for factor in (0.5, 1, 2, 1000))
    for errors in {0, 1, rows // 2, rows - 1, rows, *(e for e in around if e <= rows)}:
        below = evidence.log_evidence_below(rows, errors, p, q)
        above = evidence.log_evidence_above(rows, errors, p, q)
        most = evidence.deviance(rows, errors, p, q)
        assert math.isfinite(below) and math.isfinite(above)
        assert max(below, above) <= most + 1e-6
        assert below <= 0 or errors < rows * p
        assert above <= 0 or errors > rows * p


def test_the_continued_fraction_meets_the_incomplete_beta_function(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [(100, 40, 0.01), (10**6, 20_000, 0.01), (10**9, 1200, 1e-6), (50, 50, 0.1)]
    by_fraction = [evidence.log_evidence_below(n, e, p, 1 - p) for n, e, p in cases]
    monkeypatch.setattr(evidence, "TAIL", 0.0)
    by_beta = [evidence.log_evidence_below(n, e, p, 1 - p) for n, e, p in cases[:1] + cases[2:]]
    assert by_fraction[:1] + by_fraction[2:] == pytest.approx(by_beta, rel=1e-6)
    assert math.isfinite(by_fraction[1])  # there the function is 0 in a double


@given(
    rows=st.integers(1, 10**12),
    share=st.floats(0, 1),
    power=st.floats(-12, -0.3),
)
@settings(max_examples=200, deadline=None)
def test_sequences_hold_what_was_seen_and_the_betting_one_ends_where_the_evidence_does(
    rows: int, share: float, power: float
) -> None:
    errors, delta = int(share * rows), 10**power
    for method in METHODS:
        lower, upper = confidence_sequence(errors, rows, delta, method)
        assert 0 <= lower <= errors / rows <= upper <= 1
        assert (lower == 0) or errors > 0
        assert (upper == 1) or errors < rows
    lower, upper = confidence_sequence(errors, rows, delta)
    for end in (lower, upper):
        if 1e-9 < end < 1 - 1e-9:
            found = evidence.log_evidence(rows, errors, end, 1 - end)
            assert found == pytest.approx(math.log(1 / delta), rel=1e-3)
    mirrored = confidence_sequence(rows - errors, rows, delta)
    assert mirrored == pytest.approx((1 - upper, 1 - lower), rel=1e-6, abs=1e-12)


def test_no_peeking_is_free() -> None:
    """Every sequence is wider than the exact interval for one row count, and betting is the narrowest."""
    for errors, rows in ((0, 1000), (20, 1000), (300, 1000), (20, 10**6)):
        exact = bounds.clopper_pearson(errors, rows, 0.05)
        widths = [b - a for a, b in (confidence_sequence(errors, rows, 0.05, m) for m in METHODS)]
        assert exact[1] - exact[0] < widths[0] < min(widths[1:])


def covered(risk: float, interval: object, streams: int = 1000, rows: int = 1000) -> float:
    """The share of streams whose interval holds the risk after every single row."""
    assert callable(interval)
    rng = np.random.Generator(np.random.PCG64(int(risk * 1000)))
    errors = np.cumsum(rng.random((streams, rows)) < risk, axis=1)
    least, most = np.empty(rows, int), np.empty(rows, int)
    low = high = 0  # errors between these keep the risk inside; both grow with the rows
    for n in range(1, rows + 1):
        while low <= n and interval(low, n)[1] < risk:
            low += 1
        high = max(high, low)
        while high < n and interval(high + 1, n)[0] <= risk:
            high += 1
        least[n - 1], most[n - 1] = low, high
    return float(((errors >= least) & (errors <= most)).all(axis=1).mean())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("risk", [0.01, 0.1, 0.5, 0.95])
def test_coverage_after_every_row(method: Method, risk: float) -> None:
    delta = 0.1
    share = covered(risk, lambda errors, rows: confidence_sequence(errors, rows, delta, method))
    assert 1 - share <= delta + 3 * math.sqrt(delta * (1 - delta) / 1000)


def test_intervals_for_one_row_count_do_not_cover_after_every_row() -> None:
    """So the coverage test can fail."""
    assert covered(0.1, lambda errors, rows: bounds.clopper_pearson(errors, rows, 0.1)) < 0.7


@pytest.mark.parametrize(("scale", "start"), [(0.0, 4.0), (1.0, 1.0)])
def test_the_stitched_boundary_lies_above_the_lines_it_is_made_of(scale: float, start: float) -> None:
    """Each epoch has a line that is crossed with at most its share of alpha; the shares add up to alpha."""
    from scipy.special import zeta

    alpha, eta, shares = 0.05, confidence.ETA, []
    for epoch in range(200):
        share = alpha / ((epoch + 1) ** confidence.POWER * zeta(confidence.POWER))
        shares.append(share)
        x = math.log(1 / share) / (start * eta ** (epoch + 0.5))  # psi(bet) at the best bet for mid-epoch
        bet = math.sqrt((scale * x) ** 2 + 2 * x) - scale * x  # psi(bet) = bet^2 / (2 (1 - scale bet)) = x
        for place in np.linspace(epoch, epoch + 1, 20):
            v = start * eta**place
            line = (math.log(1 / share) + x * v) / bet
            assert line <= confidence.stitched(v, alpha, scale, start) * (1 + 1e-12)
    assert sum(shares) <= alpha


def test_the_variance_is_above_that_of_any_order() -> None:
    def exact(order: tuple[int, ...] | list[int]) -> float:
        total, seen = 0.0, 0
        for t, x in enumerate(order):
            total += (x - (seen / t if t else 0.5)) ** 2
            seen += x
        return total

    for rows in range(1, 13):
        for order in product((0, 1), repeat=rows):
            assert exact(order) <= confidence.variance(sum(order), rows) + 1e-12
    for errors in (1, 2, 5, 50):
        for rows in (100, 1000):
            first = [1] * errors + [0] * (rows - errors)
            last = first[::-1]
            apart = [int(t % (rows // errors) == 0) for t in range(rows)]
            for row_order in (first, last, apart):
                assert exact(row_order) <= confidence.variance(sum(row_order), rows)


def test_impossible_arguments() -> None:
    assert confidence_sequence(0, 0, 0.05) == (0.0, 1.0)
    for errors, rows, delta in (
        (1, 0, 0.05),
        (-1, 5, 0.05),
        (6, 5, 0.05),
        (0, -1, 0.05),
        (0, 5, 0.0),
        (0, 5, 1.0),
    ):
        with pytest.raises(UsageError):
            confidence_sequence(errors, rows, delta)
    with pytest.raises(UsageError, match="betting, hoeffding or bernstein"):
        confidence_sequence(0, 5, 0.05, "magic")  # type: ignore[arg-type]
