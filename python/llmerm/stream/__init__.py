"""Rows that need not fit in memory: `scan` makes a `Stream` of files or batches (docs/data.md)."""

from __future__ import annotations

from llmerm.packed_bits import PackedBits
from llmerm.stream.base import Stream
from llmerm.stream.block import BLOCK, Block
from llmerm.stream.sources import scan
from llmerm.stream.write import write_packed

__all__ = ["BLOCK", "Block", "PackedBits", "Stream", "scan", "write_packed"]
