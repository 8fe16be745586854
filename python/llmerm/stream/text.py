"""`<x> -> <y>` text, also gzip or zstd, in buffers of whole lines."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.errors import DataError
from llmerm.readers.source import BadRows, Request
from llmerm.readers.text import ARROW
from llmerm.stream import block
from llmerm.stream.base import Stream, readable
from llmerm.stream.cells import Cells
from llmerm.stream.chunk import Chunk
from llmerm.stream.coder import LabelCoder
from llmerm.stream.lines import Lines, find_lines

BUFFER = 4 << 20  # bytes of text that are parsed at once
LINE_MAX = 256 << 20  # bytes; no row is that long, but a compressed file of one byte repeated may be
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"  # neither begins a UTF-8 text
_BOM = b"\xef\xbb\xbf"


class TextStream(Stream):
    """Rows of text files, as `llmerm.read` understands them. To skip rows, it reads past them."""

    def __init__(self, files: tuple[Path, ...], request: Request) -> None:
        self._files = files
        self.name = str(files[0]) if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
        self.labelled = request.labelled
        first: list[Lines] = []
        last = True
        for _, lines in self._lines():
            first.append(lines)
            if sum(len(lines.starts) for lines in first) >= block.BLOCK:
                last = False
                break
        if not first:
            raise DataError(f"{self.name}: no rows in this file")
        self._cells = Cells(files[0], request.input_type, first, last)
        self._coder = LabelCoder(files[0], request.classes)
        if self.labelled:
            self._coder.settle(lines.labels() for lines in first)
        self.input_type = self._cells.kind
        self.classes = self._coder.classes

    def _lines(self) -> Iterator[tuple[Path, Lines]]:
        """The rows of one buffer after the other, those without any left out."""
        for path in self._files:
            number = 1
            for raw in whole_lines(path):
                bad = BadRows(path, whole=False)
                lines, total = find_lines(raw, number, path, bad if self.labelled else None)
                if number == 1 and bad.reasons and not len(lines.starts):
                    raise DataError(
                        f"{path}: no line is `<x>{ARROW}<y>`; if the rows have no labels, say labelled=False"
                    )
                bad.stop(total)
                number += total
                if len(lines.starts):
                    yield path, lines

    def _chunks(self, start: int) -> Iterator[Chunk]:
        at = 0
        for path, lines in self._lines():
            size = len(lines.starts)
            if at + size > start:
                wanted = lines.only(slice(start - at, None)) if start > at else lines
                bad = BadRows(path, whole=False)
                rows = self._cells.read(wanted, bad)
                y = self._coder.code(wanted.labels(), wanted.numbers, bad) if self.labelled else None
                bad.stop(size)
                yield Chunk(rows, y)
            at += size

    def _labels(self) -> Iterator[NDArray[np.int64]]:
        for path, lines in self._lines():
            bad = BadRows(path, whole=False)
            y = self._coder.code(lines.labels(), lines.numbers, bad)
            bad.stop(len(y))
            yield y

    def _count(self) -> int:
        return sum(len(lines.starts) for _, lines in self._lines())


def whole_lines(path: Path) -> Iterator[bytes]:
    """Buffers of whole lines, each line with its newline, without a byte-order mark.

    Raises DataError for a file that cannot be read or decompressed, and for a line beyond LINE_MAX.
    """
    rest = b""
    with _opened(path) as file:
        begin = _read(file, path, len(_BOM)).removeprefix(_BOM)
        while piece := begin + _read(file, path, BUFFER):
            begin = b""
            end = piece.rfind(b"\n") + 1
            if end:
                yield b"".join((rest, memoryview(piece)[:end]))
                rest = piece[end:]
            else:
                rest += piece
                if len(rest) > LINE_MAX:
                    raise DataError(f"{path}: a line is longer than {LINE_MAX:,} bytes; is this text?")
    if rest:
        yield rest + b"\n"


def _read(file: Any, path: Path, size: int) -> bytes:
    try:
        return bytes(file.read(size))
    except (EOFError, zlib.error, OSError) as error:
        raise DataError(f"{path}: cannot be read or decompressed, is it whole? {error}") from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with readable(path), path.open("rb") as plain:
        magic = plain.read(4)
        plain.seek(0)
        if magic[:2] == _GZIP:
            with gzip.open(plain) as file:
                yield file
        elif magic == _ZSTD:
            import pyarrow as pa

            with pa.CompressedInputStream(plain, "zstd") as stream:
                yield stream
        else:
            yield plain
