"""What the seeds of one method and column come to, and how far that is from the published figure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmerm.baselines.published import Published
    from llmerm.comparison.cells import Score

POINTS = 3.0  # differences that are not worth a word, percentage points
ERRORS = 2.0  # or that chance alone may make, standard errors


@dataclass(frozen=True)
class Summary:
    """The test accuracies of one method on one column, by seed. Each seed is another draw of the rows."""

    scores: Mapping[int, Score]
    asked: int  # seeds that were asked for
    failed: int  # of these, those that ended without a result

    @property
    def mean(self) -> float | None:
        """Mean accuracy over the seeds that are there, %; None without any."""
        return statistics.fmean(self._percent) if self.scores else None

    @property
    def spread(self) -> float | None:
        """Standard deviation over the seeds (n - 1), percentage points; None below two seeds."""
        return statistics.stdev(self._percent) if len(self.scores) > 1 else None

    @property
    def train(self) -> float | None:
        """Mean accuracy on the rows that were learnt from, %; None where a seed has none."""
        each = [score.train for score in self.scores.values() if score.train is not None]
        return 100 * statistics.fmean(each) if each and len(each) == len(self.scores) else None

    @property
    def rows(self) -> int:
        """Test rows of all seeds together."""
        return sum(score.rows for score in self.scores.values())

    @property
    def _percent(self) -> list[float]:
        return [100 * score.accuracy for score in self.scores.values()]


@dataclass(frozen=True)
class Difference:
    """Ours less the published figure."""

    points: float  # percentage points
    error: float  # its standard error, percentage points

    @property
    def matters(self) -> bool:
        """Whether it is more than 3 points and more than two standard errors."""
        return abs(self.points) > POINTS and abs(self.points) > ERRORS * self.error


def difference(ours: Summary, theirs: Published) -> Difference | None:
    """How far ours is from a published figure; None while there is nothing of ours.

    The standard error has three parts, added in squares: of our mean over seeds (s / sqrt(seeds); nothing
    with one seed, whose spread nobody knows), of counting our test rows, and of counting theirs (both
    binomial, sqrt(p (1 - p) / rows)). The spread already holds some of the second part, so that this rather
    says too little than too much. The published spread over draws is not known.
    """
    mean = ours.mean
    if mean is None:
        return None
    over_seeds = 0.0 if ours.spread is None else ours.spread**2 / len(ours.scores)
    counting = _binomial(mean, ours.rows) + _binomial(theirs.accuracy, theirs.test)
    return Difference(mean - theirs.accuracy, math.sqrt(over_seeds + counting))


def _binomial(percent: float, rows: int) -> float:
    """Variance of a share that was counted on so many rows, squared percentage points."""
    return percent * (100 - percent) / rows
