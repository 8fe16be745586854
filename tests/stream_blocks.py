"""Shared by the tests of streams: small blocks, and a stream's rows gathered from its blocks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import numpy as np
from llmerm import Dataset, Stream
from llmerm.packed_bits import PackedBits
from llmerm.stream import Block


@contextlib.contextmanager
def small(block: int = 4, buffer: int = 32) -> Iterator[None]:
    """Blocks of 4 rows, and text in buffers of 32 bytes: so that little data has many borders."""
    with (
        mock.patch("llmerm.stream.block.BLOCK", block),
        mock.patch("llmerm.stream.text.BUFFER", buffer),
        mock.patch("llmerm.stream.parquet._TOGETHER", 1),
    ):
        yield


def rows_of(block: Block) -> list[Any]:
    packed = block.packed.unpack() if isinstance(block.packed, PackedBits) else block.packed
    assert packed.kind != "text" or packed.ascii == bool(packed.data.max(initial=0) < 128)
    rows = Dataset.from_packed(packed, block.y)
    assert len(rows) == len(block) > 0
    return rows.x


def gather(stream: Stream, size: int = 4, start: int = 0, stop: int | None = None) -> tuple[list[Any], Any]:
    """(rows, labels) of the blocks start to stop; every block but the last has `size` rows."""
    blocks = list(stream.blocks(start, stop))
    assert all(len(block) == size for block in blocks[:-1])
    assert all(len(block) <= size for block in blocks)
    rows = [row for block in blocks for row in rows_of(block)]
    if not stream.labelled:
        assert all(block.y is None for block in blocks)
        return rows, None
    assert all(block.y is not None and block.y.dtype == np.int64 for block in blocks)
    return rows, [label for block in blocks for label in block.y.tolist()]


def check_same(stream: Stream, data: Dataset, size: int = 4) -> None:
    """The stream has the rows, labels and classes of the dataset, from every block on."""
    labels = None if data.y is None else data.y.tolist()
    assert (stream.input_type, stream.labelled) == (data.input_type, labels is not None)
    if labels is not None:
        assert stream.classes == data.classes
    assert stream.rows in {None, len(data)}
    rows = data.x
    assert gather(stream, size) == (rows, labels)
    if not stream.rereadable:
        return
    assert stream.count() == len(data)
    for start in range(-(-len(data) // size) + 1):
        part = slice(start * size, (start + 2) * size)
        found = gather(stream, size, start, start + 2)
        assert found == (rows[part], None if labels is None else labels[part])
    assert stream.head(len(data) + 1).hash == data.hash
    assert stream.head(size + 1).x == rows[: size + 1]
    if labels is not None:
        assert stream.label_counts() == {label: labels.count(label) for label in sorted(set(labels))}
