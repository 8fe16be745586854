"""What is to be learnt: the tasks of the paper by name, and the user's own rows (`rows.py`, `tables.py`)."""

from __future__ import annotations

from pathlib import Path

from llmerm.errors import TaskError
from llmerm.tasks.definition import whole
from llmerm.tasks.lengths import rows_by_n, split_beside
from llmerm.tasks.named import Task
from llmerm.tasks.registry import DEFINITIONS, build, unknown
from llmerm.tasks.tables import TABLES, TableTask, load_table

__all__ = ["DEFINITIONS", "TABLES", "TableTask", "Task", "names", "rows_by_n", "split_beside", "task"]


def names() -> list[str]:
    """The names `task` knows: those with a sampler, then the tables, which need the user's file."""
    return [*DEFINITIONS, *TABLES]


def task(
    name: str,
    n: int | None = None,
    *,
    variant: str | None = None,
    seed: int = 0,
    reference: bool = True,
    path: str | Path | None = None,
    label: str | None = None,
) -> Task | TableTask:
    """The named task at size n (default: the task's own).

    `seed` draws what belongs to the task (supports, monomials, the disguise of a table), not the rows: those
    have the seed of `split`. With `reference`, coordinates are the authors' where they are known, so that
    results can be compared; else, and where they are not, they come from the seed. Tables take the `path` of
    the user's file and, if it has a header, the name of its `label` column.

    Raises TaskError for a name, size or variant that does not exist; DataError for a table's bad file.
    """
    n, seed = None if n is None else whole(n, "n"), whole(seed, "seed")
    if name in TABLES:
        if n is not None or variant is not None:
            raise TaskError(f"{name} is a table: it has no n and no variants")
        return load_table(name, path, label, seed)
    if name not in DEFINITIONS:
        raise unknown(name, names())
    if path is not None or label is not None:
        raise TaskError(f"{name} makes its own rows; only tables ({', '.join(TABLES)}) take a file")
    return build(name, n, variant, seed, reference)
