"""The table for a person, block by block: one a length or, where lengths are compared, one a task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmerm.report import printable, table

if TYPE_CHECKING:
    from llmerm.comparison.columns import Column
    from llmerm.comparison.plan import Entry
    from llmerm.comparison.summary import Summary

WIDTH = 110  # characters of a line, beyond which the columns go on below
Line = tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A part of the table; the first cell of the header says which."""

    header: Line
    lines: tuple[Line, ...]

    def text(self) -> str:
        """In plain text: as many tables, one below the other, as stay within the width."""
        return "\n\n".join(table(header, lines) for header, lines in self._folded())

    def markdown(self) -> str:
        """As one Markdown table, however wide."""
        rows = [self.header, ("---",) * len(self.header), *self.lines]
        return "\n".join("| " + " | ".join(map(_markdown_cell, row)) + " |" for row in rows)

    def _folded(self) -> Iterator[tuple[Line, list[Line]]]:
        rows = [self.header, *self.lines]
        widths = [max(len(row[column]) for row in rows) + 2 for column in range(len(self.header))]
        chosen, width = [0], widths[0]
        for column in range(1, len(widths)):
            if width + widths[column] > WIDTH and len(chosen) > 1:
                yield self._part(chosen)
                chosen, width = [0], widths[0]
            chosen.append(column)
            width += widths[column]
        yield self._part(chosen)

    def _part(self, chosen: Sequence[int]) -> tuple[Line, list[Line]]:
        lines = [tuple(line[column] for column in chosen) for line in self.lines]
        return tuple(self.header[column] for column in chosen), [line for line in lines if any(line[1:])]


def blocks_of(grid: Sequence[Sequence[Entry]]) -> list[Block]:
    """The blocks of a comparison, whose entries `grid` has row by row (methods), column by column."""
    found = []
    for title, chosen in _parts([entry.column for entry in grid[0]]):
        lines: list[Line] = []
        for row in grid:
            there = [row[column] for column in chosen]
            lines.append((row[0].learner.label, *map(_entry_text, there)))
            lines += _published_lines(there)
        headings = (_heading(grid[0][column].column, title) for column in chosen)
        found.append(Block((title, *headings), tuple(lines)))
    return found


def summary_text(summary: Summary) -> str:
    """`49.9 ± 0.3`, with the seeds that are there where some are not; `failed` or `-` without any."""
    if summary.mean is None:
        return " failed" if summary.failed else "    -"
    spread = "n/a" if summary.spread is None else f"{summary.spread:.1f}"
    some = "" if len(summary.scores) == summary.asked else f" ({len(summary.scores)}/{summary.asked})"
    return f"{percent(summary.mean)} ± {spread}{some}"


def percent(value: float) -> str:
    """One decimal as in the papers, aligned; more where one would make 100 of what is less."""
    decimals = 1
    while value < 100 and float(f"{value:.{decimals}f}") == 100:
        decimals += 1
    return f"{value:5.{decimals}f}"


def _entry_text(entry: Entry) -> str:
    return summary_text(entry.summary) + ("!" if entry.differences() else "")


def _published_lines(entries: Sequence[Entry]) -> list[Line]:
    """One line a published row that has a figure for one of the entries."""
    titles = {each.title: entry.comparable for entry in entries for each in entry.beside}
    return [
        (
            f"  published{':' if comparable else ' ~'} {title}",
            *(
                next((percent(each.accuracy) for each in entry.beside if each.title == title), "")
                for entry in entries
            ),
        )
        for title, comparable in titles.items()
    ]


def _parts(columns: Sequence[Column]) -> list[tuple[str, list[int]]]:
    """Headings and column numbers of the blocks. A task's own length stands in the last one."""
    if any(column.generalises for column in columns):
        tasks = dict.fromkeys(f"{c.title}, learnt at n = {c.task.n}" for c in columns)
        return [
            (title, [i for i, c in enumerate(columns) if f"{c.title}, learnt at n = {c.task.n}" == title])
            for title in tasks
        ]
    shared = list(dict.fromkeys(column.n for column in columns if not column.own))
    parts = [(f"n = {n}", [i for i, c in enumerate(columns) if c.n == n and not c.own]) for n in shared]
    own = [i for i, column in enumerate(columns) if column.own]
    if parts:
        title, last = parts.pop()
        return [*parts, (title, sorted(last + own))]
    return [("method", own)]


def _heading(column: Column, block: str) -> str:
    if "learnt at" in block:
        return f"n = {column.n}"
    return column.title if block == f"n = {column.n}" else f"{column.title}@{column.n}"


def _markdown_cell(text: str) -> str:
    return printable(text).strip().replace("|", "\\|").replace("published ~", "published, other settings:")
