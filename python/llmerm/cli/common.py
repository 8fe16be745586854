"""Options and output that every verb shares."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """Add `--json`: one JSON document on stdout (schemas in docs/json.md), nothing else there."""
    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document (docs/json.md).")
    return option(function)


def print_json(document: Any) -> None:
    """Print a JSON document the same way everywhere: UTF-8, keys in insertion order, two spaces, no NaN."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    # Lone surrogates are escaped: in JSON that is the same string.
    click.echo(text.encode("utf-8", "backslashreplace"))
