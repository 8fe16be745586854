"""Rows in an Arrow column -> packed arrays; from its buffers, where its type allows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import DTYPES, Packed
from llmerm.errors import DataError
from llmerm.packed_bits import PackedBits, bits_of, bytes_of
from llmerm.readers.rows import screen
from llmerm.readers.source import BadRows

if TYPE_CHECKING:
    import pyarrow as pa

BITS = b"llmerm.bits"  # field metadata: the column holds packed bits, so many symbols a row

Decoded = Packed | PackedBits | list[Any]


def bits_width(field: pa.Field[Any], given: int | None, path: Path) -> int | None:
    """Symbols a row, if the column holds packed bits: as given, or as its metadata says. Raises DataError."""
    import pyarrow as pa

    noted = (field.metadata or {}).get(BITS)
    if given is None and noted is None:
        return None
    if given is None:
        if not (noted or b"").isdigit():
            raise DataError(f"{path}: column {field.name!r} says {BITS.decode()} = {noted!r}, not a number")
        given = int(noted or b"")
    if not pa.types.is_fixed_size_binary(field.type) or field.type.byte_width != bytes_of(given) or given < 1:
        raise DataError(
            f"{path}: column {field.name!r} is {field.type}; packed rows of {given} bits are"
            f" fixed_size_binary[{bytes_of(max(given, 1))}]"
        )
    return given


def kind_of(kind: Any, input_type: str | None) -> str | None:
    """The input type that a column of this Arrow type is read as; None if no row can be of this type."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    found = None
    if _is_text(kind) or pa.types.is_fixed_size_binary(kind):
        found = "text"
    elif pa.types.is_struct(kind):
        found = "record"
    elif _is_list(kind):
        element = kind.value_type
        if pa.types.is_floating(element):
            found = "floats"
        elif pa.types.is_integer(element) or pa.types.is_boolean(element) or pa.types.is_null(element):
            found = "floats" if input_type == "floats" else "ints"
    return found if input_type in {None, found} else None


def decode_rows(
    array: Any, kind: str | None, bits: int | None, where: Sequence[int], bad: BadRows
) -> Decoded:
    """The rows of one column, as input type `kind`; rows that do not fit are noted in `bad`.

    A list of Python rows where there is no way from the buffers, as for structs; it is not packed yet.
    """
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if kind in {None, "text"} and (_is_text(array.type) or pa.types.is_fixed_size_binary(array.type)):
        if array.null_count:
            for i in np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)).tolist():
                bad.add(where[i], "expected text, found nothing")
        return _bits(array, bits) if bits is not None else _text(array, where, bad)
    if kind in {"ints", "floats"} and array.null_count == 0 and _is_list(array.type):
        numbers = _numbers(array, str(kind))
        if numbers is not None:
            return numbers
    return screen(array.to_pylist(), where, kind, bad)


def decode_matrix(columns: Sequence[pa.Array[Any]], kind: str) -> Packed | None:
    """Columns of numbers as rows of them, in column order; None if only Python objects will do."""
    values = [_values(column, kind) for column in columns if column.null_count == 0]
    if len(values) < len(columns) or any(v is None for v in values):
        return None
    matrix = np.column_stack([v for v in values if v is not None])
    offsets = np.arange(len(matrix) + 1, dtype=np.int64) * len(columns)
    return Packed(kind, matrix.reshape(-1), offsets, None)


def _bits(array: Any, width: int) -> PackedBits:
    size = array.type.byte_width
    data = np.frombuffer(array.buffers()[1] or b"", np.uint8)
    data = data[array.offset * size : (array.offset + len(array)) * size]
    return bits_of(data.reshape(len(array), size), width)


def _text(array: Any, where: Sequence[int], bad: BadRows) -> Decoded:
    """Arrow's layout is ours, but for where it begins and the width of its offsets."""
    import pyarrow as pa

    if pa.types.is_fixed_size_binary(array.type):
        array = array.cast(pa.binary())
    wide = array.cast(pa.large_binary())
    _, offsets, data = wide.buffers()
    bounds = np.frombuffer(offsets, np.int64)[wide.offset : wide.offset + len(wide) + 1]
    joined = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    joined = joined[bounds[0] : bounds[-1]]
    bounds = bounds - bounds[0] if bounds[0] else bounds
    ascii = bool(joined.max(initial=0) < 128)
    if not ascii:  # Parquet's strings are as its writer left them
        try:
            wide.cast(pa.large_string())
        except pa.ArrowInvalid:
            _screen_utf8(wide, where, bad)
    return Packed("text", joined, bounds, None, ascii)


def _screen_utf8(wide: Any, where: Sequence[int], bad: BadRows) -> None:
    for line, row in zip(where, wide.to_pylist(), strict=True):
        try:
            (row or b"").decode()
        except UnicodeDecodeError:
            bad.add(line, f"not UTF-8: {row[:40]!r}; if these are packed bits, say bits=WIDTH")


def _numbers(array: Any, kind: str) -> Packed | None:
    import pyarrow as pa

    flat = array.flatten()
    if flat.null_count:
        return None
    data = _values(flat, kind)
    if data is None:
        return None
    if pa.types.is_fixed_size_list(array.type):
        offsets = np.arange(len(array) + 1, dtype=np.int64) * array.type.list_size
    else:
        offsets = array.offsets.to_numpy().astype(np.int64)
        offsets -= offsets[0]
    return Packed(kind, data, offsets, None)


def _values(flat: Any, kind: str) -> NDArray[Any] | None:
    """Numbers without nulls as int64 or float64; None if they do not fit that."""
    import pyarrow as pa

    kinds = pa.types
    whole = kinds.is_integer(flat.type) or kinds.is_boolean(flat.type)
    if not whole and not (kinds.is_floating(flat.type) and kind == "floats"):
        return None
    values = flat.to_numpy(zero_copy_only=False)
    if kinds.is_uint64(flat.type) and kind == "ints" and values.max(initial=0) >= 2**63:
        return None
    return np.ascontiguousarray(values, dtype=DTYPES[kind])


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    kinds = pa.types
    views = kinds.is_string_view(kind) or kinds.is_binary_view(kind)
    return views or any(
        is_(kind) for is_ in (kinds.is_string, kinds.is_large_string, kinds.is_binary, kinds.is_large_binary)
    )


def _is_list(kind: Any) -> bool:
    import pyarrow as pa

    kinds = pa.types
    return kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
