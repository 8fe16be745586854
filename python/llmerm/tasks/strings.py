"""Fixed patterns, palindromes, and balanced brackets of two kinds, on binary text."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from llmerm.tasks.bits import Bits, as_text, by_rejection, counted, uniform_bits
from llmerm.tasks.definition import Characters, CheapRule, Definition, Instance

_MAX_FLIPS = 5


def _pattern(pattern: str) -> Callable[[int, str | None, int, bool], Instance]:
    """Positives have the pattern written at a random offset; negatives are uniform without it."""
    wanted = np.array([int(c) for c in pattern], dtype=np.uint8)

    def labels(bits: Bits) -> NDArray[np.bool_]:
        windows = np.lib.stride_tricks.sliding_window_view(bits, len(wanted), axis=1)
        here: NDArray[np.bool_] = np.all(windows == wanted, axis=2).any(axis=1)
        return here

    def build(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
        without = by_rejection(n, labels)

        def sample(label: int, tries: int, rng: np.random.Generator) -> Characters:
            if not label:
                return without(0, tries, rng)
            bits = uniform_bits(tries, n, rng)
            offsets = rng.integers(0, n - len(wanted) + 1, size=tries)
            bits[np.arange(tries)[:, None], offsets[:, None] + np.arange(len(wanted))] = wanted
            return as_text(bits)

        return Instance(lambda x: int(pattern in x), sample, {"pattern": pattern}, counted(n, labels))

    return build


def _palindrome(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    """Positives mirror a random half; negatives are uniform (v1) or palindromes with one bit flipped (v2)."""
    half, pairs = (n + 1) // 2, n // 2

    def mirrored(tries: int, rng: np.random.Generator) -> Bits:
        left = uniform_bits(tries, half, rng)
        return np.concatenate([left, left[:, :pairs][:, ::-1]], axis=1)

    def sample(label: int, tries: int, rng: np.random.Generator) -> Characters:
        if label:
            return as_text(mirrored(tries, rng))
        if variant == "near_miss":
            bits = mirrored(tries, rng)
            where = rng.integers(0, 2 * pairs, size=tries)  # not the middle of an odd n
            bits[np.arange(tries), np.where(where < pairs, where, where + half - pairs)] ^= 1
            return as_text(bits)
        bits = uniform_bits(tries, n, rng)
        return as_text(bits[np.any(bits != bits[:, ::-1], axis=1)])

    def capacity(label: int) -> int:
        if label:
            return int(2**half)
        return int(pairs * 2**half) if variant == "near_miss" else int(2**n - 2**half)

    cheap: tuple[CheapRule, ...] = ()
    if variant == "uniform" and n >= 25:  # the published figure is for these
        cheap = (CheapRule("first bit equals last", 0.75, lambda x: int(x[0] == x[-1])),)
    if variant == "near_miss":
        cheap = (CheapRule("an even number of ones beside the middle", 1.0, _even_beside_the_middle),)
    return Instance(lambda x: int(x == x[::-1]), sample, {}, capacity, cheap)


def _even_beside_the_middle(x: str) -> int:
    """1 for every palindrome, 0 for every palindrome with one bit flipped: a parity in disguise."""
    half = len(x) // 2
    return 1 - (x[:half] + x[len(x) - half :]).count("1") % 2


def _dyck2(n: int, variant: str | None, seed: int, reference: bool) -> Instance:
    """Positives: a random push/pop walk (p = 1/2). Negatives: such with 1 to 5 bits flipped, if invalid."""

    def sample(label: int, tries: int, rng: np.random.Generator) -> Characters:
        bits = _walk(tries, n // 2, rng)
        if label:
            return as_text(bits)
        flips = rng.integers(1, _MAX_FLIPS + 1, size=tries)
        order = np.argsort(rng.random((tries, n)), axis=1)[:, :_MAX_FLIPS]  # distinct positions
        flipped = (np.arange(_MAX_FLIPS) < flips[:, None]).astype(np.uint8)
        bits[np.arange(tries)[:, None], order] ^= flipped
        return as_text(bits[~_balanced(bits)])

    words = math.comb(n // 2, n // 4) // (n // 4 + 1) * 2 ** (n // 4)  # Catalan number, two kinds a pair
    cheap = CheapRule("as many ( as ) and [ as ]", 0.971, _equal_counts)
    return Instance(_brackets, sample, {}, lambda label: words if label else None, (cheap,))


def _walk(rows: int, symbols: int, rng: np.random.Generator) -> Bits:
    """Balanced words (rows, 2 * symbols): bit 0 of a symbol is its kind, bit 1 says that it closes."""
    bits = np.empty((rows, 2 * symbols), dtype=np.uint8)
    stack = np.zeros((rows, symbols + 1), dtype=np.uint8)
    depth = np.zeros(rows, dtype=np.int64)
    every = np.arange(rows)
    coins = rng.random((rows, symbols)) < 0.5
    kinds = uniform_bits(rows, symbols, rng)
    for t in range(symbols):
        push = (depth == 0) | ((depth < symbols - t) & coins[:, t])
        kind = np.where(push, kinds[:, t], stack[every, depth - 1])
        stack[every, depth] = kind  # above the top when popping: never read
        depth += np.where(push, 1, -1)
        bits[:, 2 * t], bits[:, 2 * t + 1] = kind, ~push
    return bits


def _balanced(bits: Bits) -> NDArray[np.bool_]:
    rows, symbols = len(bits), bits.shape[1] // 2
    stack = np.full((rows, symbols + 2), 2, dtype=np.uint8)  # 2: the bottom, which no bracket matches
    depth = np.zeros(rows, dtype=np.int64)
    every = np.arange(rows)
    good = np.ones(rows, dtype=bool)
    for t in range(symbols):
        kind, close = bits[:, 2 * t], bits[:, 2 * t + 1] == 1
        good &= ~close | (stack[every, depth] == kind)
        depth = np.maximum(depth + np.where(close, -1, 1), 0)
        opened = every[~close]
        stack[opened, depth[opened]] = kind[opened]
    good &= depth == 0
    return good


def _symbols(x: str) -> str:
    return "".join({"00": "(", "01": ")", "10": "[", "11": "]"}[x[i : i + 2]] for i in range(0, len(x), 2))


def _brackets(x: str) -> int:
    open_: list[str] = []
    for symbol in _symbols(x):
        if symbol in "([":
            open_.append(symbol)
        elif not open_ or open_.pop() + symbol not in {"()", "[]"}:
            return 0
    return int(not open_)


def _equal_counts(x: str) -> int:
    word = _symbols(x)
    return int(word.count("(") == word.count(")") and word.count("[") == word.count("]"))


_SIZES = (20, 25, 30, 50, 100)
_PATTERN_N = "8 bits of pattern; beyond 1,000 bits hardly a uniform row is without it"

DEFINITIONS = (
    Definition(
        "pattern_alternating",
        "Pattern 1",
        "10101010 occurs",
        "bits",
        50,
        _SIZES,
        _pattern("10101010"),
        min_n=8,
        max_n=1_000,
        why_n=_PATTERN_N,
    ),
    Definition(
        "pattern_run",
        "Pattern 2",
        "00111111 occurs",
        "bits",
        50,
        _SIZES,
        _pattern("00111111"),
        min_n=8,
        max_n=1_000,
        why_n=_PATTERN_N,
    ),
    Definition(
        "palindrome",
        "IsPalindrome",
        "the row equals its reverse",
        "bits",
        50,
        _SIZES,
        _palindrome,
        variants=("uniform", "near_miss"),
        aliases=(("v1", "uniform"), ("v2", "near_miss")),
    ),
    Definition(
        "dyck2",
        "Dyck-2",
        "the pairs of bits, read as 00 = (, 01 = ), 10 = [, 11 = ], are balanced",
        "pairs of bits",
        40,
        (20, 40, 60, 80, 100),
        _dyck2,
        min_n=4,
        max_n=2_000,
        step=4,
        why_n="whole pairs of brackets",
    ),
)
