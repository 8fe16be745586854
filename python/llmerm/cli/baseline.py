"""`llmerm baseline`: what another learner does with the same rows; one subcommand a method."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from llmerm.cli.baseline_fits import LABELS, Asked
from llmerm.cli.common import json_option
from llmerm.cli.learn_rows import TASK_TEST
from llmerm.cli.number_list import numbers
from llmerm.cli.setting_options import MethodCommand, setting_options
from llmerm.cli.task_options import PATH, lengths_option, task_options

if TYPE_CHECKING:
    from llmerm.baselines import Method

F = TypeVar("F", bound=Callable[..., Any])
EPILOG = "The methods need the extra: pip install 'llmerm[baselines]'. docs/baselines.md says what each does."

_COMMON = (
    task_options,
    click.option("--data", type=PATH, help="Your labelled rows instead of a task."),
    click.option(
        "--heldout-data", type=PATH, help="Held-out rows in a file of their own; then --data is for training."
    ),
    click.option("--test-data", type=PATH, help="Test rows in a file of their own."),
    click.option("--input-type", help="text, ints, floats or record.  [default: as the file shows]"),
    click.option("--label", help="Label column of a table.  [default: y or label]"),
    click.option(
        "--labels",
        callback=numbers,
        metavar="M[,M...]",
        help="Labelled rows to learn from, training and held-out together; one fit for each number."
        f"  [default: {LABELS}]",
    ),
    click.option(
        "--fit-on",
        type=click.Choice(("all", "train")),
        default="all",
        show_default=True,
        help="All labelled rows, or the training rows only: then the held-out rows are kept apart.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Seed of the rows (or of the split) and of the fit.",
    ),
    click.option(
        "--test",
        type=click.IntRange(min=0),
        help=f"Rows to report on.  [default: {TASK_TEST:,}; of --data, all that are left]",
    ),
    lengths_option,
)


class Methods(click.Group):
    """The methods of the registry; a method's options are made when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The methods in the order of the registry."""
        from llmerm.baselines import METHODS

        return list(METHODS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one method, or None if there is none of that name."""
        from llmerm.baselines import METHODS

        return command_of(METHODS[cmd_name]) if cmd_name in METHODS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As ever, but a name that is no method gets the registry's error, which names the nearest."""
        from llmerm.baselines.registry import method

        if not args[0].startswith("-"):
            method(args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The methods and what each is."""
        from llmerm.baselines import METHODS

        with formatter.section("Methods"):
            formatter.write_dl([(method.name, method.title) for method in METHODS.values()])


@click.group(cls=Methods, options_metavar="", subcommand_metavar="NAME [TASK] [OPTIONS]", epilog=EPILOG)
def command() -> None:
    """Fit another learner to the same rows that `learn` has, and count its errors on the same test rows."""


def command_of(method: Method) -> click.Command:
    """The command of one method: the options of all, and one for each of its settings."""

    def run(**params: Any) -> None:
        asked = Asked.of(method, params)
        if params.get("dry_run"):
            asked.show_plans()
        else:
            asked.fit_all()

    run.__doc__ = (
        f"Fit {method.name}, {method.title}, to the rows of TASK, or to your own (--data), and count its"
        " errors on test rows."
        "\n\nWith several --labels the exit code is 0 if one of them could be fitted; the table says which"
        " could not, and why."
    )
    for option in reversed((*_COMMON, *_own_options(method), json_option)):
        run = option(run)
    made = click.command(method.name, cls=MethodCommand, short_help=method.title, epilog=EPILOG)(run)
    made.params += setting_options(method.settings)
    return made


def _own_options(method: Method) -> list[Callable[[F], F]]:
    default = f"runs/{method.name}-<hash>" if method.records else "nothing is recorded"
    folder = "Folder to record in and resume from; with several --labels, its folders labels-M."
    found = [click.option("--run", type=PATH, help=f"{folder}  [default: {default}]")]
    if method.plan is not None:
        found.append(click.option("--dry-run", is_flag=True, help="Show what it may cost, and ask nothing."))
    return found
