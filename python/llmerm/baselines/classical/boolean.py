"""Fields as Boolean columns, for trees of gates.

* Digits of text, and whole numbers of a narrow range, are the bits of their binary code: of the number
  itself when training rows have 0 to 255 there, else of what it is above their least.
* Other numbers are compared with the quartiles of the training rows.
* Symbols are one-hot, as in `features.py`.
* Where a training row's cell is empty, one more column says whether there is a number; an empty cell's own
  bits are 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from llmerm.baselines.classical.features import Column, one_hot
from llmerm.baselines.classical.fields import Field

WIDEST = 255  # largest range of whole numbers that is coded in bits
QUARTILES = (0.25, 0.5, 0.75)
EXACT = 2.0**53  # whole numbers up to here are exact in float64


def boolean(name: str, field: Field) -> Iterator[Column]:
    """Columns of bools: bits or comparisons, presence, symbols."""
    numbers = field.numbers[~np.isnan(field.numbers)]
    if len(numbers):
        low, high = float(numbers.min()), float(numbers.max())
        if high - low <= WIDEST and np.all(numbers == np.rint(numbers)):
            yield from _binary(name, low, high)
        else:
            for bound in np.unique(np.quantile(numbers, QUARTILES)).tolist():
                yield Column(f"({name} > {bound:g})", partial(_above, bound=bound))
        yield Column(f"there({name})", _is_there)
    yield from one_hot(name, field)


def _binary(name: str, low: float, high: float) -> Iterator[Column]:
    base = 0.0 if low >= 0 and high <= WIDEST else low
    code = name if not base else f"{name} - {base:g}" if base > 0 else f"{name} + {-base:g}"
    for bit in range(int(high - base).bit_length()):
        is_bit = (base, high) == (0, 1)
        yield Column(name if is_bit else f"bit({code}, {bit})", partial(_bit, base=base, bit=bit))


def _bit(field: Field, base: float, bit: int) -> NDArray[np.bool_]:
    code = np.clip(np.nan_to_num(field.numbers, nan=base) - base, -EXACT, EXACT)
    return (np.floor(code).astype(np.int64) >> bit & 1).astype(bool)


def _above(field: Field, bound: float) -> NDArray[np.bool_]:
    return field.numbers > bound  # False where there is none


def _is_there(field: Field) -> NDArray[np.bool_]:
    return ~np.isnan(field.numbers)
