"""The columns of a comparison: tasks by name, variant and length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llmerm.baselines.published import papers_tasks
from llmerm.errors import TaskError, UsageError
from llmerm.tasks import DEFINITIONS, TABLES, Task, names
from llmerm.tasks.registry import build, unknown

_NAME = re.compile(r"(?P<name>[^:@]+)(:(?P<variant>[^:@]+))?(@(?P<n>[0-9]{1,15}))?")


@dataclass(frozen=True)
class Column:
    """One column: a task to learn, and the length that its test rows have."""

    task: Task  # at the length of the rows to learn from
    n: int  # of the test rows
    title: str  # the task as it was asked for, without the length
    own: bool  # whether n is this task's alone, rather than one that all were asked for

    @property
    def generalises(self) -> bool:
        """Whether the test rows have another length than those it was learnt from."""
        return self.n != self.task.n


def columns_of(asked: Iterable[str], lengths: Sequence[int], train_n: int | None = None) -> list[Column]:
    """The columns that TASKS and -n ask for, each once, in that order.

    A name is a task, `task:variant`, `task@n`, `task:variant@n`, or a group: `papers` (the tasks of the
    published table) or `all` (those that make their own rows). `@n` takes the place of `lengths`, also for
    that task in a group; a task that the papers have at one length only keeps that one. With `train_n` all
    are learnt at that length, and tested at the others by the same rule.

    Raises UsageError for a name that makes no sense, TaskError for a task, variant or length that does not
    exist.
    """
    asked = list(asked)
    groups = {"papers": papers_tasks(), "all": list(DEFINITIONS)}
    own: dict[str, list[str]] = {}
    for name in asked:
        if "@" in name:
            own.setdefault(name.partition("@")[0], []).append(name)
    wanted = [
        name
        for each in asked
        for member in groups.get(each, [each])
        for name in (own.get(member, [member]) if each in groups else [member])
    ]
    found: dict[tuple[str, str | None, int], Column] = {}
    for name in wanted:
        for column in _of_name(name, lengths, train_n, list(groups)):
            found.setdefault((column.task.name, column.task.variant, column.n), column)
    return list(found.values())


def _of_name(asked: str, lengths: Sequence[int], train_n: int | None, groups: list[str]) -> list[Column]:
    match = _NAME.fullmatch(asked)
    if match is None:
        raise UsageError(f"{asked!r} is no task: write TASK, TASK:VARIANT, TASK@N or TASK:VARIANT@N")
    name, variant = match["name"], match["variant"]
    if name in groups:
        raise UsageError(f"{asked!r}: {name} is a group of tasks and stands alone; give lengths with -n")
    if name in TABLES:
        raise UsageError(
            f"{name} needs a file of yours, and compare takes tasks that make their own rows; see `llmerm"
            " learn` and `llmerm baseline`"
        )
    if name not in DEFINITIONS:
        raise unknown(name, [*groups, *names()])
    usual = DEFINITIONS[name].paper_n
    own = [int(match["n"])] if match["n"] else list(usual) if len(usual) == 1 else None
    found = []
    for n in lengths if own is None else own:
        try:
            task = build(name, n if train_n is None else train_n, variant, 0, True)
            task.at(n)  # raises for a length that it does not have
        except TaskError as error:
            if own is not None or train_n is not None:
                raise
            raise TaskError(f"{error}; {asked}@N gives it a length of its own, also within a group") from None
        found.append(Column(task, n, name if variant is None else f"{name}:{variant}", own is not None))
    return found
