"""A block: the rows that a program meets together, whoever runs them (docs/scale.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Packed
from llmerm.packed_bits import PackedBits

BLOCK = 65_536  # rows; blocks are counted from the first row of the dataset, and only the last is shorter


@dataclass(frozen=True, slots=True)
class Block:
    """Up to BLOCK rows and their labels."""

    packed: Packed | PackedBits
    y: NDArray[np.int64] | None  # (rows,), None for rows without labels

    def __len__(self) -> int:
        if isinstance(self.packed, PackedBits):
            return len(self.packed.data)
        return len(self.packed.offsets) - 1

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, bytes."""
        rows = self.packed.data.nbytes if isinstance(self.packed, PackedBits) else self.packed.nbytes
        return rows + (0 if self.y is None else self.y.nbytes)
