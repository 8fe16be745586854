"""Running cells: finished ones are read, the others run, and one that fails leaves the rest alone."""

from __future__ import annotations

import functools
import itertools
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmerm.comparison.cells import Cell, Outcome, outcome_of, recorded
from llmerm.disk import write_whole
from llmerm.errors import LlmermError

if TYPE_CHECKING:
    from llmerm.baselines.job import Progress
    from llmerm.dataset import Dataset, Split

Outcomes = Mapping[tuple[str, str], Outcome]  # by the key of the cell
Rows = Callable[[], tuple["Split", Mapping[int, "Dataset"]]]


def run_cells(
    cells: Sequence[Cell], folder: Path, *, tell: Progress, done: Callable[[Outcomes], None]
) -> Outcomes:
    """Run the cells that `folder` does not have; `done` is called with all outcomes so far, after each.

    Cells of one draw stand together and get the same rows; what they recorded of them is compared. A cell
    that fails, whatever was raised, has the reason as its outcome, and is run again by the next call; the
    traceback of what is not one of llmerm's errors is written to `failures` in the folder. Raises
    MissingExtraError before anything runs. Ctrl-C ends it; what is recorded stays.
    """
    found: dict[tuple[str, str], Outcome] = {}
    for cell in cells:
        try:
            outcome = recorded(folder / "cells" / cell.name)
        except (LlmermError, OSError) as error:  # no proposals, a damaged result: nothing to run
            outcome = Outcome(failure=str(error))
        if outcome is not None:
            found[cell.key] = outcome
    _prepare((cell for cell in cells if cell.key not in found), tell)
    done(found)
    for _, same in itertools.groupby(cells, key=lambda cell: cell.draw.key):
        group = list(same)
        rows = functools.cache(group[0].draw.rows)
        for cell in group:
            if cell.key not in found:
                found[cell.key] = _run(cell, rows, folder, lambda line: tell(_place(line, found, cells)))
                done(found)
        if _set_apart(group, rows, found):
            done(found)
    return found


def _place(line: str, found: Outcomes, cells: Sequence[Cell]) -> str:
    return f"[{len(found) + 1}/{len(cells)}] {line}"


def _prepare(cells: Iterable[Cell], tell: Progress) -> None:
    for learner in {cell.learner.label: cell.learner for cell in cells}.values():
        tell(f"loading {learner.label}")
        learner.prepare()


def _run(cell: Cell, rows: Rows, folder: Path, tell: Progress) -> Outcome:
    draw = cell.draw
    where = f"{cell.learner.label}, {draw.task.name} n = {draw.task.n}, seed {draw.seed}"
    tell(where)
    try:
        target = folder / "cells" / cell.name
        return outcome_of(cell.learner.run(draw, rows(), target, lambda line: tell(f"{where}: {line}")))
    except LlmermError as error:
        return Outcome(failure=str(error))
    except Exception as error:  # a library's, or ours: the other cells go on
        path = folder / "failures" / f"{cell.name}.txt"
        path.parent.mkdir(exist_ok=True)
        write_whole(path, traceback.format_exc().encode("utf-8", "backslashreplace"))
        return Outcome(failure=f"{type(error).__name__}: {error} (see failures/{path.name})")


def _set_apart(group: Sequence[Cell], rows: Rows, found: dict[tuple[str, str], Outcome]) -> bool:
    """Make a failure of each cell whose record is of other rows than the draw's; whether there was one."""
    documents = {cell.key: found[cell.key] for cell in group if found[cell.key].document is not None}
    if len({outcome.rows for outcome in documents.values()}) < 2:
        return False
    right = rows()[0].spec_hash
    for cell in group:
        if cell.key in documents and documents[cell.key].rows != right:
            why = f"its rows are not those of the other methods; remove cells/{cell.name} and run it again"
            found[cell.key] = Outcome(failure=why)
    return True
