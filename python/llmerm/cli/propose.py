"""`llmerm propose`: draw candidate programs for training rows, and write them down."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from llmerm.cli.common import json_option, print_json
from llmerm.cli.learn_rows import SIZE, data_of
from llmerm.cli.model_options import model_options, plan_of, plan_text
from llmerm.cli.progress import TerminalLine
from llmerm.cli.proposer_options import chosen_proposer, note_default, proposer_options
from llmerm.cli.task_options import task_options
from llmerm.errors import UsageError
from llmerm.report import printable

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.propose import Proposal, Proposer

F = TypeVar("F", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)

_TRAINING_OPTIONS = (
    task_options,
    click.option("--data", type=PATH, help="Your labelled rows instead of a task; split as `learn` does."),
    click.option("--unsplit", is_flag=True, help="All rows of --data are training rows."),
    click.option("--input-type", help="text, ints, floats or record.  [default: as the file shows]"),
    click.option("--label", help="Label column of a table.  [default: y or label]"),
    click.option("--seed", type=int, default=0, show_default=True, help="Seed of the rows, or of the split."),
    click.option("--train", type=click.IntRange(min=1), help=f"Training rows.  [default: {SIZE}]"),
    click.option(
        "--heldout", type=click.IntRange(min=1), help=f"Rows of --data kept back.  [default: {SIZE}]"
    ),
    click.option("--test", type=click.IntRange(min=0), help="Rows of --data kept back for the test."),
)


def training_options(function: F) -> F:
    """Add the options that name the training rows; the same as in `learn`, so that both see the same rows."""
    for option in reversed(_TRAINING_OPTIONS):
        function = option(function)
    return function


def row_options(function: F) -> F:
    """Add those, and the language of the programs."""
    language = click.option("--language", default="python", show_default=True, help="Language to ask for.")
    return training_options(language(function))


def train_of(params: dict[str, Any]) -> Dataset:
    """The training rows that `learn` would show to the proposer with the same options."""
    if params["unsplit"]:
        from llmerm.readers import read

        if params["data"] is None:
            raise UsageError("--unsplit is for --data")
        rows = read(params["data"], input_type=params["input_type"], y=params["label"])
        return rows if params["train"] is None else rows[: params["train"]]
    if params["data"] is None and params["test"] is None:
        params = params | {
            "test": 0
        }  # a task's training rows do not depend on it, and 10,000 rows take a while
    return data_of(params | {"heldout_data": None, "test_data": None})[0].train


@click.command()
@row_options
@click.option(
    "-k", type=click.IntRange(min=1), help="Candidates to draw.  [default: 5; all that are recorded]"
)
@click.option(
    "--run",
    type=PATH,
    help="Folder that records everything, and resumes.  [default: runs/propose-<hash of the request>]",
)
@click.option("-o", "--output", type=PATH, help="JSONL file of the proposals, for --proposals.")
@click.option("--dry-run", is_flag=True, help="Show tokens and cost, and send nothing.")
@proposer_options
@model_options
@json_option
def command(**params: Any) -> None:
    """Draw candidate programs for the training rows of TASK, or of your own (--data).

    Without --model, --proposals and --files, programs are enumerated by size. A draw that is recorded in the
    run folder is not asked for again, so a run that was stopped goes on with the same command.
    """
    if params["output"] is not None and not params["output"].parent.is_dir():
        raise UsageError(f"--output {params['output']}: there is no folder {params['output'].parent}")
    line = TerminalLine()
    proposer = chosen_proposer(params, line.say)
    k = params["k"] or (len(proposer) if isinstance(proposer, Sized) else 5)
    train = train_of(params)
    note_default(params)
    if params["dry_run"]:
        plan = plan_of(proposer, train, k, params["language"])
        if params["as_json"]:
            print_json(plan)
        else:
            click.echo(plan_text(plan))
        return
    run = params["run"] or _default_run(proposer, train, params["language"])
    with line:
        drawn = _draw(proposer, train, k, params["language"], run)
    if params["output"] is not None:
        from llmerm.propose.recorded import write_jsonl

        try:
            write_jsonl(params["output"], drawn)
        except OSError as error:
            raise UsageError(f"{params['output']} cannot be written: {error.strerror or error}") from None
    if params["as_json"]:
        from llmerm.propose.base import to_json

        print_json({"run": None if run is None else str(run), "proposals": [to_json(one) for one in drawn]})
    else:
        _show(drawn, run)


def _default_run(proposer: Proposer, train: Dataset, language: str) -> Path | None:
    """A folder of its own for each distinct request, so that the same command finds its draws again."""
    from llmerm.enumeration import CombinedProposer
    from llmerm.propose import OpenAIProposer
    from llmerm.propose.records import settings_hash

    model = proposer.other if isinstance(proposer, CombinedProposer) else proposer
    if not isinstance(model, OpenAIProposer):
        return None  # nothing is paid for, nothing to record
    assert isinstance(proposer, OpenAIProposer | CombinedProposer)
    return Path("runs") / f"propose-{settings_hash(proposer.identity(train, language))[:12]}"


def _draw(proposer: Proposer, train: Dataset, k: int, language: str, run: Path | None) -> list[Proposal]:
    """All draws in order of their index; on a terminal, a line for each as it is ready."""
    from llmerm.propose.base import draws_of

    drawn: list[Proposal] = []
    total = draws_of(proposer, k)
    for proposal in proposer.propose(train, k, language=language, run=run):
        drawn.append(proposal)
        if sys.stderr.isatty():
            click.echo(f"draw {proposal.index}: {proposal.status} ({len(drawn)} of {total})", err=True)
    return sorted(drawn, key=lambda proposal: proposal.index)


def _show(drawn: list[Proposal], run: Path | None) -> None:
    for proposal in drawn:
        why = f" ({proposal.detail})" if proposal.detail else ""
        head = f"--- draw {proposal.index}: {proposal.status}{why}, {proposal.language}, {proposal.origin}"
        click.echo(printable(head))
        if isinstance(proposal.source, bytes):
            click.echo(f"[{len(proposal.source):,} bytes]")
        elif proposal.source is not None:
            click.echo("\n".join(printable(line) for line in proposal.source.rstrip("\n").split("\n")))
    counts = Counter(proposal.status for proposal in drawn)
    summary = ", ".join(f"{count} {status}" for status, count in counts.items())
    tokens = sum((proposal.usage or {}).get("total_tokens", 0) for proposal in drawn)
    costs = [proposal.cost for proposal in drawn if proposal.cost is not None]
    spent = f"; {tokens:,} tokens" if tokens else ""
    spent += f", {sum(costs):.4f} US dollars" if costs else ""
    click.echo(f"{len(drawn)} draws: {summary}{spent}" + (f"; recorded in {run}" if run is not None else ""))
