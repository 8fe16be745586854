"""Sequential certificates: the claim, the decision, the rule; and that it is wrong as rarely as it says."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import islice, pairwise, takewhile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm import bounds, sequential
from llmerm.errors import UsageError
from llmerm.sequential import Claim, Rule, checkpoints, conclude, expected_rows, next_checkpoint, settle

EXAMPLE = Path(__file__).parent.parent / "examples" / "certificates.py"
HALF = Claim(0.05, 0.9)


@pytest.mark.parametrize(
    ("text", "epsilon", "confidence"),
    [
        ("risk <= 1e-6 at 0.99", 1e-6, 0.99),
        ("risk<=0.05 at 95%", 0.05, 0.95),
        ("  Error <= 5% AT .9 ", 0.05, 0.9),
        ("accuracy >= 0.999 at 0.99", 0.001, 0.99),  # not 1 - 0.999 in binary
        ("accuracy>=99.9% at 99.99%", 0.001, 0.9999),
    ],
)
def test_claims_are_read(text: str, epsilon: float, confidence: float) -> None:
    claim = Claim.parse(text)
    assert (claim.epsilon, claim.confidence) == (epsilon, confidence)
    assert Claim.parse(str(claim)) == claim


def test_a_claim_is_printed_as_one_writes_it() -> None:
    assert str(Claim.parse("error <= 0.000001 at 99%")) == "risk <= 1e-6 at 0.99"
    assert Claim(0.1, 0.99).delta == 0.01  # 1 - 0.99 is 0.010000000000000009 in binary


@pytest.mark.parametrize(
    "text",
    [
        "",
        "risk",
        "risk <= at 0.99",
        "risk >= 0.1 at 0.99",
        "accuracy <= 0.9 at 0.99",
        "risk <= 0 at 0.99",
        "risk <= 1 at 0.99",
        "risk <= 150% at 0.99",
        "risk <= -1e-3 at 0.99",
        "risk <= nan at 0.99",
        "risk <= 0.1 at 1",
        "risk <= 0.1 at 100%",
        "risk <= 0.1 at 0",
        "risk <= 0.1 at 0.99999999999999999999",  # 1, in a double
        "risk <= 1e-999 at 0.9",
        "risk <= 1e-9999999999999999999999 at 0.9",
        "risk <= 0.1at 0.9 or so",
        "risk <= ٣ at 0.9",
        "accuracy >= 1 at 0.99",
        "9" * 100_000,
    ],
)
def test_what_is_no_claim_is_refused_with_the_grammar(text: str) -> None:
    with pytest.raises(UsageError, match=r"risk <= NUMBER at CONFIDENCE"):
        Claim.parse(text)


def test_impossible_arguments() -> None:
    for rows, errors, k in ((1, 2, 1), (1, -1, 1), (-1, 0, 1), (1, 0, 0)):
        with pytest.raises(UsageError):
            settle(HALF, rows, errors, k)
    with pytest.raises(UsageError):
        expected_rows(HALF, 1.5)
    with pytest.raises(UsageError):
        Rule(HALF, k=0)
    assert settle(HALF, 0, 0) is None


@given(
    rows=st.integers(1, 10**12),
    share=st.floats(0, 1),
    epsilon=st.floats(1e-9, 0.999),
    confidence=st.floats(0.5, 0.9999),
    k=st.integers(1, 1000),
)
@settings(max_examples=300, deadline=None)
def test_more_errors_speak_against_the_claim_and_more_candidates_for_caution(
    rows: int, share: float, epsilon: float, confidence: float, k: int
) -> None:
    claim, errors = Claim(epsilon, confidence), int(share * rows)
    order = {True: 0, None: 1, False: 2}
    now, fewer = settle(claim, rows, errors), settle(claim, rows, max(0, errors - 1))
    assert order[fewer] <= order[now]
    assert settle(claim, rows, errors, k) in {now, None}


# Simulation. Streams are looked at after every row: a claim is settled as true with at most true_at[n] errors
# in n rows, as false with at least false_at[n]. Both grow with n: a correct row only speaks for the claim.


def boundaries(claim: Claim, rows: int, k: int = 1) -> tuple[np.ndarray, np.ndarray]:
    true_at, false_at = np.empty(rows, int), np.empty(rows, int)
    most, least = -1, 0
    for n in range(1, rows + 1):
        while most < n and settle(claim, n, most + 1, k) is True:
            most += 1
        while least <= n and settle(claim, n, least, k) is not False:
            least += 1
        true_at[n - 1], false_at[n - 1] = most, least
    return true_at, false_at


def counts(risk: float, streams: int, rows: int, seed: int) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.cumsum(rng.random((streams, rows), dtype=np.float32) < risk, axis=1, dtype=np.int32)


def allowed(delta: float, streams: int) -> float:
    return delta + 3 * math.sqrt(delta * (1 - delta) / streams)


@pytest.mark.parametrize("epsilon", [0.02, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("factor", [0.5, 0.9, 1.0, 1.05])
def test_a_claim_is_settled_wrongly_as_rarely_as_claimed(epsilon: float, factor: float) -> None:
    claim, risk, streams = Claim(epsilon, 0.9), epsilon * factor, 2000
    true_at, false_at = boundaries(claim, 1500)
    errors = counts(risk, streams, 1500, seed=int(1000 * risk))
    true, false = (errors <= true_at).any(axis=1).mean(), (errors >= false_at).any(axis=1).mean()
    if factor >= 1:
        assert true <= allowed(claim.delta, streams)
    if factor <= 1:
        assert false <= allowed(claim.delta, streams)
    if factor == 0.5:
        assert true > 0.4  # it does settle what is so


def test_a_bound_for_one_row_count_looked_at_after_every_row_fails_that_test() -> None:
    """So the test can fail: Clopper-Pearson at the same delta is wrong far too often when peeked at."""
    claim, streams, rows = Claim(0.1, 0.9), 1000, 1500
    most = -1
    true_at = np.empty(rows, int)
    for n in range(1, rows + 1):
        while most < n and bounds.clopper_pearson_upper_over(1, most + 1, n, claim.delta) <= claim.epsilon:
            most += 1
        true_at[n - 1] = most
    errors = counts(claim.epsilon, streams, rows, seed=1)
    assert (errors[:, -1] <= true_at[-1]).mean() <= allowed(claim.delta, streams)  # fine where it was meant
    assert (errors <= true_at).any(axis=1).mean() > 2 * allowed(claim.delta, streams)


def test_rows_may_depend_on_the_past_while_the_conditional_risk_is_not_below() -> None:
    """Errors come in bursts, and only epsilon remains after a correct row: true is still rare."""
    claim, streams, rows = Claim(0.1, 0.9), 2000, 800
    true_at, _ = boundaries(claim, rows)
    rng = np.random.Generator(np.random.PCG64(5))
    errors, last = np.zeros(streams, int), np.zeros(streams, bool)
    wrong = np.zeros(streams, bool)
    for n in range(rows):
        last = rng.random(streams) < np.where(last, 0.3, claim.epsilon)
        errors += last
        wrong |= errors <= true_at[n]
    assert wrong.mean() <= allowed(claim.delta, streams)


def test_the_union_keeps_all_decisions_of_a_run_together() -> None:
    claim, k, runs, rows = Claim(0.1, 0.9), 20, 400, 1000
    errors = counts(claim.epsilon, runs * k, rows, seed=8)

    def wrong_runs(union: int) -> float:
        true_at, _ = boundaries(claim, rows, union)
        return float((errors <= true_at).any(axis=1).reshape(runs, k).any(axis=1).mean())

    assert wrong_runs(k) <= allowed(claim.delta, runs)
    assert wrong_runs(1) > allowed(claim.delta, runs)  # without it, they do not


def test_the_example_finds_the_claimed_coverage_down_to_1e_6() -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), "--tiny"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "risk <= 1e-6 at 0.99" in done.stdout


@pytest.mark.parametrize("epsilon", [1e-2, 1e-4, 1e-6, 1e-9])
@pytest.mark.parametrize("confidence", [0.95, 0.99, 0.999])
def test_rows_without_error_that_a_claim_needs(epsilon: float, confidence: float) -> None:
    """ln(1 / delta) / epsilon, and ln(2 sqrt(x / pi) / erf(sqrt(x))) with x = rows epsilon: the mixture."""
    claim = Claim(epsilon, confidence)
    rows = expected_rows(claim)
    assert rows is not None
    x = rows * epsilon
    cost = math.log(2 * math.sqrt(x / math.pi) / math.erf(math.sqrt(x)))
    assert x == pytest.approx(math.log(1 / claim.delta) + cost, rel=0.02)
    assert x <= 1.3 * math.log(1 / claim.delta)
    assert settle(claim, rows, 0) is True
    assert settle(claim, rows - 1, 0) is None


@pytest.mark.parametrize("factor", [0.0, 0.3, 3.0])
def test_expected_rows_are_about_what_streams_need(factor: float) -> None:
    claim, rows = Claim(0.02, 0.95), 3000
    true_at, false_at = boundaries(claim, rows)
    errors = counts(claim.epsilon * factor, 400, rows, seed=2)
    settled = (errors <= true_at) | (errors >= false_at)
    median = np.median(np.where(settled.any(axis=1), settled.argmax(axis=1) + 1, rows))
    assert 0.6 < median / (expected_rows(claim, claim.epsilon * factor) or math.inf) < 1.4


def test_what_can_not_be_settled_has_no_number_of_rows() -> None:
    assert expected_rows(HALF, HALF.epsilon) is None
    assert (expected_rows(HALF, 0.0, k=100) or 0) > (expected_rows(HALF, 0.0) or math.inf)


def test_the_grid_of_row_counts() -> None:
    grid = list(takewhile(lambda rows: rows < 10**9, checkpoints()))
    assert grid[:3] == [16, 17, 18]
    for now, following in pairwise(grid):
        assert next_checkpoint(now) == next_checkpoint(following - 1) == following
        assert now < following <= max(now + 1, 1.05 * now)
    assert next_checkpoint(0) == 16
    assert 10**20 < next_checkpoint(10**20) < 1.06 * 10**20
    assert len(grid) < 500


def test_a_rule_looks_at_checkpoints_only(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def looking(claim: Claim, rows: int, errors: int, k: int) -> bool | None:
        looked.append(rows)
        return settle(claim, rows, errors, k)

    monkeypatch.setattr(sequential, "settle", looking)
    rule = Rule(Claim(1e-3, 0.99))
    for rows in range(1, 5001):
        assert rule(rows, rows // 500) is None  # 2e-3 would need more rows
    assert looked == list(islice(takewhile(lambda rows: rows <= 5000, checkpoints()), 10**6))
    looked.clear()
    rule = Rule(Claim(1e-3, 0.99))
    assert [rule(rows, 0) for rows in (4096, 4097, 8192, 9000)] == [None, None, True, True]
    assert looked == [4096, 8192]


@given(
    outcomes=st.lists(st.sampled_from([0, 0, 0, 0, 1]), max_size=400),
    chunk=st.integers(1, 50),
    k=st.integers(1, 9),
)
@settings(max_examples=100, deadline=None)
def test_a_rule_says_what_the_certificate_says(outcomes: list[int], chunk: int, k: int) -> None:
    claim = Claim(0.1, 0.8)
    rule, again = Rule(claim, k), Rule(claim, k)
    for rows in range(chunk, len(outcomes) + 1, chunk):
        errors = sum(outcomes[:rows])
        said = rule(rows, errors)
        assert said is again(rows, errors)
        if said is not None:
            assert conclude(claim, rows, errors, k).decision == ("holds" if said else "fails")
            assert rule(rows + 1, rows + 1) is said  # once settled, settled
            return


@given(calls=st.lists(st.tuples(st.integers(-(2**64), 2**64), st.integers(-(2**64), 2**64)), max_size=20))
@settings(deadline=None)
def test_a_rule_never_raises(calls: list[tuple[int, int]]) -> None:
    rule = Rule(Claim(1e-9, 0.999), 5)
    for rows, errors in calls:
        assert rule(rows, errors) in {True, False, None}


def test_the_certificate_in_words_and_json() -> None:
    claim = Claim.parse("risk <= 1e-6 at 0.99")
    holds, fails, open_ = (conclude(claim, 6_000_000, errors, 3) for errors in (0, 60, 4))
    assert [c.decision for c in (holds, fails, open_)] == ["undecided", "fails", "undecided"]
    holds = conclude(claim, 7_000_000, 0, 3)
    assert holds.statement() == (
        "risk <= 1e-6 with confidence 0.99 (0 errors in 7,000,000 rows, 3 candidates, valid at any time)"
    )
    assert fails.statement().startswith("risk > 1e-6 with confidence 0.99 (60 errors in 6,000,000 rows")
    assert "risk <= 1e-6 at 0.99 is not settled: risk in [" in open_.statement()
    document = json.loads(json.dumps(fails.to_json()))
    assert document["claim"] == "risk <= 1e-6 at 0.99"
    assert (document["decision"], document["errors"], document["k"]) == ("fails", 60, 3)
    assert document["lower"] < 1e-5 < document["upper"]
    nothing = conclude(claim, 0, 0)
    assert (nothing.decision, nothing.lower, nothing.upper) == ("undecided", 0.0, 1.0)
