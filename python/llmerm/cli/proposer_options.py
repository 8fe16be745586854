"""Who proposes: a model, recorded proposals, files, or enumeration; for `learn` and `propose`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from llmerm.cli.byte_size import ByteSize
from llmerm.cli.model_options import build_proposer, model_setting_names
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.propose import Proposer

F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("enumerate", "llm", "enumerate+llm")
NOTE = "no model configured: enumerating programs by size (give --model to ask one)"
_SOURCES = ("model", "proposals", "files")
_SEARCH = ("grammar", "max_size", "time_limit", "search_memory")


def search_options(memory: str) -> Callable[[F], F]:
    """Add the limits of an enumeration; `memory` is the name of the option that bounds its memory."""
    options = (
        click.option(
            "--grammar",
            metavar="NAME|FILE",
            help="bits, digits, characters, integers, or a TOML file (docs/enumeration.md)."
            "  [default: as the rows are]",
        ),
        click.option("--max-size", type=click.IntRange(min=1), help="Largest size to enumerate."),
        click.option(
            "--time-limit",
            type=click.FloatRange(min=0),
            metavar="SECONDS",
            help="Time to enumerate for; 0: no limit.  [default: 60]",
        ),
        click.option(
            memory,
            "search_memory",
            type=ByteSize(),
            metavar="BYTES",
            help="Memory for enumerated programs, e.g. 500M.  [default: 2G]",
        ),
    )

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def proposer_options(function: F) -> F:
    """Add `--proposer` and the limits of an enumeration; pass the keywords to `chosen_proposer`."""
    kind = click.option(
        "--proposer",
        type=click.Choice(KINDS),
        help="Who proposes.  [default: llm with --model, --proposals or --files, else enumerate]",
    )
    return kind(search_options("--search-memory")(function))


def search_settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords of `llmerm.enumeration.search` that the options give."""
    found = {name: params[name] for name in ("grammar", "max_size") if params[name] is not None}
    if params["time_limit"] is not None:
        found["time_limit"] = params["time_limit"] or None
    if params["search_memory"] is not None:
        found["memory"] = params["search_memory"]
    return {**found, "threads": params.get("threads")}


def chosen_proposer(params: Mapping[str, Any], tell: Callable[[str], None] | None = None) -> Proposer:
    """The proposer that the options describe; where they name none, enumeration (see `note_default`).

    `tell` is given lines about an enumeration. Raises UsageError for options that contradict each other, else
    as `build_proposer`.
    """
    sources = [name for name in _SOURCES if params.get(name)]
    kind = params["proposer"] or ("llm" if sources else "enumerate")
    if kind == "llm":
        _refuse(params, [name for name in _SEARCH if params[name] is not None], "--proposer enumerate")
    elif kind == "enumerate":
        if sources:
            raise UsageError(
                f"--proposer enumerate asks nobody; leave out --{sources[0]}, or give"
                " --proposer enumerate+llm"
            )
        _refuse(params, _typed(model_setting_names()), "--model NAME")
    elif not sources:
        raise UsageError(
            "--proposer enumerate+llm enumerates and asks a model: give --model NAME (key in OPENAI_API_KEY,"
            " or --base-url URL of a local server), --proposals FILE.jsonl or --files 'PATTERN'"
        )
    return proposer_of(kind, params, tell)


def proposer_of(kind: str, params: Mapping[str, Any], tell: Callable[[str], None] | None = None) -> Proposer:
    """The proposer of a kind, one of KINDS, with its options."""
    if kind == "llm":
        return build_proposer(params)
    from llmerm.enumeration import CombinedProposer, EnumerationProposer

    enumeration = EnumerationProposer(**search_settings(params), tell=tell)
    return enumeration if kind == "enumerate" else CombinedProposer(enumeration, build_proposer(params))


def note_default(params: Mapping[str, Any]) -> None:
    """Say in one line on stderr that programs are enumerated because nothing else was asked for."""
    if params["proposer"] is None and not any(params.get(name) for name in _SOURCES):
        click.echo(NOTE, err=True)


def _typed(names: tuple[str, ...]) -> list[str]:
    """Those of some options that are on the command line."""
    context = click.get_current_context(silent=True)
    if context is None:
        return []
    return [n for n in names if context.get_parameter_source(n) is ParameterSource.COMMANDLINE]


def _refuse(params: Mapping[str, Any], names: list[str], whose: str) -> None:
    if names:
        raise UsageError(f"--{names[0].replace('_', '-')} is for {whose}, which is not given")
