"""What a named task is: data for the registry, and the functions that one size of it is made of."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.errors import TaskError

Characters = NDArray[np.uint8]  # (rows, characters a row), ASCII

# (label, tries, generator) -> the rows of that label that came of so many tries, at most (tries, n); need not
# be distinct. Never the oracle: the two are tested against each other.
Sampler = Callable[[int, int, np.random.Generator], Characters]


@dataclass(frozen=True)
class CheapRule:
    """A shortcut that does well without being the rule: 100 held-out rows may not tell it apart."""

    name: str
    accuracy: float  # on balanced rows: published, or 1 where no row of the sampler breaks the rule
    rule: Callable[[str], int]


def unknown_capacity(label: int) -> int | None:
    """For samplers whose number of distinct rows is not known in closed form."""
    return None


@dataclass(frozen=True)
class Instance:
    """One task at one n."""

    oracle: Callable[[str], int]
    sample: Sampler
    parameters: dict[str, Any] = field(default_factory=dict)  # JSON-able: supports, monomials, ...
    capacity: Callable[[int], int | None] = (
        unknown_capacity  # label -> distinct rows there are; None: unknown
    )
    cheap_rules: tuple[CheapRule, ...] = ()
    carried: Callable[[int], Instance] | None = None  # n -> what was drawn for this one, there; None: nothing
    least_n: int = 0  # that has all coordinates which were drawn


@dataclass(frozen=True)
class Definition:
    """One line of the registry."""

    name: str
    paper: str  # the paper's name for it
    rule: str  # label = 1 iff ...
    rows: str  # what a row is
    default_n: int
    paper_n: tuple[int, ...]  # sizes in the paper's tables
    build: Callable[[int, str | None, int, bool], Instance]  # n, variant, seed, reference
    min_n: int = 2
    max_n: int = 10_000
    step: int = 1  # n is a multiple of it
    why_n: str = ""  # the reason of the three bounds
    variants: tuple[str, ...] = ()  # the first is the default
    aliases: tuple[tuple[str, str], ...] = ()  # other names of the variants

    def check_n(self, n: int) -> None:
        """Raise TaskError for a size that it does not have."""
        if self.min_n <= n <= self.max_n and n % self.step == 0:
            return
        multiple = f", a multiple of {self.step}" if self.step > 1 else ""
        why = f" ({self.why_n})" if self.why_n else ""
        raise TaskError(
            f"{self.name} has no n = {n}: n must lie in {self.min_n}..{self.max_n}{multiple}{why}"
        )


def whole(value: Any, name: str) -> int:
    """An integer, NumPy's or Python's, as Python's: specs are JSON. Raises TaskError for anything else."""
    try:
        return operator.index(value)
    except TypeError:
        raise TaskError(f"{name} must be an integer, not {value!r}") from None


def generator(seed: int, *key: str) -> np.random.Generator:
    """A generator that depends on the seed and the key alone."""
    words = [int.from_bytes(part.encode(), "little") for part in key]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))
