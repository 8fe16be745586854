"""The rows of a run in ranges of blocks, as tasks are given them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from llmerm.engines import plan, tasks

if TYPE_CHECKING:
    from llmerm.stream import Stream


@dataclass(frozen=True, slots=True)
class Range:
    """Part number `part` of the rows."""

    part: int
    blocks: tuple[int, int]
    rows: Any
    """tasks.Files, or a reference to tasks.Held in the object store, near which Ray then runs the task."""
    nbytes: int
    """What it has in the object store."""


def ranges(rows: Stream, size: int) -> Iterator[Range]:
    """All rows, `size` blocks at a time.

    Files that can be opened elsewhere stay where they are; other rows are read here, when they are asked for.
    """
    total = plan.blocks(rows.rows)
    if rows.spec is not None and total is not None:
        files = tasks.Files(rows.spec, rows.fingerprint)
        for part, first in enumerate(range(0, total, size)):
            yield Range(part, (first, min(first + size, total)), files, 0)
        return
    import ray

    blocks = rows.blocks()
    for part in count():
        held = list(islice(blocks, size))
        if not held:
            return
        first = part * size
        nbytes = sum(block.nbytes for block in held)
        yield Range(part, (first, first + len(held)), ray.put(tasks.Held(rows, first, held)), nbytes)
