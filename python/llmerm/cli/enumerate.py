"""`llmerm enumerate`: programs by size over the training rows; what fits best, what was searched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.cli.progress import TerminalLine
from llmerm.cli.propose import train_of, training_options
from llmerm.cli.proposer_options import search_options, search_settings
from llmerm.errors import SearchInterrupted, UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.enumeration import Found


@click.command()
@training_options
@click.option(
    "-k", type=click.IntRange(min=1), default=5, show_default=True, help="Programs to keep, best first."
)
@search_options("--memory")
@click.option(
    "--threads", type=click.IntRange(min=1), help="Threads to enumerate with.  [default: all cores]"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="JSONL file of the programs, for `llmerm learn --proposals`.",
)
@json_option
def command(**params: Any) -> None:
    """Enumerate programs over the training rows of TASK, or of your own (--data), in order of their size.

    Only the training rows are read; `llmerm learn` selects by held-out rows. Ctrl-C ends the search and shows
    what was found.
    """
    from llmerm.enumeration import search
    from llmerm.enumeration.pace import Pace

    if params["output"] is not None and not params["output"].parent.is_dir():
        raise UsageError(f"--output {params['output']}: there is no folder {params['output'].parent}")
    train = train_of(params)
    settings = search_settings(params)
    pace = Pace()
    try:
        with TerminalLine() as line:
            found = search(train, k=params["k"], **settings, progress=lambda step: line.say(pace.line(step)))
    except SearchInterrupted as partial:
        _give(partial.found, train, params)
        raise
    _give(found, train, params)


def _give(found: Found, train: Dataset, params: dict[str, Any]) -> None:
    """Print what was found, and write its programs down where --output says."""
    from llmerm.cli.enumerate_report import document, text

    if params["output"] is not None:
        from llmerm.enumeration.proposer import proposals_of
        from llmerm.propose.recorded import write_jsonl

        try:
            write_jsonl(params["output"], proposals_of(found))
        except OSError as error:
            raise UsageError(f"{params['output']} cannot be written: {error.strerror or error}") from None
    if params["as_json"]:
        print_json(document(found, train))
    else:
        click.echo(text(found, train))
