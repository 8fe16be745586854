"""Rows of a command line: read whole when they are few, streamed when they are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.stream import Stream

LARGE = 64 << 20  # bytes of a file, above which it is streamed
_STREAMED = (".npy", ".arrow", ".arrows", ".feather", ".ipc", ".gz", ".zst")
_EITHER = (".txt", ".rows", ".parquet", ".pq")


def rows_of(data: str, params: Mapping[str, Any], classes: Sequence[str] | None = None) -> Dataset | Stream:
    """The labelled rows of `--data`, with `--input-type`, `--label`, `--bits` and `--labels` of `params`.

    Raises DataError for rows that cannot be read, UsageError for options that do not go with them.
    """
    from llmerm.readers import read
    from llmerm.stream import scan

    named = {"input_type": params["input_type"], "y": params["label"], "classes": classes}
    if is_streamed(data) or params["bits"] is not None or params["labels"] is not None:
        return scan(data, bits=params["bits"], labels=params["labels"], **named)
    rows = read(data, **named)
    if rows.y is None:
        raise UsageError(f"{data} has no labels to compare with")
    return rows


def is_streamed(data: str) -> bool:
    """Whether rows are to be streamed: a folder, a glob, a format that is only streamed, or a large file."""
    path = Path(data)
    suffix = path.suffix.lower()
    if not path.is_file():
        return path.is_dir() or any(wild in data for wild in "*?[")
    return suffix in _STREAMED or (suffix in _EITHER and path.stat().st_size > LARGE)
