"""Evidence against an error rate: the e-values of betting on rows, in closed form from counts.

Someone who believes that the error probability is p loses, in expectation, nothing to a gambler who stakes on
every row by another probability q and is paid q / p for an error and (1 - q) / (1 - p) for a correct row. The
gambler's capital after n rows with e errors is the likelihood ratio (q / p)^e ((1 - q) / (1 - p))^(n - e).
Capital spread over many q at the start, by Jeffreys' density Beta(1/2, 1/2), is the mixture of these ratios:
still a nonnegative martingale of mean 1 if p is true, so by Ville's inequality it *ever* reaches 1 / delta
with probability at most delta. It may be looked at after every row.

Sources: Ville, Etude critique de la notion de collectif (1939); Robbins, Ann. Math. Stat. 41 (1970); Shafer,
JRSS A 184 (2021); Waudby-Smith and Ramdas, JRSS B 86 (2024).

Every function takes rows n > 0 and 0 <= errors <= n, which may be fractions (expected counts), and a
probability as the pair p, q with q = 1 - p, both above 0: the pair keeps its precision where 1 - p would not.
Results are natural logarithms. They are meant for n up to 1e12 and p down to 1e-9: nothing of the size of the
log-likelihood is ever subtracted from its like. q = sin(t)^2 makes Jeffreys' density uniform in t, which is
where the arcs below come from.
"""

from __future__ import annotations

import math

TAIL = 1e-20  # below this a probability is taken from its continued fraction, which converges fast there


def deviance(rows: float, errors: float, p: float, q: float) -> float:
    """n KL(e / n, p) = e ln(e / np) + (n - e) ln((n - e) / nq): the capital of the best stake in hindsight.

    Never below the logarithm of any mixture, so evidence cannot exceed it.
    """
    if p > q:
        return deviance(rows, rows - errors, q, p)
    d = errors / rows - p
    return max(0.0, errors * _log_ratio(d, p) + (rows - errors) * _log_ratio(-d, q))


def log_evidence(rows: float, errors: float, p: float, q: float) -> float:
    """ln of the mixture over all of [0, 1] against "the error probability is p", two-sided.

    B(e + 1/2, n - e + 1/2) / (B(1/2, 1/2) p^e q^(n - e)); B(1/2, 1/2) is pi.
    """
    return deviance(rows, errors, p, q) - regret(rows, errors)


def regret(rows: float, errors: float) -> float:
    """What the mixture pays against the best stake in hindsight: about (1/2) ln n, whatever p is.

    e ln(e / n) + (n - e) ln((n - e) / n) - ln(B(e + 1/2, n - e + 1/2) / pi), through Stirling's series.
    """
    return (
        math.log(math.pi)
        + 0.5 * math.log(rows / (2 * math.pi))
        - _stirling_half(errors)
        - _stirling_half(rows - errors)
        + _stirling(rows)
    )


def log_evidence_below(rows: float, errors: float, p: float, q: float) -> float:
    """ln of the evidence that the error probability is below p: against every probability >= p.

    The mixture over stakes in [0, p] only, by Jeffreys' density cut off and normalised there:

        B(a, b) I_p(a, b) / (2 arcsin(sqrt(p)) p^e q^(n - e))      a = e + 1/2, b = n - e + 1/2

    with I the regularised incomplete beta function. A stake below p gains on correct rows and loses on
    errors, so its capital is a supermartingale under every error probability >= p, also one that changes
    with the past. Against a small p the cut saves ln(pi / (2 arcsin(sqrt(p)))) nats of the mixture over [0,
    1].
    """
    a, b = errors + 0.5, rows - errors + 0.5
    arc = math.atan2(math.sqrt(p), math.sqrt(q))  # arcsin(sqrt(p)), exact at both ends
    tail = _beta_cdf(a, b, p, q)
    if tail > TAIL:
        return log_evidence(rows, errors, p, q) + math.log(tail) - math.log(2 * arc / math.pi)
    # I_p(a, b) = p^a q^b F / (a B(a, b)): the powers and B cancel, and nothing underflows
    return 0.5 * math.log(p * q) + math.log(_continued_fraction(a, b, p)) - math.log(2 * a * arc)


def log_evidence_above(rows: float, errors: float, p: float, q: float) -> float:
    """ln of the evidence that the error probability is above p: against every probability <= p.

    The mirror image: correct rows and errors change places, and stakes lie in [p, 1].
    """
    return log_evidence_below(rows, rows - errors, q, p)


def _beta_cdf(a: float, b: float, p: float, q: float) -> float:
    """I_p(a, b), computed from the smaller of p and q."""
    from scipy.special import betainc, betaincc  # scipy takes 0.2 s to import

    return float(betainc(a, b, p) if p <= q else betaincc(b, a, q))


def _continued_fraction(a: float, b: float, x: float) -> float:
    """F in I_x(a, b) = x^a (1 - x)^b F / (a B(a, b)), by Lentz's method.

    Only for x many standard deviations below the mean a / (a + b), where it takes few steps.
    Source: DLMF 8.17.22; Press et al., Numerical Recipes, 6.4.
    """
    tiny = 1e-300
    d = 1.0 / (_away(1.0 - (a + b) * x / (a + 1.0), tiny))
    c, f = 1.0, d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / _away(1.0 + term * d, tiny)
            c = _away(1.0 + term / c, tiny)
            f *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return f


def _away(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny


def _log_ratio(d: float, p: float) -> float:
    """ln((p + d) / p); 0 where the ratio is 0, since it is multiplied by the count that is 0 there.

    Near 1 through log1p of the difference: rounding errors of d then cancel between the two terms of the
    deviance, which has its minimum in d.
    """
    x = d / p
    if abs(x) < 0.5:
        return math.log1p(x)
    return math.log((p + d) / p) if p + d > 0 else 0.0


def _stirling_half(x: float) -> float:
    """ln Gamma(x + 1/2) - (x ln x - x + ln(2 pi) / 2)."""
    if x < 15:
        return math.lgamma(x + 0.5) - (x * math.log(x) - x if x > 0 else 0.0) - 0.5 * math.log(2 * math.pi)
    y = 1 / (x * x)
    return (-1 / 24 + y * (7 / 2880 - y * (31 / 40320 - y * 127 / 430080))) / x


def _stirling(x: float) -> float:
    """ln Gamma(x + 1) - (x ln x - x + ln(2 pi x) / 2)."""
    if x < 15:
        return math.lgamma(x + 1) - (x * math.log(x) - x) - 0.5 * math.log(2 * math.pi * x)
    y = 1 / (x * x)
    return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y / 1680))) / x
