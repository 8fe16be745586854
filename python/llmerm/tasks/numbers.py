"""Primality and common divisors of decimal numbers, by gmpy2.

`gmpy2.is_prime` is a Miller-Rabin test of 25 rounds: a composite passes with probability below 4 ** -25.
Numbers have exactly n digits and no leading zero.
"""

from __future__ import annotations

from collections.abc import Callable

import gmpy2  # type: ignore[import-untyped]
import numpy as np

from llmerm.tasks.definition import Characters, CheapRule, Definition, Instance

Rng = np.random.Generator
_TAILS = (1, 3, 7, 9)  # the last digits of primes of two digits and more
_LOW_GCD, _HIGH_GCD = 20, 51


def is_prime(number: int) -> bool:
    """Whether the number is prime (see the module's words on certainty)."""
    return number >= 2 and bool(gmpy2.is_prime(number, 25))


def _uniform(low: int, high: int, rng: Rng) -> int:
    """A number in low..high; 8 spare bytes keep the bias of the remainder below 2 ** -64."""
    span = high - low + 1
    return low + int.from_bytes(rng.bytes(span.bit_length() // 8 + 9), "little") % span


def _of_length(digits: int, rng: Rng) -> int:
    return _uniform(max(2, 10 ** (digits - 1)), 10**digits - 1, rng)  # a factor of 1 is none


def _text(numbers: list[int], n: int) -> Characters:
    """Those numbers that have n digits, as characters."""
    rows = [text for text in map(str, numbers) if len(text) == n]
    return np.frombuffer("".join(rows).encode(), np.uint8).reshape(len(rows), n)


def _shifted_prime(
    shift: int, odd_tail: bool, *cheap: CheapRule
) -> Callable[[int, str | None, int, bool], Instance]:
    """label = 1 iff x - shift is prime.

    Positives: the next prime after a uniform number, plus shift. Negatives: a product of a floor(n/2)- and a
    ceil(n/2)-digit factor, of n digits, plus shift; with `odd_tail` only products that end in 1, 3, 7 or 9.
    """

    def build(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
        def sample(label: int, tries: int, rng: Rng) -> Characters:
            if label:
                numbers = [int(gmpy2.next_prime(_of_length(n, rng))) for _ in range(tries)]
            else:
                numbers = [_of_length(n // 2, rng) * _of_length(n - n // 2, rng) for _ in range(tries)]
                if odd_tail:
                    numbers = [number for number in numbers if number % 10 in _TAILS]
            return _text([number + shift for number in numbers if len(str(number)) == n], n)

        parameters = {"shift": shift, "composite_tails": list(_TAILS) if odd_tail else list(range(10))}
        return Instance(lambda x: int(is_prime(int(x) - shift)), sample, parameters, cheap_rules=cheap)

    return build


def _halves(x: str) -> tuple[int, int]:
    return int(x[: len(x) // 2]), int(x[len(x) // 2 :])


def _two_primes(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    """Ours, as only labels are published: the two cases of a label are drawn with probability 1/2.

    A prime half is the next prime after a uniform number, a composite half a uniform composite that ends in
    1, 3, 7 or 9, so that no last digit gives the label away. Halves have no leading zero.
    """

    def half(digits: int, prime: bool, rng: Rng) -> int:
        while True:
            number = _of_length(digits, rng)
            if prime:
                number = int(gmpy2.next_prime(number))
                if number < 10**digits:
                    return number
            elif number % 10 in _TAILS and not is_prime(number):
                return number

    def sample(label: int, tries: int, rng: Rng) -> Characters:
        rows = []
        for first in rng.integers(0, 2, size=tries).tolist():
            second = first if label else 1 - first
            left, right = half(n // 2, bool(first), rng), half(n - n // 2, bool(second), rng)
            rows.append(left * 10 ** (n - n // 2) + right)
        return _text(rows, n)

    return Instance(lambda x: int(len({is_prime(half) for half in _halves(x)}) == 1), sample)


def _gcd_range(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    """Ours, as only labels are published: halves are multiples of a divisor near the range.

    Positives draw it from 20..51, negatives from 1..19 and 52..83, both uniformly; a pair whose gcd falls
    on the other side then is redrawn. Halves have no leading zero.
    """
    outside = [*range(1, _LOW_GCD), *range(_HIGH_GCD + 1, 2 * (_HIGH_GCD + 1) - _LOW_GCD)]
    inside = list(range(_LOW_GCD, _HIGH_GCD + 1))

    def multiple(divisor: int, digits: int, rng: Rng) -> int:
        return divisor * _uniform(-(-(10 ** (digits - 1)) // divisor), (10**digits - 1) // divisor, rng)

    def sample(label: int, tries: int, rng: Rng) -> Characters:
        rows = []
        for divisor in rng.choice(inside if label else outside, size=tries).tolist():
            left, right = multiple(divisor, n // 2, rng), multiple(divisor, n - n // 2, rng)
            if (int(gmpy2.gcd(left, right)) in inside) == bool(label):
                rows.append(left * 10 ** (n - n // 2) + right)
        return _text(rows, n)

    def oracle(x: str) -> int:
        left, right = _halves(x)
        while right:
            left, right = right, left % right
        return int(_LOW_GCD <= left <= _HIGH_GCD)

    return Instance(oracle, sample, {"low": _LOW_GCD, "high": _HIGH_GCD})


def _no_factor_below(bound: int) -> Callable[[str], int]:
    primes = [p for p in range(2, bound) if is_prime(p)]
    return lambda x: int(all(int(x) % p or int(x) == p for p in primes))


_PRIME_RULES = (
    CheapRule("last digit is 1, 3, 7 or 9", 0.92, lambda x: int(x[-1] in "1379")),
    CheapRule("... and not divisible by 3", 0.965, lambda x: int(x[-1] in "1379" and int(x) % 3 != 0)),
    CheapRule("no factor below 300", 0.996, _no_factor_below(300)),
)
_TAIL_RULES = (
    CheapRule("not divisible by 3", 0.77, lambda x: int(int(x) % 3 != 0)),
    CheapRule("no factor below 30", 0.92, _no_factor_below(30)),
)
_SIZES = (20, 25, 30, 50, 100)
_COST = "at least 2 factors of a digit; finding primes beyond 1,000 digits takes too long"
_HALF = "two halves long enough to differ; at most 1,000 digits for the time it takes"

DEFINITIONS = (
    Definition(
        "prime",
        "IsPrime",
        "the number is prime",
        "decimal digits",
        20,
        _SIZES,
        _shifted_prime(0, False, *_PRIME_RULES),
        max_n=1_000,
        why_n=_COST,
    ),
    Definition(
        "prime_tail",
        "IsPrime (v2)",
        "the number is prime; composites, too, end in 1, 3, 7 or 9",
        "decimal digits",
        20,
        _SIZES,
        _shifted_prime(0, True, *_TAIL_RULES),
        max_n=1_000,
        why_n=_COST,
    ),
    Definition(
        "prime_plus_47",
        "IsPrime+47",
        "the number less 47 is prime",
        "decimal digits",
        20,
        _SIZES,
        _shifted_prime(47, True),
        min_n=3,
        max_n=1_000,
        why_n=_COST,
    ),
    Definition(
        "prime_minus_5",
        "(labels only)",
        "the number less 5 is prime",
        "decimal digits",
        20,
        (),
        _shifted_prime(5, True),
        max_n=1_000,
        why_n=_COST,
    ),
    Definition(
        "two_primes",
        "(labels only)",
        "both halves of the digits are prime, or neither is",
        "decimal digits",
        20,
        (),
        _two_primes,
        min_n=4,
        max_n=1_000,
        why_n=_HALF,
    ),
    Definition(
        "gcd_range",
        "(labels only)",
        "the greatest common divisor of the two halves of the digits lies in 20..51",
        "decimal digits",
        20,
        (),
        _gcd_range,
        min_n=6,
        max_n=1_000,
        why_n=_HALF,
    ),
)
