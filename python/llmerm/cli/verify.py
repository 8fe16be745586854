"""`llmerm verify`: run candidate programs on labelled rows and count what each did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.cli.limit_options import limit_options, run_options, run_settings
from llmerm.cli.progress import STARTING, TerminalLine
from llmerm.errors import UsageError
from llmerm.report import accuracy_text, faults_text, fuel_text, pure_text, table, verdict_document

if TYPE_CHECKING:
    from llmerm.compilers import Program, Rejected
    from llmerm.dataset import Dataset
    from llmerm.propose import Proposal
    from llmerm.verification import Verdict

HEADER = ("candidate", "rows", "correct", "wrong", "faults", "accuracy", "fuel/row", "tier", "pure", "note")


@click.command()
@click.argument("candidates", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--data", required=True, type=click.Path(path_type=Path), help="File of labelled rows.")
@click.option("--input-type", help="text, ints, floats or record.  [default: as the file shows]")
@click.option("--label", help="Label column of a table.  [default: y or label]")
@click.option("--language", help="Language of the candidates, where the suffix should not say it.")
@click.option(
    "--predictions", type=click.Path(path_type=Path), help="Also write every prediction to this .npz."
)
@run_options
@limit_options
@json_option
def command(candidates: tuple[Path, ...], data: Path, as_json: bool, **params: Any) -> None:
    """Run CANDIDATES on labelled rows and count.

    CANDIDATES are recorded proposals (.jsonl) or program files (.py .c .cpp .zig .wat .wasm). A fault (out of
    fuel, trap, exception, ...) counts as an error; `fuel/row` is in WebAssembly operations.
    """
    from llmerm.readers import read
    from llmerm.verification import verify

    rows = read(data, input_type=params["input_type"], y=params["label"])
    if rows.y is None:
        raise UsageError(f"{data} has no labels to compare with")
    proposals = load(candidates, params["language"])
    settings = run_settings(params)
    programs = [
        compiled(proposal, rows.input_type, settings["limits"], params["tier"]) for proposal in proposals
    ]
    total = len(programs) * len(rows)
    with TerminalLine() as shown:
        shown.say(STARTING)
        verdicts = verify(
            programs, rows, **settings, progress=lambda done: shown.counted(done, total, "candidates x rows")
        )
    if params["predictions"]:
        runnable = [p if v.risk is not None else None for p, v in zip(programs, verdicts, strict=True)]
        write_predictions(params["predictions"], proposals, runnable, rows, settings)
    if as_json:
        print_json(document(rows, proposals, programs, verdicts))
    else:
        click.echo(f"{len(rows):,} rows of {rows.input_type}, {data}")
        lines = [line(p, v) for p, v in zip(proposals, verdicts, strict=True)]
        click.echo(table(HEADER, lines))


def load(paths: tuple[Path, ...], language: str | None) -> list[Proposal]:
    """The candidates of all files, in the order given; `language` overrides what the files say."""
    from dataclasses import replace

    from llmerm.propose import LANGUAGES, FileProposals, Proposal, RecordedProposals
    from llmerm.propose.files import source_of

    if language is not None and language not in LANGUAGES:
        raise UsageError(f"no language {language!r}; the languages are {', '.join(LANGUAGES)}")
    found: list[Proposal] = []
    for path in paths:
        if path.suffix == ".jsonl":
            recorded = RecordedProposals(path).propose()
            found += [replace(p, language=language) for p in recorded] if language else recorded
        elif language and path.is_file():  # then the suffix need not be one that is known
            found.append(Proposal(0, "ok", source_of(path.read_bytes(), language), language, str(path)))
        else:
            found += FileProposals(path).propose()
    return found


def compiled(proposal: Proposal, input_type: str, limits: Any, tier: str) -> Program | Rejected:
    """The program of a proposal; a proposal without source is rejected at the stage `propose`."""
    from llmerm.compilers import Rejected, compile

    if proposal.source is None:
        reason = proposal.status + (f": {proposal.detail}" if proposal.detail else "")
        return Rejected(stage="propose", reason=reason, source="", language=proposal.language)
    return compile(proposal.source, proposal.language, input_type, limits, tier)


def document(
    rows: Dataset, proposals: list[Proposal], programs: list[Program | Rejected], verdicts: list[Verdict]
) -> dict[str, Any]:
    """The JSON document: exact integer counts, nothing that differs between two runs."""
    return {
        "rows": len(rows),
        "sha256": rows.hash,
        "input_type": rows.input_type,
        "classes": list(rows.classes) if rows.classes else None,
        "verdicts": [
            {
                "origin": proposal.origin,
                "language": proposal.language,
                "length": getattr(program, "length", None),
                "hash": getattr(program, "hash", None),
                **verdict_document(verdict),
            }
            for proposal, program, verdict in zip(proposals, programs, verdicts, strict=True)
        ],
    }


def line(proposal: Proposal, verdict: Verdict) -> tuple[str, ...]:
    """One row of the table."""
    note = (
        "cancelled" if verdict.cancelled else f"{verdict.deopts:,} rows in CPython" if verdict.deopts else ""
    )
    if verdict.rejected is not None:
        note = f"rejected ({verdict.stage}): {' '.join(verdict.rejected.split())[:80]}"
        return (Path(proposal.origin).name, *["-"] * 8, note)
    return (
        Path(proposal.origin).name,
        f"{verdict.rows:,}",
        f"{verdict.correct:,}",
        f"{verdict.wrong:,}",
        faults_text(verdict),
        accuracy_text(verdict),
        fuel_text(verdict),
        verdict.tier,
        pure_text(verdict.pure),
        note,
    )


def write_predictions(
    path: Path,
    proposals: list[Proposal],
    programs: list[Program | Rejected | None],
    rows: Dataset,
    settings: dict[str, Any],
) -> None:
    """Write `labels` int64 and `faults` bool, both (candidates, rows), and `origin` to a .npz.

    Where `faults` is set the label means nothing. A candidate without a verdict (None, or rejected) has a
    fault on every row.
    """
    import numpy as np

    from llmerm.compilers import Program
    from llmerm.verification import predict

    labels = np.zeros((len(programs), len(rows)), dtype=np.int64)
    faults = np.ones((len(programs), len(rows)), dtype=np.bool_)
    run = {name: value for name, value in settings.items() if name != "audit_rows"}
    for position, program in enumerate(programs):
        if isinstance(program, Program):
            predictions = predict(program, rows, **run)
            labels[position], faults[position] = predictions.labels, predictions.faults
    origins = np.array([proposal.origin for proposal in proposals])
    try:
        with path.open("wb") as file:  # given a name, numpy would add a suffix of its own
            np.savez_compressed(file, labels=labels, faults=faults, origin=origins)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
