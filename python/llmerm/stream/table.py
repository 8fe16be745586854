"""What Parquet, Arrow files and Arrow batches share: the columns, and record batches -> chunks."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.errors import DataError
from llmerm.readers.arrow_rows import Decoded, bits_width, decode_matrix, decode_rows, kind_of
from llmerm.readers.columns import as_rows, choose_columns
from llmerm.readers.rows import screen
from llmerm.readers.source import BadRows, Request
from llmerm.stream.base import Stream
from llmerm.stream.chunk import Chunk
from llmerm.stream.coder import LabelCoder, RawLabels

if TYPE_CHECKING:
    import pyarrow as pa


class Columns:
    """Which columns of a table are row and label, and what they are read as. Raises DataError."""

    def __init__(self, schema: pa.Schema, request: Request, bits: int | None) -> None:
        import pyarrow as pa

        self.row, self.label = choose_columns(schema.names, request)
        self.bits: int | None = None
        kind: str | None
        if isinstance(self.row, str):
            field = schema.field(self.row)
            self.bits = bits_width(field, bits, request.path)
            kind = kind_of(field.type, request.input_type)
            what = f"column {self.row!r} holds {field.type}"
        else:
            kind = {None: "record", "text": None}.get(request.input_type, request.input_type)
            what = f"there are {len(self.row)} columns of the row"
            if bits is not None:
                raise DataError(f"{request.path}: {what}; packed bits are one, say which by x=")
        if kind is None:
            asked = f"as {request.input_type!r}" if request.input_type else "as text, numbers or records"
            raise DataError(f"{request.path}: {what}, which cannot be read {asked}")
        self.kind = kind
        self.fields = self.names  # of a record
        if isinstance(self.row, str) and kind == "record":
            struct = schema.field(self.row).type
            self.fields = [struct.field(i).name for i in range(struct.num_fields)]
        label = None if self.label is None else schema.field(self.label).type
        self.text_label = label is not None and (pa.types.is_string(label) or pa.types.is_large_string(label))

    @property
    def names(self) -> list[str]:
        """The columns to read."""
        rows = [self.row] if isinstance(self.row, str) else list(self.row)
        return rows + ([self.label] if self.label is not None else [])

    @property
    def meaning(self) -> tuple[Any, ...]:
        """What has to be the same in every file of a stream."""
        return self.kind, self.bits, self.names, self.fields

    def rows_of(self, batch: pa.RecordBatch, where: range, bad: BadRows) -> Decoded:
        """The rows of a batch; those that do not fit are noted in `bad`."""
        if isinstance(self.row, str):
            return decode_rows(batch.column(self.row), self.kind, self.bits, where, bad)
        columns = [batch.column(name) for name in self.row]
        if self.kind != "record":
            matrix = decode_matrix(columns, self.kind)
            if matrix is not None:
                return matrix
        rows = as_rows(self.row, [column.to_pylist() for column in columns], self.kind)
        return screen(rows, where, self.kind, bad)

    def labels_of(self, batch: pa.RecordBatch, named: bool) -> RawLabels | NDArray[np.int64]:
        """The labels of a batch, uncoded. `named`: integers too are names of classes."""
        import pyarrow as pa

        column: Any = batch.column(str(self.label))
        kinds = pa.types
        if (
            not named
            and column.null_count == 0
            and (
                kinds.is_boolean(column.type)
                or (kinds.is_integer(column.type) and not kinds.is_uint64(column.type))
            )
        ):
            values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
            return values.astype(np.int64, copy=False)
        if not kinds.is_dictionary(column.type) or column.null_count or column.dictionary.null_count:
            try:
                if kinds.is_dictionary(column.type):
                    column = column.dictionary_decode()
                column = column.dictionary_encode(null_encoding="encode")
            except pa.ArrowNotImplementedError:  # lists and the like, which are no labels
                return RawLabels(column.to_pylist(), np.arange(len(column)))
        return RawLabels(column.dictionary.to_pylist(), column.indices.to_numpy())

    def may_be_names(self, schema: pa.Schema) -> bool:
        """Whether the labels are of a type that can hold names of classes."""
        import pyarrow as pa

        kind = schema.field(str(self.label)).type
        return not (pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_floating(kind))


class Piece(NamedTuple):
    """A record batch and where it stands."""

    path: Path
    first: int  # number of its first row in the file, from 0
    at: int  # and in the stream
    batch: pa.RecordBatch


class TableStream(Stream):
    """Rows of a table in one file or several, which must have the same columns."""

    _columns: Columns
    _coder: LabelCoder

    def _begin(self, files: tuple[Path, ...], schema: pa.Schema, request: Request, bits: int | None) -> None:
        """Settle columns, input type and classes; string labels by one pass over the label column alone."""
        self._files = files
        self.name = str(files[0]) if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
        self._request, self._bits = request, bits
        self._columns = Columns(schema, request, bits)
        self.input_type = self._columns.kind
        self.labelled = self._columns.label is not None
        self._coder = LabelCoder(files[0], request.classes)
        if self.labelled and request.classes is None:
            names = self._columns.may_be_names(schema)
            self._coder.settle(self._raw_labels() if names else ())
        self.classes = self._coder.classes if self.labelled else request.classes

    @abstractmethod
    def _pieces(self, start: int, names: list[str]) -> Iterator[Piece]:
        """Record batches of these columns from a batch on that holds row `start`, or one before it."""

    def _check(self, path: Path, schema: pa.Schema) -> None:
        """Refuse a file whose columns are read in another way than those of the first."""
        other = Columns(schema, self._request._replace(path=path), self._bits)
        mine = self._columns
        if other.meaning != mine.meaning:
            raise DataError(
                f"{path}: columns {', '.join(other.fields)} are rows of {other.kind}, but those of"
                f" {self._files[0]} are {', '.join(mine.fields)}, rows of {mine.kind}"
            )

    def _raw_labels(self) -> Iterator[RawLabels | NDArray[np.int64]]:
        for piece in self._pieces(0, [str(self._columns.label)]):
            yield self._columns.labels_of(piece.batch, named=False)

    def _chunks(self, start: int) -> Iterator[Chunk]:
        for piece in self._pieces(start, self._columns.names):
            skip = max(0, start - piece.at)
            if skip < piece.batch.num_rows:
                yield self._decode(piece, skip)

    def _decode(self, piece: Piece, skip: int) -> Chunk:
        batch = piece.batch.slice(skip) if skip else piece.batch
        where = range(piece.first + skip + 1, piece.first + skip + 1 + batch.num_rows)
        bad = BadRows(piece.path, "row", whole=False)
        rows = self._columns.rows_of(batch, where, bad)
        y = self._codes(batch, where, bad) if self.labelled else None
        bad.stop(batch.num_rows)
        return Chunk(rows, y)

    def _codes(self, batch: pa.RecordBatch, where: range, bad: BadRows) -> NDArray[np.int64]:
        raw = self._columns.labels_of(batch, self._coder.classes is not None)
        return self._coder.code(raw, where, bad)

    def _labels(self) -> Iterator[NDArray[np.int64]]:
        for path, first, _, batch in self._pieces(0, [str(self._columns.label)]):
            bad = BadRows(path, "row", whole=False)
            y = self._codes(batch, range(first + 1, first + 1 + batch.num_rows), bad)
            bad.stop(batch.num_rows)
            yield y

    def _about(self) -> dict[str, Any]:
        columns = {"row": self._columns.row, "label": self._columns.label, "bits": self._columns.bits}
        return {**super()._about(), **columns, "rows": self.rows}
