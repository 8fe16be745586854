"""Chunks, as many rows as a source decodes at once, and how they are cut anew into blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Packed
from llmerm.packed_bits import PackedBits
from llmerm.readers.memory import pack_rows
from llmerm.stream import block as blocks
from llmerm.stream.block import Block


class Chunk(NamedTuple):
    """Some rows on their way into blocks."""

    rows: Packed | PackedBits | list[Any]  # a list: Python rows, packed only when their block is whole
    y: NDArray[np.int64] | None

    @property
    def size(self) -> int:
        """The number of rows."""
        if isinstance(self.rows, PackedBits):
            return len(self.rows.data)
        return len(self.rows) if isinstance(self.rows, list) else len(self.rows.offsets) - 1

    def part(self, start: int, stop: int) -> Chunk:
        """Rows start to stop, not copied; the offsets of the part need not begin with 0."""
        if start == 0 and stop == self.size:
            return self
        y = None if self.y is None else self.y[start:stop]
        rows = self.rows
        if isinstance(rows, list):
            return Chunk(rows[start:stop], y)
        if isinstance(rows, PackedBits):
            return Chunk(rows._replace(data=rows.data[start:stop]), y)
        matrix = None if rows.matrix is None else rows.matrix[start:stop]
        return Chunk(rows._replace(offsets=rows.offsets[start : stop + 1], matrix=matrix), y)


def cut(chunks: Iterable[Chunk], kind: str) -> Iterator[Block]:
    """Chunks of any size -> blocks of BLOCK rows, but for the last. Lists of rows are packed as `kind`."""
    held: list[Chunk] = []
    count = 0
    for chunk in chunks:
        at = 0
        while at < chunk.size:
            take = min(blocks.BLOCK - count, chunk.size - at)
            held.append(chunk.part(at, at + take))
            count += take
            at += take
            if count == blocks.BLOCK:
                yield join(held, kind)
                held, count = [], 0
    if held:
        yield join(held, kind)


def join(chunks: list[Chunk], kind: str) -> Block:
    """One block of all the rows; copies only if there is more than one chunk."""
    labels = [chunk.y for chunk in chunks if chunk.y is not None]
    y = None if not labels else labels[0] if len(labels) == 1 else np.concatenate(labels)
    rows = [chunk.rows for chunk in chunks]
    lists = [part for part in rows if isinstance(part, list)]
    if len(lists) == len(rows):
        return Block(pack_rows([row for part in lists for row in part], kind), y)
    bits = [part for part in rows if isinstance(part, PackedBits)]
    if len(bits) == len(rows) and len({part.width for part in bits}) == 1:
        data = bits[0].data if len(bits) == 1 else np.concatenate([part.data for part in bits])
        return Block(PackedBits(data, bits[0].width), y)
    packed = _join_packed([_as_packed(part, kind) for part in rows])
    if packed.kind == "text" and not packed.ascii:  # its chunk may hold other bytes than it does
        packed = packed._replace(ascii=bool(packed.data.max(initial=0) < 128))
    return Block(packed, y)


def _as_packed(rows: Packed | PackedBits | list[Any], kind: str) -> Packed:
    if isinstance(rows, list):
        return pack_rows(rows, kind)
    return rows.unpack() if isinstance(rows, PackedBits) else rows


def _join_packed(parts: list[Packed]) -> Packed:
    data = [part.data[part.offsets[0] : part.offsets[-1]] for part in parts]
    if len(parts) == 1:
        offsets = parts[0].offsets
        if offsets[0]:
            offsets = offsets - offsets[0]
        return parts[0]._replace(data=data[0], offsets=offsets)
    rows = np.array([len(part.offsets) - 1 for part in parts])
    begins = np.cumsum([0, *map(len, data)])
    offsets = np.empty(int(rows.sum()) + 1, np.int64)
    at = 0
    for part, begin in zip(parts, begins.tolist(), strict=False):
        n = len(part.offsets)
        np.add(part.offsets, begin - part.offsets[0], out=offsets[at : at + n])
        at += n - 1
    matrices = [part.matrix for part in parts if part.matrix is not None]
    matrix = np.concatenate(matrices) if len(matrices) == len(parts) else None
    ascii = all(part.ascii for part in parts) or None
    return Packed(parts[0].kind, np.concatenate(data), offsets, matrix, ascii)
