"""Files of labelled rows: one file of this folder a format, each with `load` and `save` (docs/data.md)."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llmerm.dataset import INPUT_TYPES, Dataset
from llmerm.errors import DataError
from llmerm.readers.source import Request

FORMATS = {  # format -> module of this folder, imported when used
    "txt": "text",
    "csv": "csv_table",
    "tsv": "csv_table",
    "jsonl": "jsonl",
    "parquet": "parquet",
    "npz": "npz",
}
_SUFFIXES = {"": "txt", ".rows": "txt", ".ndjson": "jsonl", ".pq": "parquet"} | {f".{f}": f for f in FORMATS}


def read(
    path: str | Path,
    *,
    input_type: str | None = None,
    x: str | Sequence[str] | None = None,
    y: str | None = None,
    classes: Sequence[str] | None = None,
    labelled: bool = True,
    format: str | None = None,
) -> Dataset:
    """Read a file of rows; the suffix of its name (or `format`) says how.

    `input_type` is one of text, ints, floats, record, inferred when None. In tables, `y` names the label
    column (default: `y`, else `label`) and `x` the column, or columns, of the row (default: all others).
    `classes` are the names of the labels, in the order of their codes (default: those found, sorted). With
    `labelled=False` no label is looked for.

    Raises DataError, naming the file, the first bad lines and the number of all of them; nothing is left out.
    """
    path = Path(path)
    if input_type is not None and input_type not in INPUT_TYPES:
        raise DataError(f"no input type {input_type!r}; the input types are {', '.join(INPUT_TYPES)}")
    if not path.is_file():
        what = "is a folder, not a file of rows" if path.is_dir() else "does not exist; check the path"
        raise DataError(f"{path}: {what}")
    named = tuple(classes) if classes is not None else None
    columns = x if x is None or isinstance(x, str) else tuple(x)
    request = Request(path, format_of(path, format), input_type, columns, y, named, labelled)
    try:
        dataset: Dataset = _module(request.format).load(request)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(dataset) == 0:
        raise DataError(f"{path}: no rows in this file")
    return dataset


def write(dataset: Dataset, path: str | Path, *, format: str | None = None) -> None:
    """Write rows to a file that `read` reads back to the same rows and labels (CSV keeps no types of cells).

    Raises DataError for rows the format cannot hold.
    """
    path = Path(path)
    _module(format_of(path, format)).save(dataset, path)


def format_of(path: Path, format: str | None = None) -> str:
    """The format by name, or by the suffix of the path. Raises DataError for an unknown one."""
    if format is None:
        format = _SUFFIXES.get(path.suffix.lower())
        if format is None:
            known = ", ".join(f".{f}" for f in FORMATS)
            raise DataError(f"{path}: unknown suffix {path.suffix!r}; use one of {known} or give the format")
    if format not in FORMATS:
        raise DataError(f"no format {format!r}; the formats are {', '.join(FORMATS)}")
    return format


def _module(format: str) -> Any:
    return importlib.import_module(f"llmerm.readers.{FORMATS[format]}")
