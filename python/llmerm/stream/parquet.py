"""Parquet: row groups one after the other, over any number of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from llmerm.errors import DataError
from llmerm.readers.source import Request
from llmerm.stream import block
from llmerm.stream.base import readable
from llmerm.stream.table import Piece, TableStream

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

_BUFFER = 1 << 20  # bytes of a column read at once, so that a large row group is not read whole
_TOGETHER = 4  # blocks: smaller row groups are read by one call up to so many rows


class ParquetStream(TableStream):
    """Rows of Parquet files. Of the row groups asked for, only the columns of row and label are read."""

    def __init__(self, files: tuple[Path, ...], request: Request, bits: int | None) -> None:
        self._groups: list[list[int]] = []  # of each file, the rows of each row group
        for path in files:
            with _opened(path) as file:
                meta = file.metadata
                self._groups.append([meta.row_group(i).num_rows for i in range(meta.num_row_groups)])
                if path == files[0]:
                    schema = file.schema_arrow
        self.rows = sum(map(sum, self._groups))
        self._begin(files, schema, request, bits)

    def _pieces(self, start: int, names: list[str]) -> Iterator[Piece]:
        before = 0  # rows of the files before this one
        for path, groups in zip(self._files, self._groups, strict=True):
            if before + sum(groups) > start:
                for first, batch in self._batches(path, groups, start - before, names):
                    yield Piece(path, first, before + first, batch)
            before += sum(groups)

    def _batches(
        self, path: Path, groups: Sequence[int], start: int, names: list[str]
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """(number of its first row in the file, batch), from the row groups from row `start` on."""
        label = self._columns.label if self._columns.text_label else None
        with _opened(path, label) as file:
            self._check(path, file.schema_arrow)
            first = 0
            for run in _runs(groups):
                rows = sum(groups[i] for i in run)
                if first + rows > start:
                    at = first
                    for batch in file.iter_batches(block.BLOCK, list(run), names, use_threads=False):
                        yield at, batch
                        at += batch.num_rows
                first += rows


def _runs(groups: Sequence[int]) -> Iterator[range]:
    """Neighbouring row groups, as many as make up _TOGETHER blocks, but one at least."""
    begin = rows = 0
    for i, size in enumerate(groups):
        if rows and rows + size > _TOGETHER * block.BLOCK:
            yield range(begin, i)
            begin, rows = i, 0
        rows += size
    if begin < len(groups):
        yield range(begin, len(groups))


@contextmanager
def _opened(path: Path, label: str | None = None) -> Iterator[parquet.ParquetFile]:
    """The file, with string labels as dictionaries. Errors of pyarrow are DataErrors that name the file."""
    import pyarrow as pa
    from pyarrow import parquet

    names = [label] if label is not None else None
    with readable(path):
        try:
            with parquet.ParquetFile(
                path, read_dictionary=names, pre_buffer=False, buffer_size=_BUFFER
            ) as file:
                yield file
        except pa.ArrowException as error:
            first = str(error).splitlines()[0]
            raise DataError(f"{path}: not a Parquet file that pyarrow can read: {first}") from error
