"""How sure we are of a learnt program: the bounds of `bounds.py`, put together for one result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from llmerm import bounds


@dataclass(frozen=True)
class Counts:
    """Errors (wrong labels and faults) among rows of one set."""

    errors: int
    rows: int


@dataclass(frozen=True)
class Certificate:
    """Statements about the population error of the selected program; every number is an error rate.

    `upper` is the one to quote. It was chosen in advance, and it is never above `hoeffding` or `realisable`,
    so all held-out statements hold together with probability 1 - delta. The Occam and the test statements
    rest on other rows: each holds with probability 1 - delta by itself, and to use the smallest of several
    one must ask each for its share of delta.
    """

    delta: float
    k: int  # candidates the union is taken over
    heldout: Counts
    upper: float  # exact binomial, union over k
    interval: tuple[float, float]  # exact, two-sided, union over k
    hoeffding: float  # heldout risk + sqrt(ln(k/delta)/2m)
    realisable: float | None  # ln(k/delta)/m; None unless the held-out errors are 0
    excess: float  # 2 sqrt(ln(4k/delta)/2m): what selection can cost against the best candidate
    train: Counts | None
    occam: float | None  # description length, on the training rows; None when it does not apply
    test: Counts | None
    test_interval: tuple[float, float] | None  # exact, two-sided: test rows had no part in the selection
    test_upper: float | None

    def statement(self) -> str:
        """The certificate in one sentence."""
        candidates = "1 candidate" if self.k == 1 else f"{self.k} candidates"
        return (
            f"error <= {self.upper:.4f} with probability {1 - self.delta:g} "
            f"({self.heldout.errors:,} errors in {self.heldout.rows:,} held-out rows, {candidates})"
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; keys in the order above."""
        return asdict(self)


def certify(
    heldout: Counts,
    *,
    k: int,
    delta: float = 0.05,
    train: Counts | None = None,
    length: int | None = None,
    test: Counts | None = None,
) -> Certificate:
    """Put the bounds of one selected program together.

    `k` counts every candidate that could have been selected, fixed without looking at the held-out rows:
    impure and cancelled ones too, since only the rows showed that they were. `length` is the description
    length in bytes of normalised source; without it, or without `train`, there is no Occam bound.
    Raises UsageError for counts or a delta that make no sense.
    """
    m = heldout.rows
    occam = None
    if train is not None and length is not None:
        if train.errors == 0:
            occam = bounds.occam_consistent(length, train.rows, delta)
        else:
            occam = bounds.occam_agnostic(train.errors, length, train.rows, delta)
    return Certificate(
        delta=delta,
        k=k,
        heldout=heldout,
        upper=bounds.clopper_pearson_upper_over(k, heldout.errors, m, delta),
        interval=bounds.clopper_pearson_over(k, heldout.errors, m, delta),
        hoeffding=bounds.hoeffding_upper_over(k, heldout.errors, m, delta),
        realisable=bounds.realisable_upper_over(k, 0, m, delta) if heldout.errors == 0 else None,
        excess=bounds.hoeffding_excess(k, m, delta),
        train=train,
        occam=occam,
        test=test,
        test_interval=bounds.clopper_pearson(test.errors, test.rows, delta) if test else None,
        test_upper=bounds.clopper_pearson_upper_over(1, test.errors, test.rows, delta) if test else None,
    )
