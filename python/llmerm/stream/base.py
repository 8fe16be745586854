"""`Stream`: rows that are read block by block, with what must be known of them before the first is run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset
from llmerm.errors import DataError, UsageError
from llmerm.packed_bits import PackedBits
from llmerm.stream import block as block_size
from llmerm.stream import identity
from llmerm.stream.block import Block
from llmerm.stream.chunk import Chunk, cut, join
from llmerm.stream.spec import Spec


class Stream(ABC):
    """Rows of one input type, labelled or not, in blocks. `llmerm.scan` makes them.

    Memory is bounded by a block and what its source must decode at once (a row group, a buffer of text),
    whatever the number of rows. Not to be iterated by two threads at once.
    """

    input_type: str
    """One of text, ints, floats, record."""
    classes: tuple[str, ...] | None = None
    """Names of the labels, or None when the labels are the integers themselves."""
    labelled: bool
    rows: int | None = None
    """The number of rows, None if only reading all of them would tell; see `count`."""
    rereadable: bool = True
    """Whether the rows can be read more than once."""
    name: str = "rows"
    """What errors call it."""
    spec: Spec | None = None
    """How another process opens it, to begin at any block; None when only this one has the rows, or when
    rows are reached by reading all before them."""

    _files: tuple[Path, ...] = ()

    @abstractmethod
    def _chunks(self, start: int) -> Iterator[Chunk]:
        """The rows from number `start` on, in order."""

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[Block]:
        """Blocks number start to stop (None: the last), each of BLOCK rows but for the last of all.

        Raises DataError, while it is iterated, for rows that cannot be read; UsageError for a range that is
        none, or when the rows have been read and cannot be read again.
        """
        if start < 0 or (stop is not None and stop < start):
            raise UsageError(f"blocks {start} to {stop}: a range of blocks begins at 0 and does not fall")
        return self._blocks(start, stop)

    def _blocks(self, start: int, stop: int | None) -> Iterator[Block]:
        if stop == start:
            return
        with closing(self._chunks(start * block_size.BLOCK)) as chunks:  # type: ignore[type-var]
            try:
                yield from islice(cut(chunks, self.input_type), None if stop is None else stop - start)
            except DataError as error:
                raise self._named(error) from error

    def _named(self, error: DataError) -> DataError:
        return (
            error if str(error).startswith(self.name) or self._files else DataError(f"{self.name}: {error}")
        )

    def head(self, n: int) -> Dataset:
        """The first n rows (all, if there are fewer), in memory."""
        if n < 0:
            raise UsageError(f"the first {n} rows: give a number from 0")
        held: list[Chunk] = []
        with closing(self.blocks(0, -(-n // block_size.BLOCK))) as blocks:  # type: ignore[type-var]
            for block in blocks:
                held.append(Chunk(block.packed, block.y))
        return self._dataset(held, n)

    def _dataset(self, held: list[Chunk], n: int) -> Dataset:
        if not held:
            y = np.empty(0, np.int64) if self.labelled else None
            return Dataset([], y, self.input_type, self.classes)
        block = join(held, self.input_type)
        packed = block.packed.unpack() if isinstance(block.packed, PackedBits) else block.packed
        return Dataset.from_packed(packed, block.y, self.classes)[:n]

    def count(self) -> int:
        """The number of rows, by reading all of them once if need be."""
        if self.rows is None:
            self._refuse_once("counted")
            self.rows = self._count()
        return self.rows

    def _count(self) -> int:
        return sum(chunk.size for chunk in self._chunks(0))

    def label_counts(self) -> dict[int, int]:
        """Label -> rows that have it, by label. Reads the labels alone where the format can."""
        if not self.labelled:
            raise UsageError(f"{self.name}: rows without labels have no label counts")
        self._refuse_once("counted")
        counts: dict[int, int] = {}
        for y in self._labels():
            for label, count in zip(*np.unique(y, return_counts=True), strict=True):
                counts[int(label)] = counts.get(int(label), 0) + int(count)
        return dict(sorted(counts.items()))

    def _labels(self) -> Iterator[NDArray[np.int64]]:
        for chunk in self._chunks(0):
            if chunk.y is not None:
                yield chunk.y

    def _refuse_once(self, what: str) -> None:
        if not self.rereadable:
            raise UsageError(
                f"{self.name}: rows that can be read only once cannot be {what} first; give a list, or files"
            )

    @cached_property
    def fingerprint(self) -> str | None:
        """Hex SHA-256 by which parts of a run are known to be of the same rows; None if nothing can tell.

        For files: of settings, number of rows if known, sizes, and the first and last MiB of each file. It
        guards against accidents, not against a forger.
        """
        if not self._files:
            return None
        with readable(self._files[0]):
            return identity.fingerprint(self._files, self._about())

    def content_hash(self) -> str | None:
        """Hex SHA-256 of settings and all bytes of all files, which it reads; None for no files."""
        if not self._files:
            return None
        with readable(self._files[0]):
            return identity.content_hash(self._files, self._about())

    def _about(self) -> dict[str, Any]:
        """What decides, beside the bytes of the files, which rows these are."""
        return {
            "source": type(self).__name__,
            "input_type": self.input_type,
            "classes": self.classes,
            "labelled": self.labelled,
            "files": len(self._files),
        }

    def __repr__(self) -> str:
        rows = "rows" if self.rows is None else f"{self.rows:,} rows"
        labels = (
            f"classes={list(self.classes)}" if self.classes else "labelled" if self.labelled else "no labels"
        )
        return f"Stream({self.name}: {rows} of {self.input_type}, {labels})"


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Errors of the system while a file is read, as DataError that names it."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
