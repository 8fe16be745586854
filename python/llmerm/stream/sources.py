"""`scan`: what the caller has -> the stream that reads it."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from llmerm import readers
from llmerm.dataset import INPUT_TYPES, Dataset
from llmerm.errors import DataError, UsageError
from llmerm.readers.source import Request
from llmerm.stream.base import Stream
from llmerm.stream.memory import DatasetStream
from llmerm.stream.spec import Spec, absolute

_STREAMED = {".npy": "npy", ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow", ".arrows": "arrow"}
_COMPRESSED = (".gz", ".zst")
_SEVERAL = ("txt", "parquet", "arrow")  # formats that may come in several files
_WILD = "*?["


def scan(
    source: Any,
    *,
    input_type: str | None = None,
    x: str | Sequence[str] | None = None,
    y: str | None = None,
    classes: Sequence[str] | None = None,
    labelled: bool = True,
    format: str | None = None,
    bits: int | None = None,
    labels: str | Path | None = None,
) -> Stream:
    """Rows to be read block by block: what `read` takes, and what does not fit in memory (docs/data.md).

    `source` is a Dataset; a file, a folder, a glob or a list of files (`.parquet`, `.arrow`, `.feather`,
    `.txt`, `.txt.gz`, `.txt.zst`; alone: `.npy`, and `.csv`, `.jsonl`, `.npz`, which are read whole); or an
    iterable of Datasets, pairs (x, y), and tables or record batches of pyarrow.

    The options are those of `read`; what is not given is inferred from the first block (string labels in
    Parquet, Arrow and `.npy` files: from all of them), and a later row that does not fit is a DataError.
    `bits`: rows of `.npy`, Parquet or Arrow are packed, 1 bit a symbol, so many symbols a row. `labels`: the
    `.npy` file of the labels (default: `<stem>.y.npy`).

    Raises DataError for rows that cannot be read, UsageError for options that do not go with the source.
    """
    if input_type is not None and input_type not in INPUT_TYPES:
        raise DataError(f"no input type {input_type!r}; the input types are {', '.join(INPUT_TYPES)}")
    named = tuple(classes) if classes is not None else None
    columns = x if x is None or isinstance(x, str) else tuple(x)
    if isinstance(source, Dataset):
        given = {"input_type": input_type, "x": x, "y": y, "classes": classes, "format": format, "bits": bits}
        _refuse("a Dataset", **given, labels=labels)
        rows = source if labelled or source.y is None else Dataset.from_packed(source.packed())
        return DatasetStream(rows)
    files = _files(source)
    if files is None:
        _refuse("an iterable", format=format, labels=labels)
        return _batches(source, Request(Path("rows"), "", input_type, columns, y, named, labelled), bits)
    formats = {_format(path, format) for path in files}
    if len(formats) > 1 or (len(files) > 1 and not formats <= set(_SEVERAL)):
        raise DataError(
            f"{files[0]}: several files have to be all of one format, one of {', '.join(_SEVERAL)}"
        )
    kind = formats.pop()
    request = Request(files[0], kind, input_type, columns, y, named, labelled)
    if kind != "npy":
        _refuse(f"{kind} files", labels=labels)
    if kind not in {"npy", "parquet", "arrow"}:
        _refuse(f"{kind} files", bits=bits)
    stream = _of_files(kind, tuple(files), request, bits, labels)
    if stream.rows is not None and not isinstance(stream, DatasetStream):
        stream.spec = Spec(
            files=tuple(map(absolute, files)),
            input_type=input_type,
            x=columns,
            y=y,
            classes=stream.classes,
            labelled=labelled,
            format=format,
            bits=bits,
            labels=None if labels is None else absolute(labels),
        )
    return stream


def _of_files(
    kind: str, files: tuple[Path, ...], request: Request, bits: int | None, labels: str | Path | None
) -> Stream:
    if kind == "npy":
        from llmerm.stream.npy import NpyStream

        _refuse("an .npy file", x=request.x, y=request.y)
        return NpyStream(request, bits, None if labels is None else Path(labels))
    if kind == "txt":
        from llmerm.stream.text import TextStream

        _refuse("a text file, which has no columns,", x=request.x, y=request.y)
        return TextStream(files, request)
    if kind in {"parquet", "arrow"}:
        stream: Stream
        if kind == "parquet":
            from llmerm.stream.parquet import ParquetStream

            stream = ParquetStream(files, request, bits)
        else:
            from llmerm.stream.arrow_ipc import ArrowStream

            stream = ArrowStream(files, request, bits)
        if stream.rows == 0:
            raise DataError(f"{stream.name}: no rows in this file")
        return stream
    path, format, input_type, x, y, classes, labelled = request
    rows = readers.read(
        path, input_type=input_type, x=x, y=y, classes=classes, labelled=labelled, format=format
    )
    return DatasetStream(rows, str(path))


def _batches(source: Any, request: Request, bits: int | None) -> Stream:
    import pyarrow as pa

    from llmerm.stream.batches import BatchStream

    if isinstance(source, (pa.Table, pa.RecordBatch)):
        source = [source]
    if isinstance(source, (np.ndarray, dict, bytes)) or not isinstance(source, Iterable):
        raise DataError(f"a {type(source).__name__} is no source of rows; give a path, a Dataset, or batches")
    return BatchStream(source, request, bits)


def _files(source: Any) -> list[Path] | None:
    """The files that are meant, None if the source is no path at all. Raises DataError if there are none."""
    if isinstance(source, (list, tuple)) and source and all(isinstance(item, (str, Path)) for item in source):
        return [path for item in source for path in _expand(item)]
    return _expand(source) if isinstance(source, (str, Path)) else None


def _expand(source: str | Path) -> list[Path]:
    path = Path(source)
    if path.is_file():
        return [path]
    if path.is_dir():
        found = [file for file in sorted(path.rglob("*")) if _is_rows(file, path)]
        if not found:
            raise DataError(f"{path}: no file of rows in this folder; they are {', '.join(_SEVERAL)}")
        return found
    if any(sign in str(source) for sign in _WILD):
        found = [Path(name) for name in sorted(glob.glob(str(source), recursive=True))]  # noqa: PTH207 (absolute ones too)
        found = [file for file in found if file.is_file()]
        if not found:
            raise DataError(f"{source}: no file matches")
        return found
    raise DataError(f"{path}: does not exist; check the path")


def _is_rows(file: Path, folder: Path) -> bool:
    """Whether a file of a folder is taken: of a streamed format, and not hidden or marked as no data by _."""
    if not file.is_file() or any(part.startswith((".", "_")) for part in file.relative_to(folder).parts):
        return False
    try:
        return file.suffix != "" and _format(file, None) in _SEVERAL
    except DataError:
        return False


def _format(path: Path, format: str | None) -> str:
    if format is not None:
        return format if format in _STREAMED.values() else readers.format_of(path, format)
    bare = path
    if path.suffix.lower() in _COMPRESSED:
        bare = path.with_suffix("")
        if readers.format_of(bare) != "txt":
            raise DataError(f"{path}: only text is read compressed; decompress it first")
    return _STREAMED.get(bare.suffix.lower()) or readers.format_of(bare)


def _refuse(what: str, **options: Any) -> None:
    for name, value in options.items():
        if value is not None:
            raise UsageError(f"{what} takes no {name}=; leave it out")
