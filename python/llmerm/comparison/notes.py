"""What stands around the table: how it was made, where it differs from the papers, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmerm.comparison.blocks import percent, summary_text
from llmerm.comparison.plan import failures_of
from llmerm.comparison.summary import ERRORS, POINTS
from llmerm.report import printable

if TYPE_CHECKING:
    from llmerm.comparison.columns import Column
    from llmerm.comparison.plan import Comparison, Entry
    from llmerm.comparison.running import Outcomes


@dataclass(frozen=True)
class Note:
    """One line, and the points below it."""

    line: str
    points: tuple[str, ...] = ()

    def text(self) -> str:
        """In plain text."""
        return "\n".join([self.line, *(f"  {point}" for point in self.points)])

    def markdown(self) -> str:
        """As a paragraph and a list."""
        return "\n\n".join(
            [self.line, *(["\n".join(f"- {point}" for point in self.points)] if self.points else [])]
        )


def setting_of(comparison: Comparison) -> Note:
    """What the figures are, and of what."""
    (train, heldout), seeds = comparison.shares, comparison.seeds
    over = f"seeds {', '.join(map(str, seeds))}" if len(seeds) > 1 else f"one seed, {seeds[0]}"
    return Note(
        f"Test accuracy, %: mean ± standard deviation over {over}; each seed draws other rows.\n"
        f"{comparison.labels:,} labels a method: {train:,} training rows and {heldout:,} held out."
    )


def notes_of(comparison: Comparison, grid: Sequence[Sequence[Entry]], outcomes: Outcomes) -> list[Note]:
    """Differences from the published figures, cheap rules, failed cells: those that there are."""
    entries = [entry for row in grid for entry in row]
    found = [*_against_the_papers(entries), *_cheap_rules([entry.column for entry in grid[0]])]
    failed: dict[tuple[str, str], list[str]] = {}
    for failure in failures_of(comparison, outcomes):
        cell = failure.cell
        where = f"{cell.draw.task.name} n = {cell.draw.task.n} seed {cell.draw.seed}"
        failed.setdefault((cell.learner.label, failure.reason), []).append(where)
    points = (f"{label}, {_some(where)}: {_one_line(reason)}" for (label, reason), where in failed.items())
    return [*found, Note("Failed; the same command tries them again:", tuple(points))] if failed else found


def _against_the_papers(entries: Sequence[Entry]) -> list[Note]:
    beside = [entry for entry in entries if entry.comparable and entry.summary.mean is not None]
    different = [entry for entry in beside if entry.differences()]
    found = []
    if beside:
        line = f"{len(different)} of {len(beside)} figures differ from the published ones by more than"
        line += f" {POINTS:g} points and {ERRORS:g} standard errors{' (!):' if different else '.'}"
        found.append(Note(line, tuple(_difference(entry) for entry in different)))
    others = {
        f"{entry.learner.label} ~ {each.title}: {_settings(each.unmet(entry.learner.settings))}": None
        for entry in entries
        for each in entry.beside
        if not entry.comparable
    }
    if others:
        line = "~ published under other settings, and so not compared:"
        found.append(Note(line, tuple(others)))
    return found


def _difference(entry: Entry) -> str:
    column, summary = entry.column, entry.summary
    alone = ", of counting alone" if summary.spread is None else ""
    gaps = (
        f"{percent(each.accuracy).strip()} published ({each.title}), {gap.points:+.1f} points, standard"
        f" error {gap.error:.1f}{alone}"
        for each, gap in entry.differences()
    )
    ours = f"{entry.learner.label}, {column.title} n = {column.n}: {summary_text(summary).strip()} here"
    return f"{ours}; {'; '.join(gaps)}"


def _cheap_rules(columns: Sequence[Column]) -> list[Note]:
    """The best shortcut of each task: what no method needs to have learnt the rule for."""
    points: dict[str, None] = {}
    for column in columns:
        rules = column.task.at(column.n).cheap_rules
        if rules:
            best = max(rules, key=lambda rule: rule.accuracy)
            points[f"{column.title} n = {column.n}: {100 * best.accuracy:g} % ({best.name})"] = None
    return [Note("Shortcuts that are not the rule:", tuple(points))] if points else []


def _settings(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in given.items())


def _some(places: Sequence[str]) -> str:
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return ", ".join(places[:3]) + more


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))[:300]
