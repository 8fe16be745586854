"""Rows as a matrix, one column a feature. What the columns are is learnt from the training rows alone.

A field (`fields.py`) is a position of text, ints or floats, or a name of records.

* Numbers (digits of text, ints, floats, bools) are one column. An empty cell, where the row has ended or
  has None or another kind of value, holds a value of its own, below all that training rows have there.
* Symbols (characters other than digits, strings of records) are one 0/1 column each (one-hot); a symbol
  that training rows do not have there is 0 in all of them.
* Columns in which all training rows agree are left out: nothing can be learnt from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.baselines.classical.fields import Field, Layout
from llmerm.dataset import Dataset

MOST_SYMBOLS = 64  # of one field, the commonest: a column each of names or hashes would fill the memory


class Column(NamedTuple):
    """One feature of one field."""

    name: str  # an expression over the row, x
    values: Callable[[Field], NDArray[Any]]  # (n,) of the field in n rows, floats or bools, never NaN


Coding = Callable[[str, Field], Iterator[Column]]  # from a field's name, and training rows, to its columns


def numeric(name: str, field: Field) -> Iterator[Column]:
    """A column of numbers where training rows have any, and one for each of their symbols."""
    present = field.numbers[~np.isnan(field.numbers)]
    if len(present):
        low, high = float(present.min()), float(present.max())
        empty = low - max(1.0, high - low, abs(low) * 1e-6)  # distinct from low in float32, too
        yield Column(name, partial(_numbers, empty=empty))
    yield from one_hot(name, field)


def one_hot(name: str, field: Field) -> Iterator[Column]:
    """A 0/1 column for each symbol of the training rows, the commonest first."""
    if field.symbols is not None:
        counts = Counter(symbol for symbol in field.symbols.tolist() if symbol is not None)
        for symbol in sorted(counts, key=lambda symbol: (-counts[symbol], symbol))[:MOST_SYMBOLS]:
            yield Column(f"({name} == {symbol!r})", partial(_is_symbol, symbol=symbol))


def _numbers(field: Field, empty: float) -> NDArray[np.float64]:
    return np.where(np.isnan(field.numbers), empty, field.numbers)


def _is_symbol(field: Field, symbol: str) -> NDArray[np.bool_]:
    if field.symbols is None:
        return np.zeros(len(field.numbers), bool)
    return np.array([cell == symbol for cell in field.symbols], bool)


class Features:
    """The columns of the training rows, and the matrix of any rows."""

    def __init__(self, rows: Dataset, coding: Coding = numeric) -> None:
        self._layout = Layout(rows)
        self._columns: list[list[Column]] = []  # of each field
        for name, field in zip(self._layout.names, self._layout.fields(rows), strict=True):
            self._columns.append([column for column in coding(name, field) if _varies(column.values(field))])

    @property
    def names(self) -> list[str]:
        """One a column."""
        return [column.name for columns in self._columns for column in columns]

    def __len__(self) -> int:
        return sum(map(len, self._columns))

    def columns(self, rows: Dataset) -> Iterator[NDArray[Any]]:
        """The columns of rows, (n,) each, in the order of the names."""
        for columns, field in zip(self._columns, self._layout.fields(rows), strict=True):
            yield from (column.values(field) for column in columns)

    def matrix(self, rows: Dataset) -> NDArray[np.float64]:
        """(n, columns) of rows."""
        matrix = np.empty((len(rows), len(self)))
        for i, column in enumerate(self.columns(rows)):
            matrix[:, i] = column
        return matrix


def _varies(values: NDArray[Any]) -> bool:
    return bool((values != values[0]).any())
