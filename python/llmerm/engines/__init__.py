"""Engines: where programs x blocks run when not in this process (docs/scale.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.compilers import Program
    from llmerm.dataset import Dataset
    from llmerm.stream import Stream
    from llmerm.verdict import Verdict
    from llmerm.verification import Settings

__all__ = ["count_elsewhere", "refuse"]


def count_elsewhere(
    engine: str,
    address: str | None,
    programs: Sequence[Program],
    rows: Dataset | Stream,
    settings: Settings,
    *,
    progress: Callable[[int], None] | None = None,
) -> tuple[list[Verdict], bool]:
    """What `verification.count` gives, from another engine; `settings.threads` are those of a task.

    Raises UsageError for an engine that there is not, MissingExtraError for one that is not installed.
    """
    if engine != "ray":
        raise UsageError(f'engine must be "local" or "ray", not {engine!r}')
    from llmerm.engines.ray_engine import count_on_ray

    return count_on_ray(programs, rows, settings, address, progress)


def refuse(engine: str, **options: Any) -> None:
    """Raise UsageError for an option that is given, and needs rows in order or threads of this process."""
    for name, value in options.items():
        if value is not None:
            raise UsageError(f'{name} goes with engine="local" only, not {engine!r}; leave it out')
