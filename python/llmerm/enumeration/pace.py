"""Where a running search is, as one line: size, programs, behaviours, speed, time to the next size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmerm.enumeration.found import Level
from llmerm.enumeration.growth import count_text, duration_text, next_size

if TYPE_CHECKING:
    from llmerm.enumeration.search import Step


class Pace:
    """Follows the steps of one search. Sizes that pass between two steps are taken together."""

    def __init__(self) -> None:
        self._levels: list[Level] = []  # those seen to end
        self._last: Step | None = None
        self._started = (0, 0)  # programs and behaviours when the present size began

    def line(self, step: Step) -> str:
        """What to show of a step."""
        self._see(step)
        rate = step.programs / step.seconds if step.seconds > 0 else 0.0
        parts = [
            f"size {step.size}: {count_text(step.programs)} programs",
            f"{count_text(step.distinct)} distinct",
            f"{count_text(rate)} a second",
        ]
        if step.errors is not None:
            parts.append(f"best {step.errors:,} errors")
        if step.full_at:
            parts.append(f"memory full since size {step.full_at}")
        estimate = next_size(self._levels)
        if estimate is not None and estimate.size == step.size and estimate.factor <= 100:
            here = step.programs - self._started[0]
            left = estimate.seconds * max(0.0, 1 - here / max(estimate.programs, 1.0))
            parts.append(f"size {step.size + 1} in about {duration_text(left)}" if left else "soon done")
        return ", ".join(parts)

    def _see(self, step: Step) -> None:
        last = self._last
        if last is not None and step.size > last.size:
            programs = step.programs - self._started[0]
            distinct = step.distinct - self._started[1]
            self._levels.append(
                Level(
                    step.size - 1,
                    programs,
                    distinct,
                    {},
                    step.seconds,
                    stored=True,
                    full=False,
                    complete=True,
                )
            )
            self._started = (step.programs, step.distinct)
        self._last = step
