"""Comparisons: the papers' table, methods by tasks, with the same rows and labels for every method.

    columns = columns_of(["papers"], lengths=[100])
    learners = [BaselineLearner.of(spec, "all") for spec in specs_of("xgboost,transformer:size=tiny")]
    comparison = Comparison(tuple(columns), tuple(learners), seeds=(0, 1, 2), shares=shares(200))
    with ComparisonFolder(Path("runs/compare")) as folder:
        outcomes = run_cells(comparison.cells(), folder.path, tell=print, done=lambda found: None)
    print(plain_text(comparison, outcomes))

`llmerm compare` does that; docs/comparing.md says what is counted and how.
"""

from __future__ import annotations

from llmerm.baselines.budget import shares
from llmerm.comparison.cells import Cell, Outcome, Score
from llmerm.comparison.columns import Column, columns_of
from llmerm.comparison.documents import csv_text, document_of
from llmerm.comparison.draws import Draw, draws_of
from llmerm.comparison.folder import ComparisonFolder
from llmerm.comparison.learners import BaselineLearner, Learner, ProgramLearner
from llmerm.comparison.pages import markdown, plain_text
from llmerm.comparison.plan import Comparison, Entry, entries_of, failures_of
from llmerm.comparison.running import run_cells
from llmerm.comparison.specs import Spec, specs_of
from llmerm.comparison.summary import Difference, Summary, difference

__all__ = [
    "BaselineLearner",
    "Cell",
    "Column",
    "Comparison",
    "ComparisonFolder",
    "Difference",
    "Draw",
    "Entry",
    "Learner",
    "Outcome",
    "ProgramLearner",
    "Score",
    "Spec",
    "Summary",
    "columns_of",
    "csv_text",
    "difference",
    "document_of",
    "draws_of",
    "entries_of",
    "failures_of",
    "markdown",
    "plain_text",
    "run_cells",
    "shares",
    "specs_of",
]
