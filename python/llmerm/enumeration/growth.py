"""How the search grows with size: the fitted exponent, and what the next size will take.

Both fits are ordinary least squares of log2(count) against size over the last sizes. A grammar has rules of
whole sizes, so the counts jump about the line; the spread of what the line predicts is that of its residuals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmerm.enumeration.found import Level

LAST = 6  # sizes that a fit looks at


@dataclass(frozen=True)
class Fit:
    """count ~ 2^(intercept + exponent * size), over the sizes `first` to `last`."""

    exponent: float
    intercept: float
    spread: float  # standard deviation of the residuals, in powers of 2
    first: int
    last: int

    def at(self, size: int) -> float:
        """The count at a size."""
        return float(2.0 ** min(self.intercept + self.exponent * size, 1000.0))


@dataclass(frozen=True)
class Estimate:
    """What completing one more size will take: the line's value, and one spread to either side."""

    size: int
    programs: float
    seconds: float
    factor: float  # the truth lies between a factor of this less and more, about two times in three

    def text(self) -> str:
        """The estimate as a phrase; called about, for that is what it is."""
        if self.factor > 100:
            return "cannot be told yet"
        low, high = self.seconds / self.factor, self.seconds * self.factor
        between = f" ({duration_text(low)} to {duration_text(high)})" if self.factor > 1.05 else ""
        return f"about {count_text(self.programs)} programs, {duration_text(self.seconds)}{between}"


def distinct_fit(levels: Sequence[Level]) -> Fit | None:
    """The growth of distinct behaviours over the last sizes with known counts; None with fewer than three."""
    return _fit([level for level in levels if level.stored], lambda level: level.distinct)


def programs_fit(levels: Sequence[Level]) -> Fit | None:
    """The growth of evaluated programs, likewise.

    Where the memory is full other programs are evaluated than before, so only sizes on the same side count.
    """
    return _fit(_alike(levels), lambda level: level.programs)


def next_size(levels: Sequence[Level]) -> Estimate | None:
    """What the size after the last complete one will take; None as long as nothing can be said.

    Programs come from the fitted line, programs a second from the last sizes that took a tenth of the time so
    far or more: the rate falls as the bank leaves the caches, so that of the start says little.
    """
    complete = _alike(levels)
    if not complete:
        return None
    fit = programs_fit(complete)
    others = [level.seconds for level in levels if level.complete and level.size < complete[0].size]
    before = max(others, default=0.0)
    rate = _rate(complete, before)
    if fit is None or rate is None:
        return None
    size = complete[-1].size + 1
    programs = fit.at(size)
    # A fit over few points misses by more than its residuals show: the error of a prediction beyond the last
    # point of n equally spaced ones has the variance factor 1 + 1/n + (distance from the mean)^2 / Sxx.
    n = fit.last - fit.first + 1
    sxx = n * (n * n - 1) / 12
    beyond = math.sqrt(1 + 1 / n + ((n + 1) / 2) ** 2 / sxx)
    return Estimate(size, programs, programs / rate, 2.0 ** min(fit.spread * beyond, 1000.0))


def _fit(levels: Sequence[Level], count: Callable[[Level], int]) -> Fit | None:
    points = [
        (level.size, math.log2(count(level))) for level in levels if level.complete and count(level) > 0
    ]
    points = points[-LAST:]
    if len(points) < 3:
        return None
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    sxx = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sxx
    intercept = mean_y - slope * mean_x
    squares = sum((y - intercept - slope * x) ** 2 for x, y in points)
    return Fit(slope, intercept, math.sqrt(squares / (n - 2)), points[0][0], points[-1][0])


def _alike(levels: Sequence[Level]) -> list[Level]:
    """The complete sizes from before memory was full, or those since."""
    complete = [level for level in levels if level.complete]
    return [level for level in complete if level.full == complete[-1].full]


def _rate(levels: Sequence[Level], before: float) -> float | None:
    """Programs a second at the last of some sizes, which began `before` seconds after the start."""
    if not levels:
        return None
    end, programs, start = levels[-1].seconds, 0, before
    for index in range(len(levels) - 1, -1, -1):
        programs += levels[index].programs
        start = levels[index - 1].seconds if index else before
        if end - start >= max(0.1 * end, 0.05):
            break
    return programs / (end - start) if end > start and programs else None


def duration_text(seconds: float) -> str:
    """Seconds for a person: 0.2 s, 45 s, 12 min, 3.1 h, 20 days, 4 years."""
    for limit, unit, divisor in (
        (120, "s", 1),
        (7200, "min", 60),
        (172_800, "h", 3600),
        (6.3e7, "days", 86_400),
    ):
        if seconds < limit:
            return (
                f"{seconds / divisor:.2g} {unit}"
                if seconds / divisor < 10
                else f"{seconds / divisor:.0f} {unit}"
            )
    return f"{seconds / 31_557_600:.3g} years"


def count_text(count: float) -> str:
    """A large number with three digits: 1,234, 56.7 thousand, 1.23 million, 4.5e+14."""
    if count < 10_000:
        return f"{count:,.0f}"
    for unit, divisor in (("thousand", 1e3), ("million", 1e6), ("billion", 1e9)):
        if count / divisor < 999.5:  # what rounds to a thousand has the next name
            return f"{count / divisor:.3g} {unit}"
    return f"{count:.2g}"
