"""Parities of the input bits, of Rule 30's next row, and of SHA-256; and a random cubic over GF(2).

Sampling: uniform bits, balanced by rejection (arXiv 2510.14331).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from llmerm.tasks.bits import Bits, as_text, by_rejection, counted
from llmerm.tasks.definition import Definition, Instance, generator

# The authors' supports, 0-based, so that results can be compared.
REFERENCE_SUPPORTS: dict[tuple[int, int], tuple[int, ...]] = {
    (3, 10): (1, 2, 6),
    (3, 20): (2, 14, 18),
    (3, 25): (2, 12, 17),
    (3, 30): (0, 6, 12),
    (3, 50): (17, 30, 42),
    (3, 100): (42, 62, 96),
    (10, 20): (0, 1, 2, 4, 6, 10, 11, 14, 15, 18),
    (10, 25): (0, 2, 6, 8, 12, 17, 18, 20, 21, 22),
    (10, 30): (0, 6, 8, 10, 12, 15, 16, 18, 23, 25),
    (10, 50): (0, 8, 17, 18, 20, 25, 30, 34, 36, 42),
    (10, 100): (16, 24, 42, 46, 60, 62, 78, 95, 96, 98),
}
_SIZES = (20, 25, 30, 50, 100)
_RULE_30 = np.array([0, 1, 1, 1, 1, 0, 0, 0], dtype=np.uint8)


def odd(bits: Bits, axis: int = 1) -> NDArray[np.bool_]:
    """Whether the number of ones along the axis is odd."""
    parity: NDArray[np.uint8] = np.bitwise_xor.reduce(bits, axis=axis)
    return parity.astype(bool)


def _subset(n: int, support: Sequence[int]) -> Instance:
    columns = list(support)

    def labels(bits: Bits) -> NDArray[np.bool_]:
        return odd(bits[:, columns], axis=1)

    return Instance(
        oracle=lambda x: sum(int(x[i]) for i in columns) % 2,
        sample=by_rejection(n, labels),
        parameters={"support": columns},
        capacity=lambda label: 2 ** (n - 1),
    )


def _fixed_subset(n: int, support: Sequence[int]) -> Instance:
    """A support that was drawn: at another n, these coordinates still."""
    made = _subset(n, support)
    return replace(made, carried=lambda other: _fixed_subset(other, support), least_n=max(support) + 1)


def _random_subset(size: int) -> Callable[[int, str | None, int, bool], Instance]:
    def build(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
        support = REFERENCE_SUPPORTS.get((size, n)) if reference else None
        if support is None:
            rng = generator(seed, f"{size}-parity", str(n))
            support = tuple(sorted(rng.choice(n, size, replace=False).tolist()))
        return _fixed_subset(n, support)

    return build


def _automaton(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    def labels(bits: Bits) -> NDArray[np.bool_]:
        padded = np.pad(bits, ((0, 0), (1, 1)))
        window = 4 * padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
        return odd(_RULE_30[window], axis=1)

    def oracle(x: str) -> int:
        cells = [0, *map(int, x), 0]
        return sum(cells[i - 1] ^ (cells[i] | cells[i + 1]) for i in range(1, len(cells) - 1)) % 2

    return Instance(oracle, by_rejection(n, labels), {"rule": 30}, counted(n, labels))


def _sha256(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    def labels(bits: Bits) -> NDArray[np.bool_]:
        digests = b"".join(hashlib.sha256(row.tobytes()).digest() for row in as_text(bits))
        bytes_ = np.frombuffer(digests, np.uint8).reshape(len(bits), 32)
        return odd(np.unpackbits(bytes_, axis=1), axis=1)

    def oracle(x: str) -> int:
        return int.from_bytes(hashlib.sha256(x.encode()).digest()).bit_count() % 2

    return Instance(oracle, by_rejection(n, labels), {}, counted(n, labels))


def _cubic(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    """Ours (only labels are published): random coordinates, distinct triples of them as monomials."""
    rng = generator(seed, "poly_f2_deg3", str(n))
    count = min(10, max(5, n // 10))
    variables = sorted(rng.choice(n, count, replace=False).tolist())
    triples = list(combinations(variables, 3))
    monomials = [list(triples[i]) for i in sorted(rng.choice(len(triples), 3, replace=False).tolist())]
    return _polynomial(n, variables, monomials)


def _polynomial(n: int, variables: list[int], monomials: list[list[int]]) -> Instance:
    def labels(bits: Bits) -> NDArray[np.bool_]:
        products = [np.bitwise_and.reduce(bits[:, monomial], axis=1) for monomial in monomials]
        return odd(np.array(products), axis=0)

    def oracle(x: str) -> int:
        return sum(all(x[i] == "1" for i in monomial) for monomial in monomials) % 2

    parameters = {"variables": variables, "monomials": monomials}
    return Instance(
        oracle,
        by_rejection(n, labels),
        parameters,
        counted(n, labels),
        carried=lambda other: _polynomial(other, variables, monomials),
        least_n=max(variables) + 1,
    )


DEFINITIONS = (
    Definition(
        "parity_all",
        "full parity",
        "the number of ones is odd",
        "bits",
        50,
        _SIZES,
        lambda n, variant, seed, reference: _subset(n, range(n)),
    ),
    Definition(
        "parity_first_half",
        "first-half parity",
        "the number of ones among the first n // 2 bits is odd",
        "bits",
        50,
        _SIZES,
        lambda n, variant, seed, reference: _subset(n, range(n // 2)),
    ),
    Definition(
        "parity_random_3",
        "3-parity",
        "the number of ones among 3 fixed coordinates is odd",
        "bits",
        50,
        (10, *_SIZES),
        _random_subset(3),
        min_n=3,
        why_n="3 coordinates",
    ),
    Definition(
        "parity_random_10",
        "10-parity",
        "the number of ones among 10 fixed coordinates is odd",
        "bits",
        50,
        _SIZES,
        _random_subset(10),
        min_n=10,
        why_n="10 coordinates",
    ),
    Definition(
        "automaton_parity",
        "CA parity",
        "the next row of the automaton Rule 30 (zeros beyond the ends) has an odd number of ones",
        "bits",
        50,
        _SIZES,
        _automaton,
    ),
    Definition(
        "sha256_parity",
        "SHA-256 parity",
        "the SHA-256 of the text has an odd number of one bits (deliberately incompressible)",
        "bits",
        50,
        _SIZES,
        _sha256,
    ),
    Definition(
        "poly_f2_deg3",
        "(labels only)",
        "a polynomial over GF(2), three cubic monomials over min(10, max(5, n // 10)) coordinates, is 1",
        "bits",
        50,
        (),
        _cubic,
        min_n=5,
        why_n="5 variables",
    ),
)
