"""Labelled rows of four tasks in bulk, half of them positive: by whole arrays, so that 10^8 take minutes.

The tasks are those of `llmerm.tasks`; these rows may repeat, which the splits of a task do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]  # 0 and 1
Maker = Callable[[np.random.Generator, int, int], tuple[Bits, NDArray[np.bool_]]]  # rng, rows, length

CHUNK = 1 << 14  # rows made at once: their arrays stay in the cache
MAX_LENGTH = 256  # dyck2's stacks are 64 bits wide
FLIPS = 5
PATTERN = (1, 0, 1, 0, 1, 0, 1, 0)


def make(task: str, rows: int, length: int, seed: int) -> Iterator[tuple[Bits, NDArray[np.bool_]]]:
    """Chunks of (rows (CHUNK, length), labels), each of a generator of its own: fewer rows are a prefix."""
    for number, begin in enumerate(range(0, rows, CHUNK)):
        key = [seed, list(TASKS).index(task), length, number]
        bits, labels = TASKS[task](np.random.default_rng(key), CHUNK, length)
        size = min(CHUNK, rows - begin)
        yield bits[:size], labels[:size]


def uniform(rng: np.random.Generator, rows: int, length: int) -> Bits:
    """Fair bits (rows, length)."""
    drawn = np.frombuffer(rng.bytes(rows * ((length + 7) // 8)), np.uint8).reshape(rows, -1)
    return np.unpackbits(drawn, axis=1, count=length)


def parity(rng: np.random.Generator, rows: int, length: int) -> tuple[Bits, NDArray[np.bool_]]:
    """Whether the number of ones is odd."""
    bits = uniform(rng, rows, length)
    return bits, np.bitwise_xor.reduce(bits, axis=1).astype(bool)


def palindrome(rng: np.random.Generator, rows: int, length: int) -> tuple[Bits, NDArray[np.bool_]]:
    """Whether the row equals its reverse: half mirrored, half uniform."""
    bits = uniform(rng, rows, length)
    wanted = uniform(rng, 1, rows)[0].astype(bool)
    mirrored = bits[wanted]
    mirrored[:, length - length // 2 :] = mirrored[:, : length // 2][:, ::-1]
    bits[wanted] = mirrored
    return bits, (bits == bits[:, ::-1]).all(axis=1)


def pattern(rng: np.random.Generator, rows: int, length: int) -> tuple[Bits, NDArray[np.bool_]]:
    """Whether PATTERN occurs: half have it written somewhere, half are uniform without it."""
    bits = uniform(rng, rows, length)
    wanted = uniform(rng, 1, rows)[0].astype(bool)
    where = np.flatnonzero(wanted)
    at = rng.integers(0, length - len(PATTERN) + 1, len(where))
    bits[where[:, None], at[:, None] + np.arange(len(PATTERN))] = PATTERN
    left = np.flatnonzero(~wanted)
    while len(left := left[_occurs(bits[left])]):
        bits[left] = uniform(rng, len(left), length)
    return bits, wanted


def _occurs(bits: Bits) -> NDArray[np.bool_]:
    """Rows with PATTERN in them, by comparing all rows as one flat array with itself, shifted."""
    rows, length = bits.shape
    flat = np.concatenate([bits.reshape(-1), np.zeros(len(PATTERN), np.uint8)])
    here = np.ones(bits.size, bool)
    for j, symbol in enumerate(PATTERN):
        here &= flat[j : j + bits.size] == symbol
    found: NDArray[np.bool_] = here.reshape(rows, length)[:, : length - len(PATTERN) + 1].any(axis=1)
    return found


def dyck2(rng: np.random.Generator, rows: int, length: int) -> tuple[Bits, NDArray[np.bool_]]:
    """Whether the pairs of bits are balanced brackets of two kinds: half are, half have bits flipped."""
    columns = _walk(rng, rows, length // 2)
    wanted = uniform(rng, 1, rows)[0].astype(bool)
    left = np.flatnonzero(~wanted)
    while len(left):
        flips = rng.integers(1, FLIPS + 1, len(left))
        for j in range(FLIPS):
            some = left[j < flips]
            columns[rng.integers(0, length, len(some)), some] ^= 1
        left = left[_balanced(columns[:, left])]
    return np.ascontiguousarray(columns.T), wanted


def _walk(rng: np.random.Generator, rows: int, symbols: int) -> Bits:
    """Balanced words as columns (2 * symbols, rows): of each symbol its kind, and whether it closes."""
    coins, kinds = uniform(rng, symbols, rows).astype(bool), uniform(rng, symbols, rows)
    columns = np.empty((2 * symbols, rows), np.uint8)
    stack, depth = (
        np.zeros(rows, np.uint64),
        np.zeros(rows, np.int16),
    )  # a bit an open bracket, the top is bit 0
    for t in range(symbols):
        push = (depth == 0) | ((depth < symbols - t) & coins[t])
        columns[2 * t] = np.where(push, kinds[t], stack.astype(np.uint8) & 1)
        columns[2 * t + 1] = ~push
        stack = np.where(push, (stack << 1) | kinds[t], stack >> 1)
        depth += np.where(push, np.int16(1), np.int16(-1))
    return columns


def _balanced(columns: Bits) -> NDArray[np.bool_]:
    rows = columns.shape[1]
    stack, depth, good = np.zeros(rows, np.uint64), np.zeros(rows, np.int16), np.ones(rows, bool)
    for kind, close in zip(columns[::2], columns[1::2].astype(bool), strict=True):
        good &= ~close | ((stack.astype(np.uint8) & 1 == kind) & (depth > 0))
        stack = np.where(close, stack >> 1, (stack << 1) | kind)  # what falls out at 64 could not be closed
        depth += np.where(close, np.int16(-1), np.int16(1))
    return good & (depth == 0)


TASKS: dict[str, Maker] = {"parity": parity, "palindrome": palindrome, "dyck2": dyck2, "pattern": pattern}
