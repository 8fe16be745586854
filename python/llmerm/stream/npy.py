"""`.npy`: one array of rows, another of labels beside it, read a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Packed
from llmerm.errors import DataError
from llmerm.packed_bits import bits_of, bytes_of
from llmerm.readers.memory import code_labels, pack_rows
from llmerm.readers.source import BadRows, Request
from llmerm.stream import block
from llmerm.stream.base import Stream, readable
from llmerm.stream.chunk import Chunk
from llmerm.stream.coder import LabelCoder, RawLabels


class ArrayFile:
    """The array in a .npy file. Rows are read, not mapped: pages of a map count as memory of the process.

    Raises DataError for a file that holds no plain array, or a file cut short.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with readable(path):
            try:
                mapped = np.load(path, mmap_mode="r", allow_pickle=False)
            except (ValueError, EOFError) as error:
                raise DataError(f"{path}: not a .npy file of a plain array ({error})") from error
        if not isinstance(mapped, np.memmap):
            raise DataError(f"{path}: an archive, not one array; save x by numpy.save")
        self.shape, self.dtype, self._begin = mapped.shape, mapped.dtype, mapped.offset
        if mapped.ndim == 2 and not mapped.flags.c_contiguous:
            raise DataError(
                f"{path}: saved in Fortran order, in which no row is in one place; save a copy in C order"
            )

    def __len__(self) -> int:
        return int(self.shape[0])

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Rows start to stop."""
        stop = min(stop, len(self))
        width = int(np.prod(self.shape[1:], dtype=np.int64))
        count = (stop - start) * width
        with readable(self.path):
            flat = np.fromfile(
                self.path, self.dtype, count, offset=self._begin + start * width * self.dtype.itemsize
            )
        if len(flat) < count:
            raise DataError(f"{self.path}: the file became shorter while it was read")
        return flat.reshape(stop - start, *self.shape[1:])


class NpyStream(Stream):
    """Rows of a 2-D array of numbers, of a 1-D array of strings, or of packed bits (uint8, 2-D)."""

    def __init__(self, request: Request, bits: int | None, labels: Path | None) -> None:
        path = request.path
        self._x = ArrayFile(path)
        self._bits = bits
        self.name = str(path)
        self.rows = len(self._x)
        if self.rows == 0:
            raise DataError(f"{path}: no rows in this file")
        self.input_type = self._kind(request.input_type)
        self.labelled = request.labelled
        self._files = (path,)
        self.classes = request.classes
        if not request.labelled:
            return
        self._y = ArrayFile(labels or path.with_suffix(".y.npy"))
        self._files = (path, self._y.path)
        if self._y.shape != (self.rows,):
            raise DataError(
                f"{self._y.path}: labels of shape {self._y.shape} for {self.rows} rows; give one a row"
            )
        self._coder = LabelCoder(self._y.path, request.classes)
        if self._y.dtype.kind not in "iub" and request.classes is None:
            self._coder.settle(_distinct(self._y.read(at, at + block.BLOCK)) for at in self._starts(0))
            self.classes = self._coder.classes

    def _kind(self, asked: str | None) -> str:
        x, path = self._x, self._x.path
        if self._bits is not None:
            if x.dtype != np.uint8 or x.shape[1:] != (bytes_of(self._bits),) or self._bits < 1:
                raise DataError(
                    f"{path}: {x.dtype} {x.shape}; packed rows of {self._bits} bits are a 2-D uint8 array of"
                    f" {bytes_of(max(self._bits, 1))} bytes a row"
                )
            found = "text"
        elif len(x.shape) == 2 and x.dtype.kind in "biuf":
            found = "floats" if x.dtype.kind == "f" or asked == "floats" else "ints"
        elif len(x.shape) == 1 and x.dtype.kind in "SU":
            found = "text"
        else:
            raise DataError(
                f"{path}: {len(x.shape)}-D {x.dtype}; rows are a 2-D array of numbers or a 1-D one of strings"
            )
        if asked not in {None, found}:
            raise DataError(f"{path}: rows of {found} cannot be read as input type {asked!r}")
        return found

    def _starts(self, start: int) -> range:
        return range(start, len(self._x), block.BLOCK)

    def _chunks(self, start: int) -> Iterator[Chunk]:
        for at in self._starts(start):
            x = self._x.read(at, at + block.BLOCK)
            yield Chunk(self._packed(x), self._codes(at) if self.labelled else None)

    def _packed(self, x: NDArray[Any]) -> Any:
        if self._bits is not None:
            return bits_of(x, self._bits)
        try:
            return pack_rows(x, self.input_type) if x.ndim == 2 else _text(x)
        except DataError as error:
            raise DataError(f"{self._x.path}: {error}") from error

    def _codes(self, at: int) -> NDArray[np.int64]:
        y = self._y.read(at, at + block.BLOCK)
        bad = BadRows(self._y.path, "row", whole=False)
        if y.dtype.kind in "iub":
            try:
                return code_labels(y, self.classes)[0]  # integers are codes, as in .npz
            except DataError as error:
                raise DataError(f"{self._y.path}: {error}") from error
        codes = self._coder.code(_distinct(y), range(at + 1, at + 1 + len(y)), bad)
        bad.stop(len(y))
        return codes

    def _labels(self) -> Iterator[NDArray[np.int64]]:
        return map(self._codes, self._starts(0))

    def _about(self) -> dict[str, Any]:
        return {**super()._about(), "rows": self.rows, "bits": self._bits}


def _distinct(y: NDArray[Any]) -> RawLabels:
    values, index = np.unique(y, return_inverse=True)
    return RawLabels(values.tolist(), index)


def _text(x: NDArray[Any]) -> Packed:
    """Strings as packed text; ASCII by whole arrays, since NumPy fills each row with zeros to one length."""
    n = len(x)
    symbols = x.view(np.uint8 if x.dtype.kind == "S" else x.dtype.byteorder.replace("|", "=") + "u4")
    symbols = symbols.reshape(n, -1)
    if symbols.shape[1] and int(symbols.max(initial=0)) < 128:
        lengths = np.char.str_len(x).astype(np.int64)
        bytes_ = symbols.astype(np.uint8, copy=False)
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        filled = np.arange(symbols.shape[1]) < lengths[:, None]
        data = bytes_.reshape(-1) if filled.all() else bytes_[filled]
        return Packed("text", data, offsets, None, ascii=True)
    rows = x.tolist()
    if x.dtype.kind == "S":
        rows = [row.decode(errors="surrogateescape") for row in rows]  # what is no UTF-8 is refused below
    return pack_rows(rows, "text")
