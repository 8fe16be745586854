"""A list of numbers as one option: `--labels 200,1000`, `--test-n 20,50,100`."""

from __future__ import annotations

import click

_DIGITS = 15  # more than any count of rows has; Python reads no number of thousands of digits


def numbers(context: click.Context, option: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """The callback of an option: distinct whole numbers, in the order given.

    Raises BadParameter, which says what is wrong, for anything else.
    """
    if value is None:
        return None
    parts = [part.strip() for part in value.split(",")]
    wrong = [part for part in parts if not (part.isascii() and part.isdigit() and len(part) <= _DIGITS)]
    if wrong:
        raise click.BadParameter(
            f"{wrong[0][:40]!r} is no count; give whole numbers with commas between them"
        )
    found = tuple(map(int, parts))
    if len(set(found)) < len(found):
        raise click.BadParameter(f"{value!r} has a number twice")
    return found
