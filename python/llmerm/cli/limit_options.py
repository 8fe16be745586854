"""One flag for every limit, made from the fields of `Limits`, and the flags of how programs are run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from llmerm.verification import ROW_BUFFER, Limits

F = TypeVar("F", bound=Callable[..., Any])
_PREFIX = "limit_"  # keeps the limits apart from a verb's own parameters


def limit_options(function: F) -> F:
    """Add `--<limit>` for each limit, with its unit and default; pass the keywords to `build_limits`."""
    for field in reversed(dataclasses.fields(Limits)):
        unit, text = field.metadata.get("unit", ""), field.metadata.get("help", "")
        default = field.default
        shown = f"{default:,}" if isinstance(default, int | float) else "none"
        function = click.option(
            "--" + field.name.replace("_", "-"),
            _PREFIX + field.name,
            type=float if isinstance(default, float) or "float" in str(field.type) else int,
            metavar=unit.upper().replace(" ", "_") or None,
            help=f"{text.rstrip('.')}.  [default: {shown} {unit}]".replace(" ]", "]"),
        )(function)
    return function


def build_limits(params: Mapping[str, Any]) -> Limits:
    """The limits that were given, the others at their defaults. Raises UsageError for an impossible one."""
    given = {name.removeprefix(_PREFIX): value for name, value in params.items() if name.startswith(_PREFIX)}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def run_options(function: F) -> F:
    """Add the options of how programs are run: tier, threads, isolation, rows of the purity audit."""
    options = (
        click.option(
            "--tier",
            type=click.Choice(["auto", "fast", "cpython"]),
            default="auto",
            show_default=True,
            help="Python: compile what can be compiled; reject the rest; or interpret everything.",
        ),
        click.option(
            "--threads", type=click.IntRange(min=1), help="Threads to verify with.  [default: all cores]"
        ),
        click.option(
            "--isolation",
            type=click.Choice(["shard", "row"]),
            default="shard",
            show_default=True,
            help="A fresh instance for each shard of rows, or for each row.",
        ),
        click.option(
            "--audit-rows",
            type=click.IntRange(min=0),
            default=32,
            show_default=True,
            help="Rows that the purity audit runs again, in another order.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def stream_options(function: F) -> F:
    """Add the options of one set of rows that are streamed: `--row-buffer`, `--bits`, `--labels`."""
    option = click.option(
        "--labels", type=click.Path(), help="Labels of rows in an .npy file.  [default: NAME.y.npy]"
    )
    return buffer_options(option(function))


def buffer_options(function: F) -> F:
    """Add `--row-buffer` and `--bits`, which several sets of rows may share."""
    options = (
        click.option(
            "--row-buffer",
            type=click.IntRange(min=1),
            metavar="BYTES",
            default=ROW_BUFFER,
            show_default=f"{ROW_BUFFER:,}",
            help="Memory for the rows of a stream; the rest of the process needs about 200 MB.",
        ),
        click.option(
            "--bits",
            type=click.IntRange(min=1),
            metavar="WIDTH",
            help="Rows are packed bits, 1 bit a symbol, so many symbols a row.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def run_settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that `llmerm.verify` and `llmerm.learn` share: all these but the tier."""
    names = [name for name in ("threads", "isolation", "audit_rows", "row_buffer") if name in params]
    return {"limits": build_limits(params), **{name: params[name] for name in names}}
