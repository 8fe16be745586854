"""Options of where a verification runs: on a Ray cluster, or as one of several shards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.compilers import Program, Rejected
    from llmerm.dataset import Dataset
    from llmerm.propose import Proposal
    from llmerm.shards import Part, Shard
    from llmerm.stream import Stream

F = TypeVar("F", bound=Callable[..., Any])

READ = ("input_type", "label", "bits", "labels")
"""Options of how `--data` is read."""
RUN = ("limits", "threads", "isolation", "audit_rows", "row_buffer")
"""What `settings_of` takes."""


def engine_options(function: F) -> F:
    """Add `--engine`, `--address`, `--shard` and `-o`."""
    options = (
        click.option(
            "--engine",
            type=click.Choice(["local", "ray"]),
            default="local",
            show_default=True,
            help="Where to run: in this process, or on a Ray cluster.",
        ),
        click.option(
            "--address",
            help="Ray: the cluster.  [default: $RAY_ADDRESS, else one that runs here, else a new one]",
        ),
        click.option("--shard", metavar="I/N", help="Run only the I-th of N shards of the rows; needs -o."),
        click.option(
            "-o", "part", type=click.Path(path_type=Path), help="Write the shard's part, for `llmerm merge`."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def engine_settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of `llmerm.verify` that say where it runs."""
    return {"engine": params["engine"], "address": params["address"]}


def chosen_shard(params: Mapping[str, Any]) -> Shard | None:
    """The shard that was asked for, if any. Raises UsageError for options that do not go with it."""
    from llmerm.shards import Shard

    if params["shard"] is None:
        if params["part"] is not None:
            raise UsageError("-o writes the part of a shard: give --shard too")
        return None
    shard = Shard.parse(params["shard"])
    if params["part"] is None:
        raise UsageError("--shard writes a part: say where by -o part.json")
    for name in ("certify", "predictions", "profile", "cache", "as_json"):
        if params.get(name):
            told = "json" if name == "as_json" else name
            raise UsageError(f"--{told} needs all rows, not a shard of them; see `llmerm merge`")
    if params["engine"] != "local":
        raise UsageError("--shard and --engine ray are two ways to share the work out; give one of them")
    return shard


def write_shard(
    shard: Shard,
    data: str,
    rows: Dataset | Stream,
    proposals: list[Proposal],
    programs: list[Program | Rejected],
    *,
    params: Mapping[str, Any],
) -> str:
    """Run the shard and write its part; says in a line what was written."""
    from dataclasses import replace

    from llmerm.cli.progress import STARTING, TerminalLine
    from llmerm.part_file import write_part
    from llmerm.shards import run_shard
    from llmerm.verification import settings_of

    declared = _declared(rows)  # before the rows are counted, as an unsharded run would tell it
    part = _part(shard, data, rows, proposals, programs, params={**params, "declared_rows": declared})
    total = len(programs) * max(0, part.blocks[1] - part.blocks[0]) * _block()
    with TerminalLine() as shown:
        shown.say(STARTING)
        _, verdicts = run_shard(
            shard,
            programs,
            rows,
            settings_of(**{name: params[name] for name in RUN}),
            lambda done: shown.counted(done, total, "candidates x rows, about"),
        )
    write_part(params["part"], replace(part, verdicts=verdicts))
    first, stop = part.blocks
    return f"shard {shard}: blocks {first:,} to {stop:,} of {data} -> {params['part']}"


def _part(
    shard: Shard,
    data: str,
    rows: Dataset | Stream,
    proposals: list[Proposal],
    programs: list[Program | Rejected],
    *,
    params: Mapping[str, Any],
) -> Part:
    """The part, without its verdicts."""
    from llmerm import __version__
    from llmerm.cli.verify_report import identity
    from llmerm.shards import Candidate, Part, block_count, row_count
    from llmerm.verification import runtime_hash

    count = row_count(rows)
    common = {
        "llmerm": __version__,
        "runtime": runtime_hash(),
        "data": identity(rows),
        "rows": count,
        "declared_rows": params["declared_rows"],
        "input_type": rows.input_type,
        "classes": list(rows.classes) if rows.classes else None,
        "limits": params["limits"].to_json(),
        "isolation": params["isolation"],
        "audit_rows": params["audit_rows"],
        "tier": params["tier"],
    }
    candidates = tuple(
        Candidate(
            proposal.origin,
            proposal.language,
            proposal.source,
            getattr(program, "length", None),
            getattr(program, "hash", None),
        )
        for proposal, program in zip(proposals, programs, strict=True)
    )
    read = {"data": data, **{name: params[name] for name in READ}}
    return Part(shard, shard.blocks(block_count(count)), common, read, candidates, ())


def _declared(rows: Dataset | Stream) -> int | None:
    from llmerm.dataset import Dataset

    return len(rows) if isinstance(rows, Dataset) else rows.rows


def _block() -> int:
    from llmerm import _verifier

    return _verifier.BLOCK
