"""The whole comparison for a person: on a terminal, and as a Markdown page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmerm.comparison.blocks import blocks_of
from llmerm.comparison.notes import notes_of, setting_of
from llmerm.comparison.plan import entries_of

if TYPE_CHECKING:
    from llmerm.comparison.plan import Comparison
    from llmerm.comparison.running import Outcomes


def plain_text(comparison: Comparison, outcomes: Outcomes) -> str:
    """For a terminal, at most 110 characters wide where columns can be folded."""
    grid = entries_of(comparison, outcomes)
    blocks = (block.text() for block in blocks_of(grid))
    notes = (note.text() for note in notes_of(comparison, grid, outcomes))
    return "\n\n".join([setting_of(comparison).text(), *blocks, *notes])


def markdown(comparison: Comparison, outcomes: Outcomes) -> str:
    """As a page."""
    grid = entries_of(comparison, outcomes)
    blocks = (block.markdown() for block in blocks_of(grid))
    notes = (note.markdown() for note in notes_of(comparison, grid, outcomes))
    return "\n\n".join(["# Comparison", setting_of(comparison).markdown(), *blocks, *notes]) + "\n"
