"""A buffer of `<x> -> <y>` lines -> rows and labels, by whole arrays; line by line only what is bad."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Packed
from llmerm.readers.source import BadRows, decode_text
from llmerm.stream.coder import RawLabels

_NEWLINE, _RETURN, _SPACE, _DASH, _ANGLE, _ZERO, _TILDE = b"\n\r ->0~"
_ARROW = 4  # bytes of ` -> `
_DIGITS = tuple("0123456789")

Positions = NDArray[np.int64]


class Lines(NamedTuple):
    """Where the rows of a buffer stand."""

    raw: bytes  # whole lines, each with its newline
    starts: Positions  # (rows,) first byte of each row
    stops: Positions  # (rows,) the byte after its last
    ends: Positions  # (rows,) its newline
    numbers: Positions  # (rows,) line numbers
    ascii: bool

    def texts(self) -> Packed:
        """The rows as packed text."""
        data, offsets = _gather(self.raw, self.starts, self.stops)
        return Packed("text", data, offsets, None, self.ascii or None)

    def labels(self) -> RawLabels:
        """What stands behind the arrows."""
        begins = self.stops + _ARROW
        if len(begins) and np.all(self.ends - begins == 1):
            digits = np.frombuffer(self.raw, np.uint8)[begins] - np.uint8(_ZERO)
            if digits.max() < 10:
                return RawLabels(_DIGITS, digits)
        encoded = _spans(self.raw, begins, self.ends).dictionary_encode()
        values = [value.decode() for value in encoded.dictionary.to_pylist()]
        return RawLabels(values, encoded.indices.to_numpy())

    def only(self, which: slice | NDArray[np.bool_]) -> Lines:
        """Some of the rows."""
        raw, starts, stops, ends, numbers, ascii = self
        return Lines(raw, starts[which], stops[which], ends[which], numbers[which], ascii)


def find_lines(raw: bytes, first_line: int, path: Path, bad: BadRows | None) -> tuple[Lines, int]:
    """The rows in whole lines of a file, and the number of lines. Blank lines are no rows; labelled rows end
    before their last arrow.

    `bad` takes the lines without an arrow; None: the rows have no labels. Raises DataError for no text.
    """
    buffer = np.frombuffer(raw, np.uint8)
    ascii = bool(buffer.max(initial=0) < 128)
    if not ascii or b"\0" in raw:
        decode_text(raw, path, first_line)
    ends = np.flatnonzero(buffer == _NEWLINE)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    numbers = np.arange(first_line, first_line + len(ends))
    if bad is None:
        stops = ends - ((buffer[ends - 1] == _RETURN) & (ends > starts))
        lines = Lines(raw, starts, stops, ends, numbers, ascii)
        first = buffer[starts]
        kept = (first > _SPACE) & (first <= _TILDE)  # what begins with a visible character is not blank
        for i in np.flatnonzero(~kept).tolist():
            kept[i] = bool(raw[starts[i] : stops[i]].decode().strip())
    else:
        arrows = _arrows(buffer)
        if len(arrows) == len(ends) and np.all(arrows >= starts) and np.all(arrows < ends):
            return Lines(raw, starts, arrows, ends, numbers, ascii), len(ends)
        before = np.searchsorted(arrows, ends)  # arrows up to each line's end
        stops = np.concatenate([np.full(1, -1), arrows])[before]
        kept = stops >= starts
        for i in np.flatnonzero(~kept).tolist():
            line = raw[starts[i] : ends[i]].decode().removesuffix("\r")
            if line.strip():
                bad.add(int(numbers[i]), f"not `<x> -> <y>`: {line[:60]!r}")
        lines = Lines(raw, starts, stops, ends, numbers, ascii)
    return (lines if kept.all() else lines.only(kept)), len(kept)


def _arrows(buffer: NDArray[np.uint8]) -> Positions:
    """Where ` -> ` begins. The buffer ends with a newline, so that what wraps around is never part of one."""
    angles = np.flatnonzero(buffer == _ANGLE)
    here = (buffer[angles - 1] == _DASH) & (buffer[angles - 2] == _SPACE) & (buffer[angles + 1] == _SPACE)
    begins: Positions = angles[here] - 2
    return begins


def _gather(raw: bytes, starts: Positions, stops: Positions) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of spans joined, and their offsets."""
    n = len(starts)
    lengths = stops - starts
    if n > 1:
        width, stride = int(lengths[0]), int(starts[1] - starts[0])
        if np.all(lengths == width) and np.all(np.diff(starts) == stride):
            buffer = np.frombuffer(raw, np.uint8)[starts[0] :]
            rows = np.lib.stride_tricks.as_strided(buffer, (n, width), (stride, 1), writeable=False)
            return np.ascontiguousarray(rows).reshape(-1), np.arange(n + 1, dtype=np.int64) * width
    taken: Any = _spans(raw, starts, stops)
    _, offsets, data = taken.buffers()
    joined = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    bounds = np.frombuffer(offsets, np.int64)[: n + 1] if n else np.zeros(1, np.int64)
    return joined[: bounds[-1]], bounds


def _spans(raw: bytes, starts: Positions, stops: Positions) -> Any:
    """Spans, in order and apart, as an Arrow array: every other element of one that covers all the bytes."""
    import pyarrow as pa

    n = len(starts)
    bounds = np.empty(2 * n + 1, np.int64)
    bounds[0:-1:2], bounds[1::2], bounds[-1] = starts, stops, len(raw)
    buffers = [None, pa.py_buffer(bounds.data), pa.py_buffer(raw)]
    whole: Any = pa.Array.from_buffers(pa.large_binary(), 2 * n, buffers)
    return whole.take(pa.array(np.arange(0, 2 * n, 2)))
