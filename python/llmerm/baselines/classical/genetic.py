"""Genetic programming: trees of XOR, AND, OR and NOT under evolution, with DEAP's operators.

The papers give the gates, the population and the generations. All else is as in DEAP's example of the same
search, even parity (examples/gp/parity.py): full trees of height 3 to 5 to begin with, tournaments of three,
one-point crossover with probability 0.5, mutation by a grown tree of height 0 to 2 with probability 0.2,
each generation replacing the one before.
"""

from __future__ import annotations

import operator
import random
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from deap import gp, tools  # type: ignore[import-untyped]
from numpy.typing import NDArray

from llmerm.baselines.classical.boolean import boolean
from llmerm.baselines.classical.features import Features
from llmerm.baselines.classical.gates import GATES, NOT, bits_of, bools_of, evaluate, expression
from llmerm.baselines.classical.private import seeded
from llmerm.baselines.job import Fitted, Job, Predicted
from llmerm.baselines.settings import GeneticProgramming
from llmerm.dataset import Dataset
from llmerm.errors import DataError

BLOCK = 65536  # rows that are predicted together
FIRST_HEIGHTS = (3, 5)
TOURNAMENT = 3
CROSSOVER = 0.5
MUTATION = 0.2
MUTATION_HEIGHTS = (0, 2)
PREFIX = "column"  # of the terminals' names


class Tree(gp.PrimitiveTree):  # type: ignore[misc]
    """A tree in prefix order. DEAP's creator would make this class in a module of the whole process."""

    correct: int | None = None  # training rows it is right on; None: not counted yet


@dataclass(frozen=True)
class Evolved:
    """The best tree, the columns it reads, and the labels that False and True stand for."""

    tree: Tree
    features: Features
    labels: NDArray[np.int64]  # (2,) ascending
    facts: dict[str, Any]
    most_rows: None = None

    def predict(self, rows: Dataset) -> Predicted:
        """Labels of rows, which may be longer or shorter than those learnt from (`fields.Layout`)."""
        predicted = np.empty(len(rows), np.int64)
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            columns, every = _bits(self.features, block)
            answers = bools_of(evaluate(self.tree, columns, every), len(block))
            predicted[start : start + BLOCK] = self.labels[answers.astype(int)]
        return Predicted(predicted)


def fit(job: Job, settings: GeneticProgramming) -> Fitted:
    """Evolve trees on the rows, and keep the one that is right on most of them; of such, the smallest.

    Raises DataError for rows that do not have two labels.
    """
    assert job.rows.y is not None
    labels = np.unique(job.rows.y)
    if len(labels) != 2:
        raise DataError(f"genetic programming tells two labels apart, and the rows have {len(labels)}")
    features = Features(job.rows, boolean)
    if not len(features):
        raise DataError("no column tells the training rows apart; there is nothing to learn from")
    columns, every = _bits(features, job.rows)
    wanted = bits_of(job.rows.y == labels[1])
    evolution = _Evolution(len(features), settings, job.seed)

    best: Tree | None = None
    found = 0
    population = evolution.first()
    for generation in range(settings.generations + 1):
        if generation:
            population = evolution.next(population)
        for tree in population:
            if tree.correct is None:
                tree.correct = (every ^ wanted ^ evaluate(tree, columns, every)).bit_count()
            if best is None or _rank(tree) > _rank(best):
                best, found = tree, generation
        assert best is not None
        job.tell(
            f"generation {generation} of {settings.generations}: {best.correct} of {len(job.rows)} rows right"
        )
    assert best is not None
    names = dict(zip(_column_names(features), features.names, strict=True))
    facts = {
        "features": len(features),
        "expression": expression(best, names),
        "size": len(best),
        "height": best.height,
        "found_in_generation": found,
    }
    return Evolved(best, features, labels, facts)


def _rank(tree: Tree) -> tuple[int, int]:
    assert tree.correct is not None
    return tree.correct, -len(tree)


class _Evolution:
    """Generations of trees over so many columns."""

    def __init__(self, columns: int, settings: GeneticProgramming, seed: int) -> None:
        self._random = random.Random(seed)
        self._gp, self._tools = seeded(gp, self._random), seeded(tools.selection, self._random)
        self._settings = settings
        self._primitives = gp.PrimitiveSet("gates", columns, prefix=PREFIX)
        for name, gate in GATES.items():
            self._primitives.addPrimitive(gate, 2, name)
        self._primitives.addPrimitive(operator.invert, 1, NOT)
        limit = self._gp.staticLimit(operator.attrgetter("height"), settings.height)
        grown = partial(self._gp.genGrow, min_=MUTATION_HEIGHTS[0], max_=MUTATION_HEIGHTS[1])
        self._cross = limit(self._gp.cxOnePoint)
        self._mutate = limit(partial(self._gp.mutUniform, expr=grown, pset=self._primitives))

    def first(self) -> list[Tree]:
        """The population to begin with."""
        low, high = (min(height, self._settings.height) for height in FIRST_HEIGHTS)
        return [Tree(self._gp.genFull(self._primitives, low, high)) for _ in range(self._settings.population)]

    def next(self, population: list[Tree]) -> list[Tree]:
        """The generation after one whose trees have been counted."""
        size = len(population)
        trees: list[Tree] = self._tools.selTournament(population, size, TOURNAMENT, fit_attr="correct")
        for i in range(1, len(trees), 2):
            if self._random.random() < CROSSOVER:
                pair = Tree(trees[i - 1]), Tree(trees[i])
                trees[i - 1], trees[i] = map(Tree, self._cross(*pair))
        for i, tree in enumerate(trees):
            if self._random.random() < MUTATION:
                trees[i] = Tree(self._mutate(Tree(tree))[0])
        return trees


def _column_names(features: Features) -> list[str]:
    """The columns as DEAP's terminals are named."""
    return [f"{PREFIX}{i}" for i in range(len(features))]


def _bits(features: Features, rows: Dataset) -> tuple[dict[str, int], int]:
    """Each column of rows as an integer, by its terminal's name, and the column that is True in all."""
    columns = map(bits_of, features.columns(rows))
    return dict(zip(_column_names(features), columns, strict=True)), bits_of(np.ones(len(rows), bool))
