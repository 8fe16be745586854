"""Rows of bits -> Parquet, 1 bit a symbol."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset
from llmerm.errors import DataError, UsageError
from llmerm.packed_bits import PackedBits, bits_of, bytes_of, pack_bits, pack_text
from llmerm.readers.arrow_rows import BITS
from llmerm.readers.text import label_list
from llmerm.stream.block import BLOCK

GROUP = 16 * BLOCK  # rows of a row group

Bits = PackedBits | NDArray[np.integer]


def write_packed(path: str | Path, batches: Iterable[tuple[Bits, Any]], width: int) -> int:
    """Write batches of (rows, labels) as Parquet that `scan` and `read` know as text; returns the rows.

    Rows are PackedBits, or an array (rows, width) of 0 and 1. Labels are integers or strings, one a row, or
    None in all batches. Memory: a row group of GROUP rows. The file is there when it is whole.
    Raises DataError for rows of another width and for labels that do not fit, UsageError for a width below 1.
    """
    from pyarrow import parquet

    if width < 1:
        raise UsageError(f"rows of {width} bits: give a width of 1 or more")
    path = Path(path)
    tables = _regrouped(_table(rows, labels, width) for rows, labels in batches)
    count = 0
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        part = Path(folder) / "part"
        writer = None
        try:
            for table in tables:
                if writer is None:
                    # Bits hardly compress, and to copy them is all that reading them should cost.
                    plain: Any = {"compression": "none", "use_dictionary": ["y"], "write_statistics": False}
                    writer = parquet.ParquetWriter(part, table.schema, **plain)
                writer.write_table(table, row_group_size=GROUP)
                count += table.num_rows
        finally:
            if writer is not None:
                writer.close()
        if not count:
            raise DataError(f"{path}: no rows to write")
        part.replace(path)
    return count


def write_dataset(dataset: Dataset, path: Path) -> None:
    """Write rows of text of 0 and 1, all of one length, packed. Raises DataError for other rows."""
    try:
        bits = pack_text(dataset.packed())
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    write_packed(path, [(bits, None if dataset.y is None else label_list(dataset))], bits.width)


def _table(rows: Bits, labels: Any, width: int) -> Any:
    import pyarrow as pa

    packed = bits_of(rows.data, rows.width) if isinstance(rows, PackedBits) else pack_bits(np.asarray(rows))
    if packed.width != width:
        raise DataError(f"rows of {packed.width} bits, not of {width}")
    size = bytes_of(width)
    column = pa.Array.from_buffers(pa.binary(size), len(packed.data), [None, pa.py_buffer(packed.data.data)])
    fields = [pa.field("x", column.type, nullable=False, metadata={BITS: str(width).encode()})]
    columns: list[Any] = [column]
    if labels is not None:
        y = pa.array(np.asarray(labels))
        if len(y) != len(column):
            raise DataError(f"{len(column)} rows but {len(y)} labels; give one label a row")
        columns.append(
            y.cast(pa.int64()) if pa.types.is_integer(y.type) or pa.types.is_boolean(y.type) else y
        )
        fields.append(pa.field("y", columns[1].type, nullable=False))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _regrouped(tables: Iterable[Any]) -> Iterator[Any]:
    """The same rows in tables of GROUP rows, but for the last, so that row groups end where blocks do."""
    import pyarrow as pa

    held: list[Any] = []
    count = 0
    for table in tables:
        if held and table.schema != held[0].schema:
            raise DataError(
                f"labels of {table.schema.types[1:]} after {held[0].schema.types[1:]}; give one type to all"
            )
        at = 0
        while at < table.num_rows:
            take = min(GROUP - count, table.num_rows - at)
            held.append(table.slice(at, take))
            count, at = count + take, at + take
            if count == GROUP:
                yield pa.concat_tables(held)
                held, count = [], 0
    if held:
        yield pa.concat_tables(held)
