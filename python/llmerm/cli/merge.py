"""`llmerm merge`: the parts of all shards -> what `llmerm verify` says of all rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.errors import LlmermError, UsageError
from llmerm.report import table, verdict_document

if TYPE_CHECKING:
    from llmerm.compilers import Program
    from llmerm.dataset import Dataset
    from llmerm.shards import Candidate, Part
    from llmerm.stream import Stream
    from llmerm.verdict import Verdict


@click.command()
@click.argument("parts", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--data", help="The rows, should a part have to be run again.  [default: as the shards read it]"
)
@json_option
def command(parts: tuple[Path, ...], data: str | None, *, as_json: bool) -> None:
    """Add up the PARTS that `llmerm verify --shard` wrote, all of one run.

    It prints what `llmerm verify` would have printed. The rows are needed only where the fuel of a candidate
    ends in a later part than the first: that part is run again with what was left.
    """
    from llmerm.part_file import read_part
    from llmerm.shards import merge_parts, ordered

    found = ordered([(str(path), read_part(path)) for path in parts])
    verdicts = merge_parts(found, Again(data))
    told = document(found[0], verdicts)
    if as_json:
        return print_json(told)
    from llmerm.cli.verify_report import HEADER, line
    from llmerm.propose import Proposal

    counted = "rows" if told["rows"] is None else f"{told['rows']:,} rows"
    click.echo(f"{counted} of {told['input_type']}, {data or found[0].read['data']}")
    named = [Proposal(0, "ok", "", each.language, each.origin) for each in found[0].candidates]
    click.echo(table(HEADER, [line(p, v) for p, v in zip(named, verdicts, strict=True)]))


def document(part: Part, verdicts: list[Verdict]) -> dict[str, Any]:
    """The JSON document of `llmerm verify`, from any part of a run and the verdicts of the whole."""
    common = part.common
    whole = any(v.rejected is None and not v.cancelled for v in verdicts)
    return {
        "rows": common["rows"] if whole else common["declared_rows"],
        **common["data"],
        "input_type": common["input_type"],
        "classes": common["classes"],
        "verdicts": [
            {
                "origin": candidate.origin,
                "language": candidate.language,
                "length": candidate.length,
                "hash": candidate.hash,
                **verdict_document(verdict),
            }
            for candidate, verdict in zip(part.candidates, verdicts, strict=True)
        ],
    }


class Again:
    """Runs a candidate on a part of the rows again, with the fuel that was spent before."""

    def __init__(self, data: str | None) -> None:
        self._data = data
        self._rows: Dataset | Stream | None = None

    def __call__(self, number: int, part: Part, spent: int) -> Verdict:
        """The verdict of candidate `number` on the part. Raises UsageError where it cannot be had."""
        from dataclasses import replace

        from llmerm.limits import Limits
        from llmerm.verification import count, settings_of

        candidate, common = part.candidates[number], part.common
        settings = settings_of(Limits(**common["limits"]), None, common["isolation"], common["audit_rows"])
        try:
            rows = self._open(part)
            program = self._compiled(candidate, part, settings.limits)
        except LlmermError as error:
            raise UsageError(
                f"{candidate.origin} spent its fuel before the end of the rows, so shard {part.shard} has to"
                f" be run again for it, and cannot be: {error}\n(give the rows by --data, or use a higher"
                " --fuel-per-candidate in all shards)"
            ) from error
        counted, interrupted = count([program], rows, replace(settings, spent=(spent,)), blocks=part.blocks)
        if interrupted:
            raise KeyboardInterrupt
        return counted[0]

    def _open(self, part: Part) -> Dataset | Stream:
        """The rows, which have to be those of the parts."""
        from llmerm.cli.engine_options import READ
        from llmerm.cli.row_files import rows_of
        from llmerm.cli.verify_report import identity

        if self._rows is None:
            params = {name: part.read.get(name) for name in READ}
            data = self._data or part.read["data"]
            rows = rows_of(data, params)
            if identity(rows) != part.common["data"]:
                raise UsageError(f"{data}: these are other rows than those of the parts")
            self._rows = rows
        return self._rows

    def _compiled(self, candidate: Candidate, part: Part, limits: Any) -> Program:
        from llmerm import __version__
        from llmerm.compilers import Rejected, compile
        from llmerm.verification import runtime_hash

        common = part.common
        if (common["llmerm"], common["runtime"]) != (__version__, runtime_hash()):
            raise UsageError(f"the parts are of llmerm {common['llmerm']}, this is {__version__}")
        program = compile(
            candidate.source or "", candidate.language, common["input_type"], limits, common["tier"]
        )
        if isinstance(program, Rejected):
            raise UsageError(f"it cannot be compiled here: {program.reason}")
        if program.hash != candidate.hash:
            raise UsageError("its compiler makes another module here")
        return program
