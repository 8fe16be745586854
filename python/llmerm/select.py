"""Empirical risk minimisation: which candidate is chosen. A pure function and a total order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Scored(Protocol):
    """What selection looks at: a candidate's verdict on the held-out rows."""

    @property
    def risk(self) -> float | None:
        """(wrong + faults) / rows, or None when the program was rejected or its run was cancelled."""

    @property
    def pure(self) -> bool | None:
        """False when the purity audit saw the program answer one row in two ways; None when not audited."""


def select(verdicts: Sequence[Scored], lengths: Sequence[int]) -> int | None:
    """The position of the empirical risk minimiser, or None when no candidate can be selected.

    `verdicts` and `lengths` (bytes of normalised source) are in proposal order. The order is total:

    1. held-out risk, ascending;
    2. description length, ascending: of two programs that explain the rows equally well, the shorter;
    3. proposal order.

    A program without a risk (rejected, cancelled) is no candidate. Nor is an impure one: it is not a
    function of the row, so its risk is not defined, whatever was counted.
    """
    order = [
        (verdict.risk, length, position)
        for position, (verdict, length) in enumerate(zip(verdicts, lengths, strict=True))
        if verdict.risk is not None and verdict.pure is not False
    ]
    return min(order)[2] if order else None
