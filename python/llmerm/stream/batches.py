"""A Python iterable of batches as a stream: Datasets, (x, y) pairs, Arrow tables and record batches."""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset, Packed
from llmerm.errors import DataError, UsageError
from llmerm.packed_bits import PackedBits, bits_of
from llmerm.readers.memory import code_labels, pack_rows
from llmerm.readers.source import BadRows, Request
from llmerm.stream import block
from llmerm.stream.base import Stream
from llmerm.stream.chunk import Chunk
from llmerm.stream.coder import LabelCoder, RawLabels
from llmerm.stream.table import Columns


class _Batch(NamedTuple):
    """One batch, its labels as they came."""

    rows: Packed | PackedBits
    labels: RawLabels | NDArray[np.int64] | None
    codes: bool = False  # whether labels that are integers are codes into the classes, if there are any

    @property
    def kind(self) -> str:
        return "text" if isinstance(self.rows, PackedBits) else self.rows.kind


class BatchStream(Stream):
    """Rows of an iterable, batch by batch.

    What gives a new iterator each time (a list, an object with __iter__) can be read again, an iterator only
    once; what has been taken from it to look at (the first block, or what `head` showed) is kept until then.
    """

    def __init__(self, source: Iterable[Any], request: Request, bits: int | None) -> None:
        self.name = str(request.path)
        self._request, self._bits = request, bits
        self._source = source
        self._columns: Columns | None = None
        self._fields: list[str] | None = None  # columns of records
        self._ordered: tuple[str, ...] | None = request.classes  # classes in an order that is given
        taken = iter(source)
        self.rereadable = taken is not source
        self._rest: Iterator[_Batch] | None = self._batches(taken)  # None: given out
        self._kept: deque[_Batch] = deque()
        self._look(block.BLOCK)
        if not self._kept:
            raise DataError(f"{self.name}: no batch with any rows in it")
        kinds = {batch.kind for batch in self._kept}
        first = self._kept[0]
        self.input_type = request.input_type or ("floats" if kinds == {"ints", "floats"} else first.kind)
        self.labelled = first.labels is not None
        self._coder = LabelCoder(request.path, self._ordered)
        if self.labelled:
            self._coder.settle(batch.labels for batch in self._kept if batch.labels is not None)
        self.classes = self._coder.classes
        if self.rereadable:
            self._kept.clear()
            self._rest = None

    def _look(self, rows: int) -> None:
        """Have so many rows, or all there are, among the batches that are kept."""
        count = sum(_size(batch) for batch in self._kept)
        while count < rows and self._rest is not None:
            batch = next(self._rest, None)
            if batch is None:
                return
            self._kept.append(batch)
            count += _size(batch)

    def head(self, n: int) -> Dataset:
        """The first n rows; of an iterator before its blocks are read, since it keeps them for these."""
        if self.rereadable:
            return super().head(n)
        self._refuse_read()
        self._look(n)
        held, count = [], 0
        for batch in self._kept:
            if count < n:
                held.append(self._chunk(batch))
                count += _size(batch)
        return self._dataset(held, n)

    def _chunks(self, start: int) -> Iterator[Chunk]:
        if self.rereadable:
            batches = self._batches(iter(self._source))
        else:
            self._refuse_read()
            batches, self._rest = chain(_popped(self._kept), self._rest or ()), None
        at = 0
        for batch in batches:
            size = _size(batch)
            if at + size > start:
                yield self._chunk(batch).part(max(0, start - at), size)
            at += size

    def _refuse_read(self) -> None:
        if self._rest is None:
            raise UsageError(
                f"{self.name}: these rows could be read only once, and have been; give a list, or files"
            )

    def _batches(self, values: Iterator[Any]) -> Iterator[_Batch]:
        for number, value in enumerate(values, start=1):
            try:
                for batch in self._parts(value):
                    if _size(batch):
                        yield batch
            except DataError as error:
                raise DataError(f"{self.name}: batch {number}: {error}") from error

    def _parts(self, value: Any) -> Iterator[_Batch]:
        """What one value of the iterable holds."""
        import pyarrow as pa

        if isinstance(value, Dataset):
            yield self._of_dataset(value)
        elif isinstance(value, PackedBits):
            yield _Batch(bits_of(value.data, value.width), None)
        elif isinstance(value, tuple) and len(value) == 2:
            yield self._of_pair(*value)
        elif isinstance(value, (pa.RecordBatch, pa.Table)):
            for batch in value.to_batches() if isinstance(value, pa.Table) else [value]:
                yield self._of_table(batch)
        else:
            raise DataError(
                f"a {type(value).__name__}; a batch is a Dataset, a pair (x, y), or a Table or"
                " RecordBatch of pyarrow"
            )

    def _of_dataset(self, value: Dataset) -> _Batch:
        labels: RawLabels | NDArray[np.int64] | None = value.y if self._request.labelled else None
        if labels is None or value.classes is None:
            return _Batch(value.packed(), labels, codes=True)
        if self._ordered is None and not hasattr(self, "_coder"):
            self._ordered = value.classes
        return _Batch(value.packed(), RawLabels(value.classes, np.asarray(labels)))

    def _of_pair(self, x: Any, y: Any) -> _Batch:
        if isinstance(x, PackedBits):
            rows: Packed | PackedBits = bits_of(_owned(x.data, x.data), x.width)
        else:
            packed = Dataset(x, None, self._request.input_type).packed()
            rows = packed._replace(data=_owned(packed.data, x))
        batch = _Batch(rows, None)
        if y is None or not self._request.labelled:
            return batch
        codes, names = code_labels(y, None)
        if len(codes) != _size(batch):
            raise DataError(f"{_size(batch)} rows but {len(codes)} labels; give one label a row")
        return batch._replace(labels=codes if names is None else RawLabels(names, codes), codes=names is None)

    def _of_table(self, batch: Any) -> _Batch:
        if self._columns is None:
            self._columns = Columns(batch.schema, self._request, self._bits)
        columns = self._columns
        missing = [name for name in columns.names if name not in batch.schema.names]
        if missing:
            raise DataError(f"no column {missing[0]!r}, which the first batch has")
        bad = BadRows(self._request.path, "row", whole=False)
        rows = columns.rows_of(batch, range(1, batch.num_rows + 1), bad)
        bad.stop(batch.num_rows)
        packed = pack_rows(rows, columns.kind) if isinstance(rows, list) else rows
        if columns.label is None:
            return _Batch(packed, None)
        return _Batch(packed, columns.labels_of(batch, named=self._request.classes is not None))

    def _chunk(self, batch: _Batch) -> Chunk:
        rows = batch.rows
        if batch.kind != self.input_type:
            if isinstance(rows, PackedBits) or (batch.kind, self.input_type) != ("ints", "floats"):
                raise DataError(
                    f"{self.name}: a batch of {batch.kind} among rows of {self.input_type}; give the"
                    " input_type that all of them have"
                )
            rows = Packed("floats", rows.data.astype(np.float64), rows.offsets, None)
        self._check_columns(rows)
        if (batch.labels is not None) != self.labelled:
            raise DataError(f"{self.name}: some batches have labels, others none; or say labelled=False")
        if batch.labels is None:
            return Chunk(rows, None)
        if batch.codes and self._ordered is not None:
            return Chunk(rows, code_labels(batch.labels, self._ordered)[0])
        bad = BadRows(self._request.path, "row", whole=False)
        y = self._coder.code(batch.labels, range(1, _size(batch) + 1), bad)
        bad.stop(_size(batch))
        return Chunk(rows, y)

    def _check_columns(self, rows: Packed | PackedBits) -> None:
        """Records of all batches have the columns of the first, in its order."""
        if isinstance(rows, Packed) and rows.kind == "record":
            columns = list(marshal.loads(rows.data[: rows.offsets[1]].tobytes()))
            self._fields = self._fields or columns
            if columns != self._fields:
                raise DataError(
                    f"{self.name}: a batch of columns {', '.join(columns)} after {', '.join(self._fields)}; "
                    "all need the same, in one order"
                )


def _owned(data: NDArray[Any], given: Any) -> NDArray[Any]:
    """A copy, if it is in an array of the caller's: who makes batches may fill one array again and again."""
    return data.copy() if isinstance(given, np.ndarray) and np.may_share_memory(data, given) else data


def _size(batch: _Batch) -> int:
    return Chunk(batch.rows, None).size


def _popped(kept: deque[_Batch]) -> Iterator[_Batch]:
    while kept:
        yield kept.popleft()
