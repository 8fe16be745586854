"""Rows and labels that are Python objects or arrays in memory -> packed arrays."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import DTYPES, Packed
from llmerm.errors import DataError

_INTEGERS = (int, np.integer, np.bool_)  # bool is an int
_EXACT = 2**53  # integers beyond this do not survive as float64


def code_labels(y: Any, classes: tuple[str, ...] | None) -> tuple[NDArray[np.int64], tuple[str, ...] | None]:
    """Labels as int64 (n,) and the class names they code, None for integers. Raises DataError."""
    if classes is not None and (len(set(classes)) < len(classes) or not all(map(_encodable, classes))):
        raise DataError(f"classes must be distinct strings that UTF-8 can hold, not {classes!r}")
    if isinstance(y, (str, bytes, Mapping)) or not isinstance(y, Iterable) or getattr(y, "ndim", 1) != 1:
        raise DataError("y must be a list or a 1-D array of labels, one a row")
    values = y.tolist() if isinstance(y, np.ndarray) and y.dtype.kind not in "iub" else y
    if not isinstance(values, np.ndarray):
        values = list(values)
        if values and all(isinstance(v, str) for v in values):
            names = classes or tuple(sorted(set(map(str, values))))
            _refuse(names, _encodable, "class names hold a lone surrogate, which is not text")
            code = {name: i for i, name in enumerate(names)}
            _refuse(values, lambda v: v in code, f"labels are not among the classes {', '.join(names)}")
            return np.fromiter((code[v] for v in values), np.int64, len(values)), names
        _refuse(values, _integral, "labels are neither integers nor, all of them, strings")
        values = [int(v) for v in values]
    top = len(classes) - 1 if classes is not None else 2**63 - 1
    low = 0 if classes is not None else -(2**63)
    extremes = (values.min(), values.max()) if isinstance(values, np.ndarray) and values.size else values
    if len(extremes) and not (low <= int(min(extremes)) and int(max(extremes)) <= top):
        raise DataError(f"labels must lie in {low} to {top}")
    return np.array(values, dtype=np.int64), classes


def _integral(value: Any) -> bool:
    return isinstance(value, _INTEGERS) or (
        isinstance(value, (float, np.floating)) and float(value).is_integer()
    )


def pack_rows(x: Any, kind: str | None) -> Packed:
    """Pack a list of rows or a 2-D array as input type `kind`, inferred when None. Raises DataError."""
    if isinstance(x, np.ndarray) and x.ndim == 2 and x.dtype.kind in "biuf":
        return _pack_array(x, kind)
    if isinstance(x, (str, bytes, Mapping)) or not isinstance(x, Iterable):
        raise DataError(f"x must be a list of rows or a 2-D array, not a {type(x).__name__}")
    rows: list[Any] = x.tolist() if isinstance(x, np.ndarray) else list(x)
    first = next(iter(rows), "")
    if isinstance(first, str):
        inferred = "text"
    elif isinstance(first, Mapping):
        inferred = "record"
    else:
        inferred = "numbers"
    if inferred == "numbers" and kind in {None, "ints", "floats"}:
        return _pack_numbers(rows, kind)
    if not rows:
        return Packed(kind or "text", np.empty(0, DTYPES[kind or "text"]), np.zeros(1, np.int64), None)
    if kind not in {None, inferred}:
        raise DataError(
            f"rows of {inferred} cannot be read as input type {kind!r}; leave it out to have it inferred"
        )
    return _pack_text(rows) if inferred == "text" else _pack_records(rows)


def _pack_array(x: NDArray[Any], kind: str | None) -> Packed:
    kind = kind or ("floats" if x.dtype.kind == "f" else "ints")
    if kind not in {"ints", "floats"} or (kind == "ints" and x.dtype.kind == "f"):
        raise DataError(f"a 2-D array of {x.dtype} cannot be read as input type {kind!r}")
    if kind == "ints" and x.dtype == np.uint64 and x.size and int(x.max()) > 2**63 - 1:
        raise DataError("x holds integers beyond int64; give them as text")
    data = np.ascontiguousarray(x, dtype=DTYPES[kind]).reshape(-1)
    return Packed(kind, data, np.arange(len(x) + 1, dtype=np.int64) * x.shape[1], None)


def _pack_text(rows: list[Any]) -> Packed:
    if set(map(type, rows)) != {str}:  # the fast way to say that all is well
        _refuse(rows, lambda row: isinstance(row, str), "rows are not str")
    joined = "".join(rows)
    if joined.isascii():
        return Packed(
            "text", np.frombuffer(joined.encode(), np.uint8), _offsets(map(len, rows), len(rows)), None
        )
    try:
        return _pack_bytes("text", [row.encode() for row in rows])
    except UnicodeEncodeError:
        _refuse(
            rows,
            lambda row: row.isascii() or _encodable(row),
            "rows hold a lone surrogate, which is not text",
        )
        raise


def _pack_bytes(kind: str, rows: list[bytes], matrix: NDArray[np.float64] | None = None) -> Packed:
    return Packed(kind, np.frombuffer(b"".join(rows), np.uint8), _offsets(map(len, rows), len(rows)), matrix)


def _pack_numbers(rows: list[Any], kind: str | None) -> Packed:
    rows = [row.tolist() if isinstance(row, np.ndarray) else row for row in rows]
    _refuse(rows, lambda row: isinstance(row, (list, tuple)), "rows are not lists of numbers")
    types = set(map(type, chain.from_iterable(rows)))
    whole = all(issubclass(t, _INTEGERS) for t in types)
    if not whole:
        numbers = (*_INTEGERS, float, np.floating)
        _refuse(
            rows,
            lambda row: all(isinstance(v, numbers) for v in row),
            "rows hold something that is no number",
        )
    kind = kind or ("ints" if whole else "floats")
    if kind == "ints" and not whole:
        raise DataError("rows hold floats, so they cannot be read as 'ints'; use input type 'floats'")
    try:
        data = np.array(list(chain.from_iterable(rows)), dtype=DTYPES[kind])
    except OverflowError:
        fits: Callable[[Any], bool] = lambda row: all(-(2**63) <= v < 2**63 for v in row)  # noqa: E731
        _refuse(rows, fits, "rows hold integers beyond int64; give them as text")
        raise
    return Packed(kind, data, _offsets(map(len, rows), len(rows)), None)


def _pack_records(rows: list[Any]) -> Packed:
    _refuse(rows, lambda row: isinstance(row, Mapping), "rows are not dicts")
    columns = list(rows[0])
    names = set(columns)
    if not columns or not all(isinstance(c, str) and _encodable(c) for c in columns):
        raise DataError(f"a record needs one or more columns, named by strings, not {columns!r}")
    _refuse(
        rows, lambda row: row.keys() == names, f"rows do not have the columns {columns} (use None for a gap)"
    )
    # Every row in the column order of the first: a candidate that iterates over the dict sees one order.
    values = [
        [v.item() if isinstance(v, np.generic) else v for v in map(row.__getitem__, columns)] for row in rows
    ]
    plain: Callable[[Any], bool] = lambda v: v is None or type(v) in {int, float, bool} or _encodable(v)  # noqa: E731
    _refuse(
        values,
        lambda row: all(map(plain, row)),
        "rows hold a value that is not int, float, str, bool or None",
    )
    matrix = None
    types = set(map(type, chain.from_iterable(values)))
    if types <= {int, float, bool} and all(
        type(v) is not int or abs(v) <= _EXACT for v in chain.from_iterable(values)
    ):
        matrix = np.array(values, dtype=np.float64)
    return _pack_bytes(
        "record", [marshal.dumps(dict(zip(columns, v, strict=True)), 2) for v in values], matrix
    )


def _encodable(text: Any) -> bool:
    if type(text) is not str:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(rows: Sequence[Any], good: Callable[[Any], bool], what: str) -> None:
    """Raise DataError if any row is not good: how many, which first, and what the first one is."""
    bad = [i for i, row in enumerate(rows) if not good(row)]
    if bad:
        which = ", ".join(map(str, bad[:5])) + (", ..." if len(bad) > 5 else "")
        try:
            first = repr(rows[bad[0]])[:80]
        except ValueError:  # an integer of more than 4,300 digits
            first = "too long to show"
        raise DataError(f"{len(bad)} of {len(rows)} {what}: index {which}; the first is {first}")


def _offsets(lengths: Iterable[int], n: int) -> NDArray[np.int64]:
    return np.fromiter(accumulate(lengths, initial=0), np.int64, n + 1)
