"""Distinct rows of one label, drawn until there are enough, and dealt to the parts of a split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llmerm.tasks.definition import Characters, Instance

_BATCH = 512  # tries at a time: constant, so that the first rows are the same however many are asked for
_PATIENCE = 20  # draws without a new row, as a multiple of the rows found, after which there are no more
_LEAST = 500


def draw_distinct(
    instance: Instance, label: int, wanted: int, n: int, rng: np.random.Generator
) -> Characters:
    """Up to `wanted` distinct rows (rows, n) of the label, in the order they came.

    Fewer when the sampler has no more: all that there are, if their number is known; else those found before
    20 times as many draws brought nothing new.
    """
    capacity = instance.capacity(label)
    if capacity is not None:
        wanted = min(wanted, capacity)
    found: dict[bytes, None] = {}
    drawn = tries = 0
    while len(found) < wanted:
        rows = instance.sample(label, _BATCH, rng)
        joined = rows.tobytes()
        before = len(found)
        found.update(dict.fromkeys(joined[i : i + n] for i in range(0, len(joined), n)))
        progress = len(found) > before
        drawn, tries = (0, 0) if progress else (drawn + len(rows), tries + _BATCH)
        patience = _PATIENCE * max(len(found), _LEAST)
        if drawn > patience or tries > 10 * patience:
            break
    kept = list(found)[:wanted]
    return np.frombuffer(b"".join(kept), np.uint8).reshape(len(kept), n)


def deal(available: int, sizes: Sequence[int], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Indices into `available` distinct rows for parts of these sizes; no index stands in two parts.

    Each part takes the next rows in order. If there are too few, the parts get shares in proportion to their
    sizes, at least one row each, and repeat rows of their own share, uniformly.
    Raises ValueError when there is not a row for each part.
    """
    parts = [size for size in sizes if size]
    if available < len(parts):
        raise ValueError(f"{available} rows cannot be shared by {len(parts)} parts")
    shares = list(sizes)
    if sum(sizes) > available:
        spare = available - len(parts)
        shares = [min(size, 1 + spare * size // sum(sizes)) if size else 0 for size in sizes]
        largest_first = sorted(range(len(sizes)), key=lambda part: -sizes[part])
        for part in largest_first:  # what rounding left
            shares[part] += min(available - sum(shares), sizes[part] - shares[part])
    ends = np.cumsum(shares).tolist()
    return [
        np.concatenate(
            [np.arange(end - share, end), rng.integers(end - share, max(end, 1), size=size - share)]
        )
        for size, share, end in zip(sizes, shares, ends, strict=True)
    ]
