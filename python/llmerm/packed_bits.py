"""Rows of the symbols 0 and 1 at one bit a symbol, an eighth of their size as text."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Packed
from llmerm.errors import DataError

ZERO, ONE = ord("0"), ord("1")


class PackedBits(NamedTuple):
    """Rows of text of one length, each character 0 or 1. Row i is the first `width` bits of `data[i]`."""

    data: NDArray[np.uint8]  # (rows, bytes_of(width)), C-contiguous, most significant bit first
    width: int  # symbols a row, 1 or more
    kind: str = "bits"

    @property
    def nbytes(self) -> int:
        """Memory of the array, bytes."""
        return self.data.nbytes

    def unpack(self) -> Packed:
        """The same rows as text."""
        rows, width = len(self.data), self.width
        text = np.unpackbits(self.data, axis=1, count=width)
        text += np.uint8(ZERO)
        offsets = np.arange(rows + 1, dtype=np.int64) * width
        return Packed("text", text.reshape(-1), offsets, None, ascii=True)


def bytes_of(width: int) -> int:
    """Bytes that a row of so many bits takes."""
    return (width + 7) // 8


def bits_of(data: NDArray[np.uint8], width: int) -> PackedBits:
    """Wrap rows that are packed already, (rows, bytes_of(width)). Raises DataError for another shape."""
    if width < 1 or data.ndim != 2 or data.dtype != np.uint8 or data.shape[1] != bytes_of(width):
        raise DataError(
            f"packed rows of {width} bits are a 2-D uint8 array of {bytes_of(max(width, 1))} bytes a row, not"
            f" {data.dtype} {data.shape}"
        )
    return PackedBits(np.ascontiguousarray(data), width)


def pack_bits(symbols: NDArray[np.integer]) -> PackedBits:
    """Pack symbols (rows, width), each 0 or 1. Raises DataError for any other."""
    if symbols.ndim != 2 or symbols.shape[1] == 0 or symbols.dtype.kind not in "biu":
        raise DataError(f"symbols are a 2-D array of 0 and 1, not {symbols.dtype} {symbols.shape}")
    if symbols.size and not 0 <= int(symbols.min()) <= int(symbols.max()) <= 1:
        raise DataError(f"symbols are 0 and 1, but these reach from {symbols.min()} to {symbols.max()}")
    return PackedBits(np.packbits(symbols.astype(np.uint8, copy=False), axis=1), symbols.shape[1])


def pack_text(packed: Packed) -> PackedBits:
    """Pack rows of text. Raises DataError if they are not all 0 and 1, or not all of one length."""
    lengths = np.diff(packed.offsets)
    width = int(lengths[0]) if len(lengths) else 0
    if packed.kind != "text" or width == 0 or np.any(lengths != width):
        raise DataError("only rows of text that have one length, of 1 or more, can be packed as bits")
    symbols = packed.data.reshape(-1, width) - np.uint8(ZERO)
    if symbols.max() > 1:
        row = int(np.flatnonzero((symbols > 1).any(axis=1))[0])
        raise DataError(f"only rows of the symbols 0 and 1 can be packed as bits; row {row + 1} has another")
    return PackedBits(np.packbits(symbols, axis=1), width)
