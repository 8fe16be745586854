"""Uniform bits and samplers by rejection, for the tasks on binary text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from llmerm.tasks.definition import Characters, Sampler

Bits = NDArray[np.uint8]  # (rows, n), 0 or 1
Labels = Callable[[Bits], NDArray[np.bool_]]  # (rows, n) -> (rows,)

ZERO = ord("0")
_ENUMERABLE = 16  # up to 65,536 rows are simply counted


def uniform_bits(rows: int, n: int, rng: np.random.Generator) -> Bits:
    """Independent fair bits (rows, n)."""
    return rng.integers(0, 2, size=(rows, n), dtype=np.uint8)


def as_text(bits: Bits) -> Characters:
    """Bits as the characters 0 and 1."""
    return bits + np.uint8(ZERO)


def by_rejection(n: int, labels: Labels) -> Sampler:
    """Uniform rows of one label: draw uniform bits, keep those that have it."""

    def sample(label: int, tries: int, rng: np.random.Generator) -> Characters:
        bits = uniform_bits(tries, n, rng)
        return as_text(bits[labels(bits) == bool(label)])

    return sample


def counted(n: int, labels: Labels) -> Callable[[int], int | None]:
    """The number of rows of each label: counted for small n, unknown (None) for n beyond it."""
    if n > _ENUMERABLE:
        return lambda label: None
    everything: Bits = ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(np.uint8)
    ones = int(np.count_nonzero(labels(everything)))
    return lambda label: ones if label else 2**n - ones
