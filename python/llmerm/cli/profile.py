"""`--profile`: where the time of a verification went."""

from __future__ import annotations

import click

from llmerm.report import table


def tell_profile(spent: dict[str, float]) -> None:
    """Print on stderr the seconds of each phase, added over threads, and its share of the work."""
    work = sum(seconds for phase, seconds in spent.items() if phase != "wait") or 1.0
    lines = [
        (phase, f"{seconds:.3f}", "" if phase == "wait" else f"{100 * seconds / work:.1f} %")
        for phase, seconds in spent.items()
    ]
    click.echo(table(("phase", "seconds", "of the work"), lines), err=True)
    click.echo("seconds are added over threads; wait is for rows or for other threads", err=True)
