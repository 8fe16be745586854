"""Parquet, through pyarrow: a column `x` of text, lists or structs, or a table of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llmerm.dataset import Dataset, Packed
from llmerm.errors import DataError
from llmerm.packed_bits import PackedBits
from llmerm.readers.arrow_rows import bits_width, decode_rows, kind_of
from llmerm.readers.columns import as_rows, choose_columns
from llmerm.readers.labels import parse_labels
from llmerm.readers.rows import screen
from llmerm.readers.source import BadRows, Request, make_dataset
from llmerm.readers.text import label_list


def load(request: Request) -> Dataset:
    """Read a table; rows are counted from 1."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(request.path)
        row, label = choose_columns(file.schema_arrow.names, request)
        columns = [row] if isinstance(row, str) else list(row)
        table = file.read(columns=columns + ([label] if label is not None else []))
    except pa.ArrowException as error:
        first = str(error).splitlines()[0]
        raise DataError(f"{request.path}: not a Parquet file that pyarrow can read: {first}") from error
    bad = BadRows(request.path, "row")
    where = range(1, table.num_rows + 1)
    rows: Any
    kind = request.input_type
    if isinstance(row, str):
        column = table.column(row)
        bits = bits_width(table.schema.field(row), None, request.path)
        kind = kind_of(column.type, kind) or kind
        rows = decode_rows(_whole(column), kind, bits, where, bad)
    else:
        rows = as_rows(row, [table.column(name).to_pylist() for name in row], kind)
        rows = screen(rows, where, kind, bad)
    labels = None
    if label is not None:
        labels = parse_labels(table.column(label).to_pylist(), where, request.classes, bad)
    bad.stop(table.num_rows)
    if isinstance(rows, PackedBits):
        rows = rows.unpack()
    if isinstance(rows, Packed):
        return Dataset.from_packed(rows, labels, request.classes)
    return make_dataset(request._replace(input_type=kind), rows, labels)


def _whole(column: Any) -> Any:
    """One array of all chunks; strings by 64-bit offsets first, since 32 do not reach beyond 2 GiB."""
    import pyarrow as pa

    if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
        column = column.cast(pa.large_binary())
    return column.combine_chunks()


def save(dataset: Dataset, path: Path) -> None:
    """Write columns `x` and `y`; records as a table of their columns if none is `y`, else as structs."""
    import pyarrow as pa
    from pyarrow import parquet

    x: list[Any] = dataset.x
    columns: dict[str, Any]
    if dataset.input_type == "record" and x and "y" not in x[0] and list(x[0]) != ["x"]:
        columns = {name: [row[name] for row in x] for name in x[0]}
    else:
        columns = {"x": x}
    if dataset.y is not None:
        columns["y"] = label_list(dataset) if dataset.classes is not None else dataset.y
    try:
        parquet.write_table(pa.table(columns), path)
    except pa.ArrowException as error:
        raise DataError(f"{path}: Parquet needs one type a column: {error}") from error
