"""How many rows and queries k-parities ask for, as functions of n and k: lower bounds and one upper bound.

A k-parity is the sum modulo 2 of k fixed coordinates of n bits; there are C(n, k) of them. What learning one
costs depends on the method: `erm_parity_rows` is enough for whoever tries them all, while what sees the rows
through averages alone (stochastic gradients, statistical queries) needs the larger numbers here. All of them
are about rows of n independent fair bits. Numbers of parities, examples and queries are given by their
log10, which stays finite at n = 1000.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset


@dataclass(frozen=True)
class ParityBounds:
    """What one k-parity asks for: printed beside a result on rows of n bits, which may be of another rule."""

    k: int
    log10_parities: float
    log10_sgd_examples: float  # at b = 0; each bit of the gradient's entries takes off log10 2
    tolerance: float  # of a statistical query: 1 / sqrt(rows), about what averages over the rows are good for
    log10_sq_queries: float | None  # None where the bound says nothing
    erm_rows: dict[str, int]  # error rate -> rows that are enough for trying all parities

    @staticmethod
    def of(n: int, k: int, rows: int, errors: tuple[float, ...], delta: float = 0.05) -> ParityBounds:
        """The bounds for k of n bits, the tolerance that of 2 or more `rows`, the ERM bound at `errors`."""
        tolerance = 1 / math.sqrt(rows)
        queries = log10_sq_parity_queries(n, k, tolerance)
        return ParityBounds(
            k=k,
            log10_parities=log10_parities(n, k),
            log10_sgd_examples=log10_sgd_parity_examples(n, k, 0),
            tolerance=tolerance,
            log10_sq_queries=queries if math.isfinite(queries) else None,
            erm_rows={str(error): erm_parity_rows(n, k, error, delta) for error in errors},
        )


def bits_of(rows: Dataset) -> int | None:
    """n, if the rows are texts or lists of integers, all of one length n >= 1 over exactly two symbols."""
    kind, data, offsets, *_ = rows.packed()
    lengths = np.unique(np.diff(offsets))
    if kind not in {"text", "ints"} or len(lengths) != 1 or len(np.unique(data)) != 2:
        return None
    return int(lengths[0])


def log10_parities(n: int, k: int) -> float:
    """log10 of C(n, k): the number of k-parities on n bits, and their statistical-query dimension.

    Two different parities agree on exactly half of all rows, so all of them are pairwise uncorrelated and the
    dimension of the class is its size. Source: Blum, Furst, Jackson, Kearns, Mansour and Rudich, Weakly
    learning DNF and characterizing statistical query learning, STOC 1994.
    """
    return _ln_parities(n, k) / math.log(10)


def erm_parity_rows(n: int, k: int, epsilon: float, delta: float = 0.05) -> int:
    """Rows that are enough for ERM over the k-parities: ceil((ln C(n, k) + ln(1 / delta)) / epsilon).

    With probability 1 - delta every k-parity that is consistent with as many independent rows has
    err <= epsilon: a union over the finite class (Blumer et al., Inf. Proc. Letters 24, 1987). It holds for
    rows of any distribution. Time is another matter: trying them all takes C(n, k) steps.
    """
    if not (0 < epsilon < 1 and 0 < delta < 1):
        raise UsageError(f"epsilon and delta are above 0 and below 1, not {epsilon} and {delta}")
    return math.ceil((_ln_parities(n, k) - math.log(delta)) / epsilon)


def log10_sgd_parity_examples(n: int, k: int, bits: float) -> float:
    """log10 of sqrt(C(n, k)) / 2^b, the order of the fresh examples that SGD needs to learn a k-parity.

    For coordinate-wise mini-batch SGD whose gradient entries have b = `bits` bits: Omega(sqrt(C(n, k)) / 2^b)
    examples. No constant is given, so it is an order of magnitude and no number to hold a run against; where
    it is below one example (a negative result) it says nothing. Source: LLM-ERM, arXiv 2510.14331.
    """
    if not 0 <= bits < math.inf:
        raise UsageError(f"bits a gradient entry are 0 or more, not {bits}")
    return log10_parities(n, k) / 2 - bits * math.log10(2)


def log10_sq_parity_queries(n: int, k: int, tolerance: float, success: float = 1.0) -> float:
    """log10 of p C(n, k) tau^2 - 1, the fewest statistical queries to learn a k-parity; -inf if not above 0.

    A learner asks for expectations of functions g(x, y) with values in [-1, 1] and is told each to within
    tau = `tolerance`. To reach, with probability p = `success` (over its own randomness) and on every
    k-parity, an error below (1 - tau) / 2, it must ask at least this many.

    Why: E g(x, y) is a part that is the same for all targets plus the Fourier coefficient of a function
    bounded by 1 at the target's coordinates. The squares of these coefficients sum to at most 1 (Parseval),
    so for at most 1 / tau^2 targets does "the part that is the same" differ from the truth by more than tau,
    and for all others it is a valid answer that tells nothing. The final hypothesis is one function more: it
    correlates by more than tau with at most 1 / tau^2 targets. So q queries leave at most (q + 1) / tau^2 of
    the C(n, k) targets on which the learner can be right. Parities are exactly uncorrelated, so the constant
    is exact. The model and its bound for parities: Kearns, J. ACM 45 (1998); the dimension: Blum et al., STOC
    1994; this elementary argument for any class of small correlations: Szorenyi, ALT 2009.
    """
    if not (0 < tolerance < 1 and 0 < success <= 1):
        raise UsageError(
            f"a tolerance lies between 0 and 1, a probability of success is above 0 and at most 1, "
            f"not {tolerance} and {success}"
        )
    ln_answers = _ln_parities(n, k) + 2 * math.log(tolerance) + math.log(success)
    if ln_answers <= 0:
        return -math.inf
    return (ln_answers + math.log(-math.expm1(-ln_answers))) / math.log(10)


def _ln_parities(n: int, k: int) -> float:
    if not 1 <= k <= n:
        raise UsageError(f"a k-parity on n bits needs 1 <= k <= n, not k = {k} and n = {n}")
    return max(0.0, math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1))
