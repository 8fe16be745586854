"""Confidence sequences for an error rate: intervals that hold at every row count at once.

A confidence interval (`bounds.py`) is right with probability 1 - delta at a row count that was fixed before.
A confidence sequence is right at *all* row counts together with probability 1 - delta, so it may be looked at
after every row and be used to decide when to stop. That costs a little width (docs/statistics.md).
"""

from __future__ import annotations

import math
from typing import Literal

from llmerm.errors import UsageError
from llmerm.evidence import deviance, regret

Method = Literal["betting", "hoeffding", "bernstein"]
ETA = 2.0  # stitching: each epoch is twice as long as the one before,
POWER = 1.4  # and gets a share of delta that falls with this power of its number; Howard et al.'s choices


def confidence_sequence(
    errors: int, rows: int, delta: float, method: Method = "betting"
) -> tuple[float, float]:
    """(lower, upper), an error rate; with probability 1 - delta it holds after every number of rows at once.

    Assumes that the error probability of each row, given the rows before it, is the same number (rows drawn
    independently from one source, for instance). (0, 1) at 0 rows. The two-sided methods:

    * "betting": all p whose evidence, by the mixture of Beta(1/2, 1/2) over stakes, is below 1 / delta:
      n KL(e / n, p) < ln(1 / delta) + regret(n, e), with the regret about (1/2) ln(n). Robbins, Ann. Math.
      Stat. 41 (1970); Waudby-Smith and Ramdas, JRSS B 86 (2024). Use this one: it knows that rows are 0 or 1.
    * "hoeffding": e / n +- S(n / 4) / n, for any rows in [0, 1]; S is `stitched` with scale 0 and delta / 2 a
      side. Howard, Ramdas, McAuliffe and Sekhon, Ann. Stat. 49 (2021), theorem 1, with Hoeffding's lemma.
    * "bernstein": e / n +- S(V) / n, with scale 1 and V the `variance` of the rows about the mean of those
      before. The same paper, theorem 4 with theorem 1, for rows in [0, 1].

    Raises UsageError for impossible counts, a delta outside (0, 1), or another method.
    """
    if rows < 0 or not 0 <= errors <= rows:
        raise UsageError(
            f"a confidence sequence needs 0 <= errors <= rows, not {errors} errors in {rows} rows"
        )
    if not 0 < delta < 1:
        raise UsageError(f"delta is a probability of failure, above 0 and below 1, not {delta}")
    if method not in ("betting", "hoeffding", "bernstein"):
        raise UsageError(f"method is betting, hoeffding or bernstein, not {method!r}")
    if rows == 0:
        return 0.0, 1.0
    if method == "betting":
        cost = math.log(1 / delta) + regret(rows, errors)
        return _where_the_deviance_is(rows, errors, cost, -1), _where_the_deviance_is(rows, errors, cost, 1)
    if method == "hoeffding":
        margin = stitched(rows / 4, delta / 2, scale=0.0, start=4.0) / rows
    else:
        margin = stitched(variance(errors, rows), delta / 2, scale=1.0, start=1.0) / rows
    return max(0.0, errors / rows - margin), min(1.0, errors / rows + margin)


def stitched(v: float, alpha: float, scale: float, start: float) -> float:
    """S(v), which a sub-gamma process of variance v ever exceeds with probability at most alpha.

        S(v) = sqrt(k1^2 v l(v) + k2^2 c^2 l(v)^2) + k2 c l(v)           for v >= start; S(start) before
        l(v) = s ln(log_eta(eta v / start)) + ln(zeta(s) / alpha)
        k1 = (eta^(1/4) + eta^(-1/4)) / sqrt(2)      k2 = (sqrt(eta) + 1) / 2

    with c the scale; eta = 2, s = 1.4. It grows as sqrt(v ln ln v), which is the best rate there is. It
    stitches one straight line an epoch [start eta^j, start eta^(j + 1)], each with its share of alpha. Scale
    0 is sub-Gaussian. Source: Howard, Ramdas, McAuliffe and Sekhon, Ann. Stat. 49 (2021), theorem 1 and
    equation (10).
    """
    from scipy.special import zeta

    v = max(v, start)
    level = POWER * math.log(1 + math.log(v / start) / math.log(ETA)) + math.log(float(zeta(POWER)) / alpha)
    k1 = (ETA**0.25 + ETA**-0.25) / math.sqrt(2)
    linear = (math.sqrt(ETA) + 1) / 2 * scale * level
    return math.sqrt(k1 * k1 * v * level + linear * linear) + linear


def variance(errors: int, rows: int) -> float:
    """An upper bound, in any order of the rows, on the sum of (x_t - m_t)^2; x_t is 1 for an error, else 0.

    m_t is the mean of the rows before row t (1/2 for the first), which is what theorem 4 asks: a prediction
    from the past. Welford's identity gives the sum as e (n - e) / n + 1/4 + the sum over t >= 2 of (x_t -
    m_t)^2 / t. That last sum is at most ln(n); and with j = min(e, n - e) rows of the rarer kind it is at
    most H_(j+1) - 1 for those, and as much plus j^2 sum_(u > j) u^-3 <= 1/2 for the others: 2 ln(j + 1) +
    1/2, or 0.
    """
    rarer = min(errors, rows - errors)
    order = min(math.log(rows), 2 * math.log(rarer + 1) + 0.5) if rarer else 0.0
    return errors * (rows - errors) / rows + 0.25 + order


def _where_the_deviance_is(rows: int, errors: int, cost: float, side: int) -> float:
    """The p below (side -1) or above (side 1) e / n with n KL(e / n, p) = cost, rounded away from e / n.

    By bisection over the log-odds, which keep their precision next to 0 and to 1.
    """
    if side < 0 and errors == 0:
        return 0.0
    if side > 0 and errors == rows:
        return 1.0
    if errors == 0:
        return -math.expm1(-cost / rows)
    if errors == rows:
        return math.exp(-cost / rows)
    inside = math.log(errors / (rows - errors))
    step = 1.0
    while deviance(rows, errors, *_odds(inside + side * step)) < cost:
        step *= 2
        if step > 1000:  # beyond the range of a double
            return 0.0 if side < 0 else 1.0
    near, far = 0.0, step
    for _ in range(64):
        middle = (near + far) / 2
        if deviance(rows, errors, *_odds(inside + side * middle)) < cost:
            near = middle
        else:
            far = middle
    return _odds(inside + side * far)[0]


def _odds(x: float) -> tuple[float, float]:
    """The probability with log-odds x, and its complement; both above 0."""
    small = max(math.exp(-abs(x)) / (1 + math.exp(-abs(x))), 1e-300)
    return (small, 1 - small) if x < 0 else (1 - small, small)
