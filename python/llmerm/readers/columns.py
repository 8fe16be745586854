"""Tables (CSV, JSONL, Parquet): which columns are the row, which is the label, and cell types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from llmerm.errors import DataError
from llmerm.readers.source import Request

LABEL_NAMES = ("y", "label")
_INT = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_WORDS = {"true": True, "false": False}
_DIGITS = 4_300  # Python converts no more


def choose_columns(names: Sequence[str], request: Request) -> tuple[str | list[str], str | None]:
    """(row, label) columns: one column, whose cells are the rows, or a list of columns of a record.

    By default the label is `y`, else `label`, and the row is all other columns, or what stands in `x` if that
    is the only other one. Raises DataError if a column is not there.
    """
    path, listed = request.path, ", ".join(names)
    if len(set(names)) < len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise DataError(f"{path}: two columns are named {twice!r}; rename one")
    label = request.y if request.labelled else None
    if request.labelled and label is None:
        label = next((name for name in LABEL_NAMES if name in names), None)
        if label is None:
            raise DataError(f"{path}: no column y or label; say which of these is the label: {listed}")
    row = request.x
    wanted = [label] if label is not None else []
    wanted += [] if row is None else [row] if isinstance(row, str) else list(row)
    for name in wanted:
        if name not in names:
            raise DataError(f"{path}: no column {name!r}; the columns are {listed}")
    if isinstance(row, str):
        return row, label
    columns = list(row) if row is not None else [name for name in names if name != label]
    if not columns:
        raise DataError(f"{path}: no column is left for the rows; the columns are {listed}")
    if label in columns:
        raise DataError(f"{path}: {label!r} cannot be both the label and part of the row")
    return ("x" if row is None and columns == ["x"] else columns), label


def type_column(cells: Sequence[str]) -> list[Any]:
    """The cells of one column as int, float or bool if all that are not empty are such; else as they stand.

    Integers too long for Python to convert (over 4,300 digits) stay text, with their whole column.
    An empty cell is None in a column of ints, floats or bools, and the empty string among strings.
    """
    filled = [cell for cell in cells if cell != ""]
    if not filled:
        return list(cells)
    if all(_INT.fullmatch(cell) for cell in filled):
        if max(map(len, filled)) > _DIGITS:
            return list(cells)
        return [int(cell) if cell else None for cell in cells]
    if all(cell.lower() in _WORDS for cell in filled):
        return [_WORDS.get(cell.lower()) for cell in cells]
    if any(re.fullmatch(r"[+-]?0[0-9]+", cell) for cell in filled):  # 007 is a code, not a number
        return list(cells)
    try:
        return [float(cell) if cell else None for cell in cells]
    except ValueError:
        return list(cells)


def as_rows(columns: list[str], values: Sequence[Sequence[Any]], input_type: str | None) -> list[Any]:
    """Columns as records, or as lists of numbers in column order when `ints` or `floats` are asked for."""
    if input_type in {"ints", "floats"}:
        return [list(row) for row in zip(*values, strict=True)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]
