"""Labelled rows, packed once: the form in which every stage after this one, and the core, reads them."""

from __future__ import annotations

import hashlib
import json
import marshal
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.errors import DataError

if TYPE_CHECKING:
    from llmerm.stream import Stream

INPUT_TYPES = ("text", "ints", "floats", "record")
DTYPES: dict[str, Any] = {"text": np.uint8, "ints": np.int64, "floats": np.float64, "record": np.uint8}


class Packed(NamedTuple):
    """Rows as flat arrays. Row i is `data[offsets[i]:offsets[i + 1]]`."""

    kind: str  # one of INPUT_TYPES
    data: NDArray[Any]  # text, record: uint8 (bytes,); ints: int64 (elements,); floats: float64 (elements,)
    offsets: NDArray[np.int64]  # (n + 1,), in elements of data, from 0, never falling
    matrix: NDArray[np.float64] | None  # record: (n, columns) if every column is numeric, else None
    ascii: bool | None = None  # text: whether every byte is below 128; None if nobody has looked
    longest: int | None = None  # elements of the longest row, if the offsets have been looked at

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, bytes."""
        return self.data.nbytes + self.offsets.nbytes + (0 if self.matrix is None else self.matrix.nbytes)


class Dataset:
    """Rows of one input type, with labels or without. Immutable: the arrays it hands out are read-only.

    `x` is a list of str, of sequences of int, of sequences of float, of dict, or a 2-D array (ints or floats;
    not copied when C-contiguous int64 or float64, so do not write to it afterwards). Rows may differ in
    length.
    `y` holds integers (bools, integral floats) or strings; strings become codes into the sorted `classes`.
    `classes`, if given, fixes the code of each string, and integer labels are then codes.
    Raises DataError for rows or labels that do not fit.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        input_type: str | None = None,
        classes: Sequence[str] | None = None,
    ) -> None:
        if input_type is not None and input_type not in INPUT_TYPES:
            raise DataError(f"no input type {input_type!r}; the input types are {', '.join(INPUT_TYPES)}")
        from llmerm.readers.memory import pack_rows  # readers build on this module, so not at the top

        self._set(pack_rows(x, input_type), y, classes)

    @classmethod
    def from_packed(cls, packed: Packed, y: Any = None, classes: Sequence[str] | None = None) -> Dataset:
        """Wrap packed arrays without copying them; their layout is checked, not their bytes."""
        data, offsets = packed.data, packed.offsets
        if packed.kind not in INPUT_TYPES or data.dtype != DTYPES[packed.kind] or data.ndim != 1:
            raise DataError(
                f"packed rows of kind {packed.kind!r} cannot be a {data.ndim}-D {data.dtype} array"
            )
        if offsets.dtype != np.int64 or offsets.ndim != 1 or len(offsets) == 0 or offsets[0] != 0:
            raise DataError("packed offsets must be a 1-D int64 array that begins with 0")
        if offsets[-1] != len(data) or np.any(np.diff(offsets) < 0):
            raise DataError("packed offsets must rise from 0 to the length of the data")
        self = cls.__new__(cls)
        self._set(packed, y, classes)
        return self

    def _set(self, packed: Packed, y: Any, classes: Sequence[str] | None) -> None:
        self._packed = Packed(
            packed.kind,
            _read_only(packed.data),
            _read_only(packed.offsets),
            None if packed.matrix is None else _read_only(packed.matrix),
        )
        self._classes: tuple[str, ...] | None = None if classes is None else tuple(classes)
        self._y: NDArray[np.int64] | None = None
        if y is not None:
            from llmerm.readers.memory import code_labels

            labels, self._classes = code_labels(y, self._classes)
            if len(labels) != len(self):
                raise DataError(f"{len(self)} rows but {len(labels)} labels; give one label a row")
            self._y = _read_only(labels)

    @property
    def input_type(self) -> str:
        """One of INPUT_TYPES."""
        return self._packed.kind

    @property
    def y(self) -> NDArray[np.int64] | None:
        """Labels (n,), codes into `classes` if there are any; None for rows without labels."""
        return self._y

    @property
    def classes(self) -> tuple[str, ...] | None:
        """Names of the labels, or None when the labels are the integers themselves."""
        return self._classes

    @property
    def x(self) -> list[Any]:
        """The rows as Python objects, made anew on each access: take it once, not in a loop."""
        kind, data, offsets, *_ = self._packed
        bounds = offsets.tolist()
        if kind == "record":
            return [marshal.loads(row) for row in self.row_bytes()]
        if kind != "text":
            flat = data.tolist()
            return [flat[a:b] for a, b in pairwise(bounds)]
        joined = data.tobytes()
        if joined.isascii():  # one character a byte
            text = joined.decode("ascii")
            return [text[a:b] for a, b in pairwise(bounds)]
        return [joined[a:b].decode() for a, b in pairwise(bounds)]

    def row_bytes(self) -> list[bytes]:
        """The packed bytes of each row: equal exactly when two rows are the same row."""
        size = self._packed.data.itemsize
        joined = self._packed.data.tobytes()
        bounds = (self._packed.offsets * size).tolist()
        return [joined[a:b] for a, b in pairwise(bounds)]

    def packed(self) -> Packed:
        """What the core reads (no copy)."""
        packed = self._packed
        if packed.longest is None:  # looked at once, for every verification
            ascii = bool(packed.data.max(initial=0) < 128) if packed.kind == "text" else None
            longest = int(np.diff(packed.offsets).max(initial=0))
            self._packed = packed._replace(ascii=ascii, longest=longest)
        return self._packed

    def __len__(self) -> int:
        return len(self._packed.offsets) - 1

    def __getitem__(self, index: slice | Sequence[int] | NDArray[Any]) -> Dataset:
        """Rows of a slice, an index array or a mask, in that order. A slice of step 1 copies no row."""
        if isinstance(index, (int, np.integer)):
            raise TypeError(
                "a Dataset is indexed by a slice or an array of indices; for one row take ds[i:i+1]"
            )
        kind, data, offsets, matrix, *_ = self._packed
        if isinstance(index, slice) and index.step in {None, 1}:
            start, stop, _ = index.indices(len(self))
            stop = max(start, stop)
            data = data[offsets[start] : offsets[stop]]
            offsets = offsets[start : stop + 1] - offsets[start]
            rows: Any = slice(start, stop)
        else:
            rows = np.arange(len(self))[index if isinstance(index, slice) else np.asarray(index)]
            data, offsets = _gather(data, offsets, rows)
        packed = Packed(kind, data, offsets, None if matrix is None else matrix[rows])
        return Dataset.from_packed(packed, None if self._y is None else self._y[rows], self._classes)

    @cached_property
    def hash(self) -> str:
        """Hex SHA-256 of input type, rows, labels and class names, in this order of the rows."""
        kind, data, offsets, *_ = self._packed
        head = {"kind": kind, "rows": len(self), "labelled": self._y is not None, "classes": self._classes}
        digest = hashlib.sha256(b"llmerm rows 1\n" + json.dumps(head).encode() + b"\n")
        for array in (offsets, data, self._y):
            if array is not None:
                digest.update(np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).data)
        return digest.hexdigest()

    def __repr__(self) -> str:
        labels = (
            "no labels"
            if self._y is None
            else f"classes={list(self._classes or np.unique(self._y)[:5].tolist())}"
        )
        return f"Dataset({len(self)} rows of {self.input_type}, {labels})"


@dataclass(frozen=True)
class Split:
    """Rows to learn from, to select by and to report on; no row stands in two. None: not asked for.

    Those to select by and to report on may be streams, which need not fit in memory.
    """

    train: Dataset
    heldout: Dataset | Stream | None
    test: Dataset | Stream | None
    spec: dict[str, Any]  # JSON-able; identifies the data, including the hash of each part

    @property
    def spec_hash(self) -> str:
        """Hex SHA-256 of the spec as JSON with sorted keys."""
        canonical = json.dumps(self.spec, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @staticmethod
    def of(
        dataset: Dataset,
        train: int = 100,
        heldout: int = 100,
        test: int | None = None,
        seed: int = 0,
        *,
        balanced: bool | None = None,
    ) -> Split:
        """Split the user's own rows; see `llmerm.tasks.rows.split_rows`."""
        from llmerm.tasks.rows import split_rows

        return split_rows(dataset, train, heldout, test, seed, balanced=balanced)


def joined(first: Dataset, second: Dataset) -> Dataset:
    """The rows of both, in this order. Raises DataError unless they share input type and classes."""
    if (first.input_type, first.classes, first.y is None) != (
        second.input_type,
        second.classes,
        second.y is None,
    ):
        raise DataError(
            "rows of different input types or classes, or with and without labels, cannot be joined"
        )
    a, b = first.packed(), second.packed()
    both = a.matrix is not None and b.matrix is not None and a.matrix.shape[1:] == b.matrix.shape[1:]
    packed = Packed(
        a.kind,
        np.concatenate([a.data, b.data]),
        np.concatenate([a.offsets, a.offsets[-1] + b.offsets[1:]]),
        np.concatenate([a.matrix, b.matrix])
        if both and a.matrix is not None and b.matrix is not None
        else None,
    )
    y = None if first.y is None or second.y is None else np.concatenate([first.y, second.y])
    return Dataset.from_packed(packed, y, first.classes)


def _gather(
    data: NDArray[Any], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    lengths = np.diff(offsets)
    taken = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[rows])])
    if (
        len(lengths) and lengths[0] and np.all(lengths == lengths[0])
    ):  # rows of one length: plain 2-D indexing
        return data.reshape(len(lengths), -1)[rows].reshape(-1), taken
    where = np.repeat(offsets[rows] - taken[:-1], lengths[rows]) + np.arange(taken[-1])
    return data[where], taken


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
