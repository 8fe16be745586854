"""The options that name a task, the same in every verb that makes rows: one task, one set of rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from llmerm.cli.number_list import numbers

if TYPE_CHECKING:
    from llmerm.tasks import Task
    from llmerm.tasks.tables import TableTask

F = TypeVar("F", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)

_OPTIONS = (
    click.argument("task_name", metavar="[TASK]", required=False),
    click.option("-n", "--n", type=int, help="Length of the task's rows.  [default: the task's]"),
    click.option("--variant", help="Variant of the task (see `llmerm tasks TASK`)."),
    click.option(
        "--task-seed", type=int, default=0, show_default=True, help="Seed of supports and the like."
    ),
    click.option(
        "--reference/--drawn", default=True, help="Supports of the paper, or drawn from --task-seed."
    ),
    click.option("--path", type=PATH, help="Your file of a tabular task."),
    click.option(
        "--allow-duplicates", is_flag=True, help="Repeat a task's rows within a part if there are too few."
    ),
)


def task_options(function: F) -> F:
    """Add TASK and the options that say which variant of it is meant."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def lengths_option(function: F) -> F:
    """Add `--test-n`: other lengths to test at."""
    option = click.option(
        "--test-n",
        callback=numbers,
        metavar="N[,N...]",
        help="Also test at these lengths of the task's rows: 20,50,100.",
    )
    return option(function)


def task_of(name: str, params: dict[str, Any]) -> Task | TableTask:
    """The task that the options name. `--label` is the label column of a tabular task's file."""
    from llmerm.tasks import task

    return task(
        name,
        params["n"],
        variant=params["variant"],
        seed=params["task_seed"],
        reference=params["reference"],
        path=params["path"],
        label=params["label"],
    )
