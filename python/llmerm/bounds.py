"""Bounds on the population error of a learnt program: one pure function a formula.

Two kinds of argument stand here, and they need different rows (docs/statistics.md):

* **Held-out rows** are independent of the candidates, so a union over the k candidates that were scored is
  enough: `clopper_pearson_upper_over`, `hoeffding_upper_over`, `realisable_upper_over`, `hoeffding_excess`.
* **Description length** (Occam) unions over every program that can be written down, so it holds on the
  training rows too, though the proposer has seen them: `occam_consistent` and `occam_agnostic` for bytes of
  source, `occam_size_consistent` and `occam_size_agnostic` for the size of a program in a grammar.

Every function takes counts and returns an error rate in [0, 1], or a plain number where it is a slack, a
code length (nats) or a number of rows. What k-parities ask for stands in `parity_bounds.py`.
"""

from __future__ import annotations

import math

from llmerm.errors import UsageError

BYTES = 256  # description length is counted in bytes of normalised source, so this is its alphabet


def clopper_pearson(errors: int, rows: int, delta: float = 0.05) -> tuple[float, float]:
    """Two-sided exact interval for the error rate of **one** program fixed before these rows were drawn.

    lower = the delta/2 quantile of Beta(errors, rows - errors + 1), upper = the 1 - delta/2 quantile of
    Beta(errors + 1, rows - errors); 0 and 1 at the ends. Assumes independent rows. Not valid for a program
    that was selected on the same rows: use `clopper_pearson_over` there.
    Source: Clopper and Pearson, Biometrika 26 (1934).
    """
    return clopper_pearson_over(1, errors, rows, delta)


def clopper_pearson_over(k: int, errors: int, rows: int, delta: float = 0.05) -> tuple[float, float]:
    """Two-sided exact interval that holds for all of k candidates at once, so for the selected one too.

    Each candidate gets delta / k, by the union bound (Boole); each side half of that.
    """
    _check(errors, rows, delta, k)
    from scipy.special import betaincinv  # scipy takes 0.2 s to import

    lower = 0.0 if errors == 0 else float(betaincinv(errors, rows - errors + 1, delta / (2 * k)))
    return lower, _upper_tail(errors, rows, delta / (2 * k))


def clopper_pearson_upper_over(k: int, errors: int, rows: int, delta: float = 0.05) -> float:
    """Exact one-sided bound: with probability 1 - delta every one of k candidates has err <= this.

    The largest p with P(Binomial(rows, p) <= errors) >= delta / k. For one fixed candidate it fails with
    probability at most delta / k (Clopper and Pearson 1934); the union over k candidates gives delta.
    Assumes independent rows, independent of the candidates. It is never above `hoeffding_upper_over` nor
    `realisable_upper_over` at the same k and delta, since both bound the same binomial tail from above, so
    it can be chosen before the rows are seen. Langford, JMLR 6 (2005), calls it the test set bound.
    """
    _check(errors, rows, delta, k)
    return _upper_tail(errors, rows, delta / k)


def hoeffding_upper_over(k: int, errors: int, rows: int, delta: float = 0.05) -> float:
    """One-sided finite-class bound: err <= errors / rows + sqrt(ln(k / delta) / (2 rows)).

    Holds for all k candidates at once with probability 1 - delta; same assumptions as the exact bound.
    Source: Hoeffding, JASA 58 (1963), with a union over the class.
    """
    _check(errors, rows, delta, k)
    return min(1.0, errors / rows + math.sqrt(math.log(k / delta) / (2 * rows)))


def realisable_upper_over(k: int, errors: int, rows: int, delta: float = 0.05) -> float:
    """Finite-class bound for a candidate without held-out error: err <= ln(k / delta) / rows; else 1.

    P(some candidate with err > e makes no error) <= k (1 - e)^rows <= k exp(-e rows).
    0.046 at k = 5, rows = 100, delta = 0.05. Source: Blumer et al., Inf. Proc. Letters 24 (1987).
    """
    _check(errors, rows, delta, k)
    return min(1.0, math.log(k / delta) / rows) if errors == 0 else 1.0


def hoeffding_excess(k: int, rows: int, delta: float = 0.05) -> float:
    """The slack of LLM-ERM: err(selected) <= e + 2 sqrt(ln(4 k / delta) / (2 rows)).

    `e` is the *population* error of the best of the k candidates (the paper then asks that one proposal in
    k is good with probability 1 - delta/2, which leaves delta/2 for two-sided Hoeffding over k: hence 4 k).
    0.346 at k = 5, rows = 100, delta = 0.05. It says how much selection can cost, not what the error is.
    Source: LLM-ERM, arXiv 2510.14331.
    """
    _check(0, rows, delta, k)
    return 2 * math.sqrt(math.log(4 * k / delta) / (2 * rows))


def occam_consistent(length: int, rows: int, delta: float = 0.05, alphabet: int = BYTES) -> float:
    """Occam's razor for a program without error on the rows: (L ln|Sigma| + ln(2 L^2 / delta)) / rows.

    With probability 1 - delta it holds for *every* program of length L >= 1 over the alphabet that is
    consistent with the rows, so for one that was written to fit them. The prior weight of a program is
    |Sigma|^-L / (2 L^2), which sums to pi^2 / 12 <= 1. Assumes independent rows, and that the language and
    the alphabet were fixed before they were seen. `length` in symbols (bytes). Capped at 1, where it says
    nothing. Source: Blumer et al. (1987), in the form of LLM-ERM, arXiv 2510.14331.
    """
    return _consistent(_byte_code(length, delta, alphabet), rows)


def occam_agnostic(errors: int, length: int, rows: int, delta: float = 0.05, alphabet: int = BYTES) -> float:
    """Occam's razor with errors: errors / rows + sqrt((L ln|Sigma| + ln(2 L^2 / delta)) / (2 rows)).

    The same prior over programs with Hoeffding's tail: holds for every program at once, consistent or not.
    Source: McAllester, Machine Learning 37 (1999), theorem 1; theorem 7.7 in Shalev-Shwartz and Ben-David,
    Understanding Machine Learning (2014).
    """
    return _agnostic(errors, _byte_code(length, delta, alphabet), rows)


def size_code(size: int, bits: float, delta: float = 0.05) -> float:
    """Code length of one of the N(s) programs of size s of a grammar: ln N(s) + ln(2 s^2 / delta), nats.

    The code of LLM-ERM with the exact number N(s) in the place of |Sigma|^L: a program of size s has the
    prior weight 1 / (2 s^2 N(s)). The N(s) of one size weigh 1 / (2 s^2) together, and all of all sizes
    pi^2 / 12 <= 1. N may count an expression more than once (one that the grammar gives in several ways, or
    several that mean the same): that only makes the sum smaller. `bits` is log2 N(s), which counts the whole
    grammar, whatever was searched of it. Raises UsageError for a size below 1 or a negative number of bits.
    """
    if size < 1 or not 0 <= bits < math.inf:
        raise UsageError(f"a code needs a size >= 1 and a finite number of bits >= 0, not {size} and {bits}")
    return _code(size, bits * math.log(2), delta)


def occam_size_consistent(size: int, bits: float, rows: int, delta: float = 0.05) -> float:
    """Occam's razor in a grammar, no error on the rows: err <= (ln N(s) + ln(2 s^2 / delta)) / rows.

    With probability 1 - delta it holds for *every* program of the grammar that is consistent with the rows,
    so for the first one of an enumeration, and for any other. `bits` is log2 N(s). Assumes independent rows,
    and a grammar, with its sizes and constants, that was fixed before they were seen. Capped at 1.
    Source: Blumer et al. (1987); the weights are those of `size_code`.
    """
    return _consistent(size_code(size, bits, delta), rows)


def occam_size_agnostic(errors: int, size: int, bits: float, rows: int, delta: float = 0.05) -> float:
    """Occam's razor in a grammar: err <= errors / rows + sqrt((ln N(s) + ln(2 s^2 / delta)) / (2 rows)).

    `occam_agnostic` with the weights of `size_code`; assumptions as in `occam_size_consistent`.
    """
    return _agnostic(errors, size_code(size, bits, delta), rows)


def occam_rows(code: float, epsilon: float) -> int:
    """The rows that the bound asks for: with as many, a consistent program of this code has err <= epsilon.

    ceil(code / epsilon), `code` in nats with its share of delta in it (`size_code`).
    """
    if not 0 < epsilon < 1 or not 0 < code < math.inf:
        raise UsageError(f"rows are asked for at an error in (0, 1) and a code > 0, not {epsilon} and {code}")
    return math.ceil(code / epsilon)


def _consistent(code: float, rows: int) -> float:
    _check_counts(0, rows)
    return min(1.0, code / rows)


def _agnostic(errors: int, code: float, rows: int) -> float:
    _check_counts(errors, rows)
    return min(1.0, errors / rows + math.sqrt(code / (2 * rows)))


def _upper_tail(errors: int, rows: int, alpha: float) -> float:
    """The largest p with P(Binomial(rows, p) <= errors) >= alpha."""
    if errors == rows:
        return 1.0
    if errors == 0:
        return -math.expm1(math.log(alpha) / rows)  # 1 - alpha^(1/rows), without scipy
    from scipy.special import betainccinv  # the complement keeps its precision where 1 - alpha would lose it

    return float(betainccinv(errors + 1, rows - errors, alpha))


def _byte_code(length: int, delta: float, alphabet: int) -> float:
    if length < 1 or alphabet < 2:
        raise UsageError(f"length must be >= 1 and the alphabet >= 2 symbols, not {length} and {alphabet}")
    return _code(length, length * math.log(alphabet), delta)


def _code(length: int, log_count: float, delta: float) -> float:
    """ln(1 / (prior weight x delta)), in nats: what one of exp(log_count) programs of this length costs."""
    _check_delta(delta)
    return log_count + math.log(2 * length**2 / delta)


def _check(errors: int, rows: int, delta: float, k: int) -> None:
    _check_counts(errors, rows)
    _check_delta(delta)
    if k < 1:
        raise UsageError(f"k counts the candidates and is at least 1, not {k}")


def _check_counts(errors: int, rows: int) -> None:
    if rows < 1 or not 0 <= errors <= rows:
        raise UsageError(f"a bound needs 0 <= errors <= rows and rows >= 1, not {errors} errors in {rows}")


def _check_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise UsageError(f"delta is a probability of failure, above 0 and below 1, not {delta}")
