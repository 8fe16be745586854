"""`llmerm compare`: the papers' table, methods by tasks, ours beside the published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.cli.compare_learners import learn_options, learners_of
from llmerm.cli.number_list import numbers
from llmerm.cli.progress import TerminalLine
from llmerm.errors import LlmermError, UsageError

LABELS = 200  # as in the papers: 100 rows shown or learnt from, 100 held out
LENGTH = "100"
SEEDS = 1000  # more than anybody waits for


def seeds_of(context: click.Context, option: click.Parameter, value: str) -> tuple[int, ...]:
    """The seeds that `3` (0, 1, 2), `0,5` or `7,` stand for: the callback of `--seeds`."""
    found = numbers(context, option, value.strip().removesuffix(",")) or ()
    if "," in value:
        return found
    if not 1 <= found[0] <= SEEDS:
        raise click.BadParameter(f"{value!r}: a count is from 1 to {SEEDS}; one seed is written `{value},`")
    return tuple(range(found[0]))


@click.command()
@click.argument("tasks", nargs=-1, required=True)
@click.option(
    "--methods",
    required=True,
    metavar="METHOD[,METHOD...]",
    help="Rows of the table: learn and the baselines, with settings as in transformer:size=tiny:epochs=50.",
)
@click.option(
    "-n", "--n", "lengths", default=LENGTH, show_default=True, callback=numbers,
    metavar="N[,N...]",
    help="Lengths of the rows: 20,50,100. A task has another with TASK@N.",
)  # fmt: skip
@click.option(
    "--labels",
    type=int,
    default=LABELS,
    show_default=True,
    help="Labels of every method, held-out rows included.",
)
@click.option(
    "--seeds", default="1", show_default=True, callback=seeds_of, metavar="COUNT|SEED,[SEED...]",
    help="How many seeds, from 0 on, or which (`7,` is seed 7); each draws other rows.",
)  # fmt: skip
@click.option(
    "--test", type=click.IntRange(min=2), help="Test rows.  [default: 10,000, or all that a task has]"
)
@click.option(
    "--fit-on",
    type=click.Choice(["all", "train"]),
    default="all",
    show_default=True,
    help="Baselines learn from all labels, or from the training rows, with the held-out rows to stop by.",
)
@click.option(
    "--train-n",
    type=click.IntRange(min=1),
    help="Length generalisation: learn at this length, and test at those of -n.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("runs/compare"),
    show_default=True,
    help="Folder to record in and go on from; it may hold other comparisons.",
)
@learn_options
@json_option
def command(**params: Any) -> None:
    """Compare METHODS on TASKS: test accuracy, mean and spread over seeds, beside the published figures.

    TASKS are names, TASK:VARIANT, TASK@N, `papers` (the 13 tasks of the published table) or `all`. All
    methods get the same rows and labels. `learn` needs --model, --proposals or --files, in whose paths
    {task}, {n} and {seed} are filled in. The same command goes on where it was stopped; with more tasks,
    methods or seeds only the new cells are run.
    """
    from llmerm.comparison import (
        Comparison,
        ComparisonFolder,
        columns_of,
        document_of,
        failures_of,
        plain_text,
        run_cells,
        shares,
    )

    if params["test"] is not None and params["test"] % 2:
        raise UsageError(f"--test {params['test']}: test rows are half of each label, so give an even number")
    comparison = Comparison(
        columns=tuple(columns_of(params["tasks"], params["lengths"], params["train_n"])),
        learners=tuple(learners_of(params["methods"], params)),
        seeds=params["seeds"],
        shares=shares(params["labels"]),
        test=params["test"],
    )
    with ComparisonFolder(params["out"]) as folder, TerminalLine() as line:
        outcomes = run_cells(
            comparison.cells(), folder.path, tell=line.say, done=lambda found: folder.save(comparison, found)
        )
    if params["as_json"]:
        print_json(document_of(comparison, outcomes))
    else:
        click.echo(plain_text(comparison, outcomes))
        click.echo(f"\nrecorded in {params['out']}, with this table as table.md, table.csv and table.json")
    failed = failures_of(comparison, outcomes)
    if failed:
        raise LlmermError(
            f"{len(failed)} of {len(comparison.cells())} cells failed, with the reasons above; the same"
            " command tries them again"
        )
