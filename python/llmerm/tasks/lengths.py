"""Length generalisation: test rows of the same rule at other lengths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from llmerm.errors import TaskError
from llmerm.tasks.named import TEST_ROWS, Task
from llmerm.tasks.tables import TableTask

if TYPE_CHECKING:
    from llmerm.dataset import Dataset, Split

_TRAIN = 2  # rows to learn from that a split cannot be without; nobody sees them


def split_beside(
    task: Task | TableTask,
    sizes: tuple[int, int, int | None],
    seed: int = 0,
    allow_duplicates: bool = False,
) -> Split:
    """The rows to learn from of a task that is tested at other lengths too; `sizes` are those of the parts.

    At the length that is learnt from, which may be short, the test rows are those that are left where there
    are fewer than asked for: n = 10 has 1,024 rows of bits in all. Raises TaskError as `split` does.
    """
    try:
        return task.split(*sizes, seed, allow_duplicates)
    except TaskError:
        return task.split(*sizes[:2], None, seed, allow_duplicates)


def rows_by_n(
    task: Task | TableTask,
    lengths: Iterable[int],
    rows: int | None = TEST_ROWS,
    seed: int = 0,
    allow_duplicates: bool = False,
) -> dict[int, Dataset]:
    """Test rows of `task.at(n)` by n: half and half, distinct, the same for every label budget and method.

    They are `task.at(n).split(2, 0, rows, seed).test`; `rows=None` asks for 10,000, or all that there are.
    Rows of another length cannot be among those that were learnt from; `task.n` itself is refused, because
    its could.

    Raises TaskError for a length that the task does not have, a table, or too few distinct rows.
    """
    lengths = list(lengths)
    if task.n in lengths and isinstance(task, Task):
        raise TaskError(f"n = {task.n} is the task's own: its test rows are those of its split")
    if rows == 0:
        raise TaskError("0 test rows say nothing about other lengths: ask for an even number above 0")
    others = {n: task.at(n) for n in lengths}  # whatever is wrong with one is said before rows are drawn
    splits = {n: other.split(_TRAIN, 0, rows, seed, allow_duplicates) for n, other in others.items()}
    return {n: cast("Dataset", split.test) for n, split in splits.items()}
