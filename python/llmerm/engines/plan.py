"""How the work is cut into tasks. No verdict depends on it."""

from __future__ import annotations

from llmerm.stream import BLOCK

MAX_BLOCKS = 64  # blocks of a task: what is lost with a worker is at most 4 million rows
BLOCKS_UNKNOWN = 4  # blocks of a task where the number of rows is not known
TASKS_PER_SLOT = 8  # so that the last task ends soon after the others
MAX_PROGRAMS = 256  # of a task


def blocks(rows: int | None) -> int | None:
    """How many blocks so many rows are; None for None."""
    return None if rows is None else -(-rows // BLOCK)


def blocks_of_task(total: int | None, slots: int) -> int:
    """How many blocks a task gets, of `total` (None: unknown), on a cluster that runs `slots` tasks at once.

    Rows are cut before candidates, since every task with other candidates reads the rows again.
    """
    if total is None:
        return BLOCKS_UNKNOWN
    return max(1, min(MAX_BLOCKS, total // (TASKS_PER_SLOT * slots)))


def batches(programs: int, parts: int | None, slots: int) -> list[range]:
    """Candidates in batches, so many that every slot gets tasks of `parts` ranges of blocks (None: many)."""
    wanted = -(-TASKS_PER_SLOT * slots // parts) if parts else 1
    size = max(1, min(MAX_PROGRAMS, -(-programs // wanted)))
    return [range(start, min(start + size, programs)) for start in range(0, programs, size)]
