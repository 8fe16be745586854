"""What rows hold at each position, or under each name: numbers and symbols, before any coding of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset

LARGEST = 1e30  # numbers are clipped to it: learners compute in float32, and square
ZERO, NINE = ord("0"), ord("9")


@dataclass(frozen=True)
class Field:
    """The cells of n rows at one position. A cell holds a number, a symbol, or neither: the row has ended."""

    numbers: NDArray[np.float64]  # (n,) in [-LARGEST, LARGEST]; NaN where there is none
    symbols: NDArray[np.object_] | None  # (n,) str; None where there is none; None for all: no row has one


class Layout:
    """The positions, or the names, that the training rows have. Other rows are read by it.

    What other rows have beyond the longest training row, or under other names, is not read: a learner has
    one weight or threshold a column, and no training row says what a later one means. What they lack is
    an empty cell.
    """

    def __init__(self, rows: Dataset) -> None:
        self.kind = rows.input_type
        self.keys: list[Any]  # positions from 0, or the names in the order in which rows bring them
        if self.kind == "record":
            self.keys = list(dict.fromkeys(key for row in rows.x for key in row))
        else:
            _, offsets = _elements(rows)
            self.keys = list(range(int(np.diff(offsets).max(initial=0))))

    @property
    def names(self) -> list[str]:
        """One a field: what Python calls it in `def f(x)`."""
        return [f"x[{key!r}]" for key in self.keys]

    def fields(self, rows: Dataset) -> Iterator[Field]:
        """The fields of any rows of the same input type, in the order of the names."""
        if self.kind == "record":
            records = rows.x
            return (_field_of([row.get(key) for row in records]) for key in self.keys)
        data, offsets = _elements(rows)
        cells = _padded(data, offsets, len(self.keys))
        if self.kind == "text":
            return (_field_of_characters(cells[:, i]) for i in range(len(self.keys)))
        return (Field(_clipped(cells[:, i]), None) for i in range(len(self.keys)))


def _elements(rows: Dataset) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """All elements of rows that are sequences, joined, and where each row begins. Text: its code points."""
    packed = rows.packed()
    if packed.kind != "text" or packed.ascii:
        return packed.data, packed.offsets
    texts = rows.x
    points = np.frombuffer("".join(texts).encode("utf-32-le"), "<u4")
    return points, np.array([0, *accumulate(map(len, texts))], np.int64)


def _padded(data: NDArray[Any], offsets: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    """The first `width` elements of each row, (n, width); NaN beyond its end."""
    position = np.arange(width)
    present = position < np.diff(offsets)[:, None]
    cells = np.full(present.shape, np.nan)
    cells[present] = data[(offsets[:-1, None] + position)[present]]
    return cells


def _clipped(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(numbers, -LARGEST, LARGEST)


def _field_of_characters(points: NDArray[np.float64]) -> Field:
    """Decimal digits are numbers, all other characters symbols."""
    digit = (points >= ZERO) & (points <= NINE)
    other = ~digit & ~np.isnan(points)
    numbers = np.where(digit, points - ZERO, np.nan)
    if not other.any():
        return Field(numbers, None)
    symbols = [chr(int(point)) if one else None for point, one in zip(points, other, strict=True)]
    return Field(numbers, np.array(symbols, object))


def _field_of(values: list[Any]) -> Field:
    """Values of records: int, float and bool are numbers, str are symbols, None is neither."""
    numbers = np.array([np.nan if value is None or type(value) is str else _float(value) for value in values])
    symbols = None
    if any(type(value) is str for value in values):
        symbols = np.array([value if type(value) is str else None for value in values], object)
    return Field(_clipped(numbers), symbols)


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # an int beyond float64
        return LARGEST if value > 0 else -LARGEST
