"""`llmerm verify`: run candidate programs on labelled rows and count what each did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.candidates import compiled, load
from llmerm.cli.common import json_option, print_json
from llmerm.cli.engine_options import chosen_shard, engine_options, engine_settings, write_shard
from llmerm.cli.limit_options import limit_options, run_options, run_settings, stream_options
from llmerm.cli.profile import tell_profile
from llmerm.cli.progress import STARTING, TerminalLine
from llmerm.cli.row_files import rows_of
from llmerm.cli.verify_report import HEADER, document, line, write_predictions
from llmerm.errors import Interrupted, UsageError
from llmerm.report import table

if TYPE_CHECKING:
    from llmerm.compilers import Program, Rejected
    from llmerm.dataset import Dataset
    from llmerm.propose import Proposal
    from llmerm.stream import Stream
    from llmerm.verdict import Verdict


@click.command()
@click.argument("candidates", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--data", required=True, help="Labelled rows: a file, a folder or a glob.")
@click.option("--input-type", help="text, ints, floats or record.  [default: as the file shows]")
@click.option("--label", help="Label column of a table.  [default: y or label]")
@click.option("--language", help="Language of the candidates, where the suffix should not say it.")
@click.option(
    "--predictions", type=click.Path(path_type=Path), help="Also write every prediction to this .npz."
)
@click.option(
    "--certify",
    metavar="CLAIM",
    help='Stop a candidate when this is settled: "risk <= 1e-6 at 0.99" (docs/statistics.md).',
)
@click.option(
    "--cache",
    metavar="FOLDER",
    type=click.Path(),
    help="Keep verdicts there, and do not count again what is there already.",
)
@click.option("--profile", is_flag=True, help="Say on stderr where the time went.")
@engine_options
@stream_options
@run_options
@limit_options
@json_option
def command(candidates: tuple[Path, ...], data: str, as_json: bool, **params: Any) -> None:
    """Run CANDIDATES on labelled rows and count.

    CANDIDATES are recorded proposals (.jsonl) or program files (.py .c .cpp .zig .wat .wasm). A fault (out of
    fuel, trap, exception, ...) counts as an error; `fuel/row` is in WebAssembly operations. Large files are
    streamed: memory does not grow with the rows.
    """
    shard = chosen_shard({**params, "as_json": as_json})
    rows = rows_of(data, params)
    proposals = load(candidates, params["language"])
    settings = run_settings(params)
    programs = [
        compiled(proposal, rows.input_type, settings["limits"], params["tier"]) for proposal in proposals
    ]
    if shard is not None:
        return click.echo(write_shard(shard, data, rows, proposals, programs, params={**params, **settings}))
    try:
        told = tell_profile if params["profile"] else None
        asked = {"certify": params["certify"], "cache": params["cache"], "profile": told}
        verdicts = _verified(programs, rows, {**settings, **asked, **engine_settings(params)})
    except Interrupted as partial:
        show(data, rows, proposals, programs, partial.verdicts, as_json=as_json)
        raise
    if params["predictions"]:
        _predict(params["predictions"], proposals, programs, verdicts, rows, settings=settings)
    show(data, rows, proposals, programs, verdicts, as_json=as_json)


def _verified(
    programs: list[Program | Rejected], rows: Dataset | Stream, settings: dict[str, Any]
) -> list[Verdict]:
    from llmerm.dataset import Dataset
    from llmerm.verification import verify

    count = len(rows) if isinstance(rows, Dataset) else rows.rows
    total = None if count is None else len(programs) * count
    with TerminalLine() as shown:
        shown.say(STARTING)
        return verify(
            programs, rows, **settings, progress=lambda done: shown.counted(done, total, "candidates x rows")
        )


def show(
    data: str,
    rows: Dataset | Stream,
    proposals: list[Proposal],
    programs: list[Program | Rejected],
    verdicts: list[Verdict],
    *,
    as_json: bool,
) -> None:
    """Print the verdicts: a table, or one JSON document."""
    told = document(rows, proposals, programs, verdicts)
    if as_json:
        return print_json(told)
    counted = "rows" if told["rows"] is None else f"{told['rows']:,} rows"
    click.echo(f"{counted} of {rows.input_type}, {data}")
    click.echo(table(HEADER, [line(p, v) for p, v in zip(proposals, verdicts, strict=True)]))
    for proposal, verdict in zip(proposals, verdicts, strict=True):
        if verdict.certificate is not None:
            click.echo(f"{Path(proposal.origin).name}: {verdict.certificate.statement()}")


def _predict(
    path: Path,
    proposals: list[Proposal],
    programs: list[Program | Rejected],
    verdicts: list[Verdict],
    rows: Dataset | Stream,
    *,
    settings: dict[str, Any],
) -> None:
    from llmerm.dataset import Dataset

    if not isinstance(rows, Dataset):
        raise UsageError("--predictions needs rows that fit in memory; these are streamed")
    runnable = [p if v.risk is not None else None for p, v in zip(programs, verdicts, strict=True)]
    run = {name: settings[name] for name in ("limits", "threads", "isolation")}
    write_predictions(path, proposals, runnable, rows, run)
