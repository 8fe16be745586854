"""The folder of comparisons: a run folder a cell, and the table of the last command in three forms."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from llmerm.comparison.documents import csv_text, document_of
from llmerm.comparison.pages import markdown
from llmerm.disk import lock_folder, write_whole
from llmerm.errors import UsageError
from llmerm.run import write_json

if TYPE_CHECKING:
    from llmerm.comparison.plan import Comparison
    from llmerm.comparison.running import Outcomes

_OURS = {"cells", "failures", "lock", "table.csv", "table.json", "table.md"}


class ComparisonFolder:
    """A folder in which comparisons are recorded; a context manager that holds its lock.

    Any number of comparisons may share one: a cell that two of them have in common is run once.
    """

    def __init__(self, folder: Path) -> None:
        """Create the folder, or go on in it.

        Raises UsageError for one that holds something else, or that another process is using.
        """
        self.path = folder
        if folder.exists() and not folder.is_dir():
            raise UsageError(
                f"{folder} is not a folder; give --out a folder, new or of an earlier comparison"
            )
        if folder.is_dir() and (strangers := [p.name for p in folder.iterdir() if not _is_ours(p.name)]):
            raise UsageError(
                f"{folder} holds something else than comparisons ({sorted(strangers)[0]}); give --out a new"
                " folder"
            )
        try:
            (folder / "cells").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder} cannot be made: {error.strerror}; give another --out") from None
        try:
            self._lock = lock_folder(folder)
        except BlockingIOError:
            raise UsageError(f"{folder} is in use by another llmerm; give another --out") from None

    def __enter__(self) -> ComparisonFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)

    def save(self, comparison: Comparison, outcomes: Outcomes) -> None:
        """Write the table of what is there so far; each file whole or not at all."""
        write_json(self.path / "table.json", document_of(comparison, outcomes))
        write_whole(self.path / "table.csv", csv_text(comparison, outcomes).encode())
        write_whole(self.path / "table.md", markdown(comparison, outcomes).encode())


def _is_ours(name: str) -> bool:
    return name in _OURS or any(name.startswith(f".{ours}.") for ours in _OURS)  # what a kill left
