"""From a verdict to a reward. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, get_args

from llmerm.errors import UsageError
from llmerm.verification import FAULTS, Verdict

Named = Literal["accuracy", "exact", "above_baseline"]
Shape = Named | Callable[[Verdict], float]
NAMED: tuple[str, ...] = get_args(Named)


def shaped(shape: Shape, verdict: Verdict, majority: float) -> float:
    """The reward of a program that ran on all its rows; `majority` is the share of the most frequent label.

    Raises what a callable `shape` raises, and UsageError when it returns anything but a finite number.
    """
    if callable(shape):
        return _finite(shape(verdict), f"shape {name_of(shape)} returned")
    accuracy = verdict.correct / verdict.rows
    if shape == "exact":
        return 1.0 if verdict.correct == verdict.rows else 0.0
    if shape == "above_baseline":
        return max(0.0, (accuracy - majority) / (1 - majority))
    return accuracy


def check_shape(shape: Any) -> None:
    """Raise UsageError for what is no shape, or a callable that fails on one of the extreme verdicts.

    A completion decides the verdict, so a callable that knows only some verdicts would fail in the middle of
    a training; it is tried here on rows all right, all wrong, and all ended by each fault.
    """
    if not callable(shape):
        if shape not in NAMED:
            raise UsageError(f"shape must be {', '.join(NAMED)} or a function of a Verdict, not {shape!r}")
        return
    rows = 100
    for correct, wrong, fault in [(rows, 0, ""), (0, rows, ""), *((0, 0, fault) for fault in FAULTS)]:
        faults = {name: rows if name == fault else 0 for name in FAULTS}
        exceptions = {"ValueError": rows} if fault == "exception" else {}
        verdict = Verdict(rows, correct, wrong, faults, exceptions, tier="cpython", fuel=rows, pure=True)
        try:
            shaped(shape, verdict, 0.0)
        except UsageError:
            raise
        except Exception as error:
            raise UsageError(
                f"shape {name_of(shape)} raised {error!r} for {verdict}; "
                "it must give a number for every verdict"
            ) from error


def finite(value: Any, what: str) -> float:
    """`value` as a float. Raises UsageError for what is no finite number."""
    return _finite(value, f"{what} is")


def name_of(shape: Shape) -> str:
    """How a shape is called in a log."""
    return shape if isinstance(shape, str) else getattr(shape, "__name__", type(shape).__name__)


def _finite(value: Any, what: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, str) or not math.isfinite(number):
        raise UsageError(f"{what} {value!r}; a reward is a finite number")
    return number
