"""`llmerm learn`: propose, verify, select; print the program, how sure we are, what every candidate did."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.cli.learn_rows import SIZE, TASK_TEST, data_of, test_rows_of
from llmerm.cli.limit_options import buffer_options, limit_options, run_options, run_settings
from llmerm.cli.model_options import model_options
from llmerm.cli.progress import TerminalLine
from llmerm.cli.proposer_options import chosen_proposer, note_default, proposer_options
from llmerm.cli.task_options import lengths_option, task_options
from llmerm.errors import NothingSelectedError

if TYPE_CHECKING:
    from llmerm.dataset import Split
    from llmerm.propose import Proposer

PATH = click.Path(path_type=Path)
K = 5  # candidates to draw from a model, as in LLM-ERM


@click.command()
@task_options
@click.option("--data", type=PATH, help="Your labelled rows instead of a task.")
@click.option(
    "--heldout-data", type=PATH, help="Held-out rows in a file of their own; then --data is for training."
)
@click.option("--test-data", type=PATH, help="Test rows in a file of their own.")
@click.option("--input-type", help="text, ints, floats or record.  [default: as the file shows]")
@click.option("--label", help="Label column of a table.  [default: y or label]")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the rows, or of the split.")
@click.option("--train", type=click.IntRange(min=1), help=f"Rows shown to the proposer.  [default: {SIZE}]")
@click.option("--heldout", type=click.IntRange(min=1), help=f"Rows to select by.  [default: {SIZE}]")
@click.option(
    "--test",
    type=click.IntRange(min=0),
    help=f"Rows to report on.  [default: {TASK_TEST:,}; of --data, all that are left]",
)
@lengths_option
@click.option(
    "-k", type=click.IntRange(min=1), help=f"Candidates to draw.  [default: {K}, or all that are recorded]"
)
@click.option("--language", default="python", show_default=True, help="Language to ask for.")
@click.option("--delta", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.05,
              show_default=True, help="Probability with which the certificate may fail.")  # fmt: skip
@click.option("--stop-at-zero", is_flag=True, help="Stop at the first candidate without held-out error.")
@click.option(
    "--exhaustive", is_flag=True, help="Run every candidate on every held-out row; drop none that cannot win."
)
@click.option(
    "--certify",
    metavar="CLAIM",
    help='Run test rows until this is settled of the program: "risk <= 1e-6 at 0.99" (docs/statistics.md).',
)
@click.option(
    "--run", type=PATH, help="Folder to record in and resume from.  [default for a model: runs/learn-<hash>]"
)
@click.option("--dry-run", is_flag=True, help="Show what the model would cost, and ask nothing.")
@proposer_options
@model_options
@buffer_options
@run_options
@limit_options
@json_option
def command(**params: Any) -> None:
    """Learn a short program from the rows of TASK, or from your own (--data).

    Candidates come from --model (any OpenAI-compatible server), --proposals (recorded) or --files; without
    any of them, programs are enumerated by size, in Python. Held-out and test rows in large files, folders
    and globs are streamed. Exits with 6 when no candidate can be selected.
    """
    from llmerm.pipeline import learn
    from llmerm.report import result_text

    line = TerminalLine()
    proposer = chosen_proposer(params, line.say)
    k = params["k"] or (len(proposer) if isinstance(proposer, Sized) else K)
    data, cheap_rules = data_of(params)
    note_default(params)
    if params["dry_run"]:
        show_plan(proposer, data, k, params)
        return
    test_by_n = test_rows_of(params)
    settings = run_settings(params)
    run = params["run"] or default_run(proposer, data, k, {**params, "test_by_n": test_by_n}, settings)
    with line:
        result = learn(
            data,
            proposer=proposer,
            k=k,
            language=params["language"],
            delta=params["delta"],
            stop_at_zero=params["stop_at_zero"],
            tier=params["tier"],
            exhaustive=params["exhaustive"],
            certify=params["certify"],
            test_by_n=test_by_n,
            run=run,
            progress=line.say,
            **settings,
        )
    if params["as_json"]:
        print_json({**result.to_json(), "cheap_rules": cheap_rules})
    else:
        click.echo(result_text(result, cheap_rules))
        if data.spec.get("not_compared"):
            click.echo("\nnot checked: whether held-out and test rows, both streamed, share any")
        if run is not None:
            click.echo(f"\nrecorded in {run}; the same command goes on from there")
    if result.best is None:
        raise NothingSelectedError(f"none of {len(result.candidates)} candidates can be selected")


def default_run(
    proposer: Proposer, data: Split, k: int, params: dict[str, Any], settings: dict[str, Any]
) -> Path | None:
    """A folder for replies that cost money, so that none is lost; nothing for what can be read again.

    Its name is a hash of everything that makes two runs the same run, so the same command resumes it.
    """
    if not params["model"]:
        return None
    from llmerm.run import identity

    what = {
        "proposer": identity(proposer, data.train, params["language"]),
        "spec_hash": data.spec_hash,
        "k": k,
        "stop_at_zero": params["stop_at_zero"],
        **{name: params[name] for name in ("tier", "exhaustive", "certify")},
        **{name: str(value) for name, value in settings.items() if name not in {"threads", "row_buffer"}},
    }
    if params["test_by_n"]:
        what["test_by_n"] = {str(n): rows.hash for n, rows in params["test_by_n"].items()}
    digest = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    return Path("runs") / f"learn-{digest[:12]}"


def show_plan(proposer: Proposer, data: Split, k: int, params: dict[str, Any]) -> None:
    """Estimated tokens and cost of the draws; nothing is sent."""
    from llmerm.cli.model_options import plan_of, plan_text

    plan = plan_of(proposer, data.train, k, params["language"])
    if params["as_json"]:
        print_json(plan)
    else:
        click.echo(plan_text(plan))
