"""Arrow IPC, files (.arrow, .feather) and streams: record batches as they stand there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import DataError
from llmerm.readers.source import Request
from llmerm.stream.base import readable
from llmerm.stream.table import Piece, TableStream

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"ARROW1"  # what an IPC file begins with, and an IPC stream does not


class ArrowStream(TableStream):
    """Rows of Arrow IPC files or streams. Memory: a record batch. IPC streams know no number of rows."""

    def __init__(self, files: tuple[Path, ...], request: Request, bits: int | None) -> None:
        self._schemas: dict[Path, pa.Schema] = {}
        self._sizes: dict[Path, list[int]] = {}  # IPC files: the rows of each batch
        for path in files:
            with _opened(path) as reader:
                self._schemas[path] = reader.schema
        self._begin(files, self._schemas[files[0]], request, bits)
        for path in files:
            self._check(path, self._schemas[path])
            with _opened(path, self._included(path, self._columns.names[-1:])) as reader:
                if _is_file(reader):
                    batches = range(reader.num_record_batches)
                    self._sizes[path] = [reader.get_batch(i).num_rows for i in batches]
        if len(self._sizes) == len(set(files)):
            self.rows = sum(sum(self._sizes[path]) for path in files)

    def _included(self, path: Path, names: list[str]) -> list[int]:
        return [self._schemas[path].get_field_index(name) for name in names]

    def _pieces(self, start: int, names: list[str]) -> Iterator[Piece]:
        at = 0
        for path in self._files:
            sizes = self._sizes.get(path)
            first = 0
            if sizes is not None and at + sum(sizes) <= start:
                at += sum(sizes)
                continue
            with _opened(path, self._included(path, names)) as reader:
                if not _is_file(reader):
                    for batch in reader:
                        yield Piece(path, first, at + first, batch)
                        first += batch.num_rows
                else:
                    for i in range(reader.num_record_batches):
                        if sizes is None or at + first + sizes[i] > start:
                            batch = reader.get_batch(i)
                            yield Piece(path, first, at + first, batch)
                            first += batch.num_rows
                        else:
                            first += sizes[i]
            at += first


def _is_file(reader: Any) -> bool:
    return hasattr(reader, "get_batch")


@contextmanager
def _opened(path: Path, included: list[int] | None = None) -> Iterator[Any]:
    """A reader of some columns (None: all). Errors of pyarrow are DataErrors that name the file."""
    import pyarrow as pa

    options = pa.ipc.IpcReadOptions(included_fields=included, use_threads=False)
    with readable(path), path.open("rb") as head:
        magic = head.read(len(_MAGIC))
    with readable(path):
        try:
            with pa.OSFile(str(path), "rb") as source:  # no memory map: its pages would count as memory
                make = pa.ipc.open_file if magic == _MAGIC else pa.ipc.open_stream
                with make(source, options=options) as reader:
                    yield reader
        except pa.ArrowException as error:
            first = str(error).splitlines()[0]
            raise DataError(f"{path}: not an Arrow file that pyarrow can read: {first}") from error
