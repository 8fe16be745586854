"""A Dataset as a stream: slices of arrays that are in memory already."""

from __future__ import annotations

from collections.abc import Iterator

from llmerm.dataset import Dataset
from llmerm.stream import block
from llmerm.stream.base import Stream
from llmerm.stream.chunk import Chunk


class DatasetStream(Stream):
    """The rows of a Dataset, not copied."""

    def __init__(self, dataset: Dataset, name: str = "rows") -> None:
        self._dataset_whole = dataset
        self.input_type = dataset.input_type
        self.classes = dataset.classes
        self.labelled = dataset.y is not None
        self.rows = len(dataset)
        self.name = name

    def _chunks(self, start: int) -> Iterator[Chunk]:
        whole = Chunk(self._dataset_whole.packed(), self._dataset_whole.y)
        for at in range(start, whole.size, block.BLOCK):
            yield whole.part(at, min(at + block.BLOCK, whole.size))

    @property
    def fingerprint(self) -> str:
        """The hash of the Dataset."""
        return self._dataset_whole.hash

    def content_hash(self) -> str:
        """The hash of the Dataset."""
        return self._dataset_whole.hash
