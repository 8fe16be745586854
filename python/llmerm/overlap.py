"""Whether rows that were learnt from stand in a stream too: by comparing hashes of whole blocks of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset, Packed
from llmerm.errors import DataError
from llmerm.packed_bits import PackedBits, pack_text

if TYPE_CHECKING:
    from llmerm.stream import Stream

Matrix = NDArray[np.uint8]  # (rows, bytes of a row)
_TOGETHER = 2048  # rows that are hashed at once: they stay in the cache


class KnownRows:
    """The rows of a Dataset, to be looked for among others of the same input type."""

    def __init__(self, rows: Dataset) -> None:
        self._rows = rows
        self._by_length = {length: _Equal(rows) for length, rows in _of_lengths(rows.packed()).items()}
        self._bits: dict[int, _Equal | None] = {}  # by width; made when rows of packed bits are met

    def first_in(self, stream: Stream) -> int | None:
        """The number, from 0, of the first row of a stream that is one of these; None if none is.

        Reads the stream, to its end if there is none. Raises DataError as reading does.
        """
        before = 0
        for block in stream.blocks():
            packed = block.packed
            places = self._in_bits(packed) if isinstance(packed, PackedBits) else self._in_rows(packed)
            if places:
                return before + min(places)
            before += len(block)
        return None

    def _in_rows(self, packed: Packed) -> list[int]:
        lengths = np.diff(packed.offsets) * packed.data.itemsize
        if len(lengths) and np.all(lengths == lengths[0]):  # rows of one length: nothing is copied
            known = self._by_length.get(int(lengths[0]))
            return known.places(_bytes(packed).reshape(len(lengths), int(lengths[0]))) if known else []
        found: list[int] = []
        for length, known in self._by_length.items():
            where = np.flatnonzero(lengths == length)
            found += where[known.places(_gathered(packed, where, length))].tolist() if len(where) else []
        return found

    def _in_bits(self, packed: PackedBits) -> list[int]:
        width = packed.width
        if width not in self._bits:
            self._bits[width] = self._known_bits(width)
        known = self._bits[width]
        return known.places(packed.data) if known else []

    def _known_bits(self, width: int) -> _Equal | None:
        """The known rows of `width` symbols 0 and 1, packed."""
        lengths = np.diff(self._rows.packed().offsets)
        texts = [row for row in self._rows[lengths == width].row_bytes() if not row.strip(b"01")]
        if not texts:
            return None
        return _Equal(pack_text(Dataset([text.decode() for text in texts], None, "text").packed()).data)


class _Equal:
    """Rows of one length in bytes, sorted by a hash: what may be equal is compared in full."""

    def __init__(self, rows: Matrix) -> None:
        self._rows = {row.tobytes() for row in rows}
        self._hashes = np.unique(_hashes(rows))

    def places(self, rows: Matrix) -> list[int]:
        """Which rows (rows, the same length) are among these."""
        hashes = _hashes(rows)
        place = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        maybe = np.flatnonzero(self._hashes[place] == hashes)
        return [row for row in maybe.tolist() if rows[row].tobytes() in self._rows]


def _hashes(rows: Matrix) -> NDArray[np.uint64]:
    """One 64-bit hash a row: its bytes as words, times odd constants, added up modulo 2**64."""
    count, length = rows.shape
    hashes = np.zeros(count, np.uint64)
    words = -(-length // 8)
    factors = np.random.default_rng(0).integers(0, 1 << 63, words, dtype=np.uint64) * np.uint64(
        2
    ) + np.uint64(1)
    padded = np.zeros((_TOGETHER, 8 * words), np.uint8)
    for start in range(0, count, _TOGETHER) if length else ():
        some = rows[start : start + _TOGETHER]
        padded[: len(some), :length] = some
        for word, factor in zip(padded[: len(some)].view(np.uint64).T, factors, strict=True):
            hashes[start : start + len(some)] += (word ^ (word >> np.uint64(32))) * factor
    return hashes


def _of_lengths(packed: Packed) -> dict[int, Matrix]:
    """The rows by their length in bytes."""
    lengths = np.diff(packed.offsets) * packed.data.itemsize
    return {
        int(length): _gathered(packed, np.flatnonzero(lengths == length), int(length))
        for length in np.unique(lengths)
    }


def _gathered(packed: Packed, rows: NDArray[np.int64], length: int) -> Matrix:
    starts = packed.offsets[rows] * packed.data.itemsize
    taken: Any = _bytes(packed)[starts[:, None] + np.arange(length)]
    return taken  # type: ignore[no-any-return]


def _bytes(packed: Packed) -> NDArray[np.uint8]:
    return np.ascontiguousarray(packed.data).view(np.uint8)


def refuse_shared(known: Dataset, known_name: str, stream: Stream, name: str) -> None:
    """Raise DataError when a row of the stream is one of the known rows."""
    row = KnownRows(known).first_in(stream)
    if row is not None:
        raise DataError(
            f"row {row + 1:,} of {stream.name} ({name}) stands in {known_name} too; training, held-out and"
            " test rows must not share any: remove them from one"
        )
