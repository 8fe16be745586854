"""How sure we are of a learnt program: the bounds of `bounds.py`, put together for one result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from llmerm import bounds

ASKED_ERRORS = (0.01, 0.05)  # error rates for which a report says how many rows Occam's bound asks for


@dataclass(frozen=True)
class Counts:
    """Errors (wrong labels and faults) among rows of one set."""

    errors: int
    rows: int


@dataclass(frozen=True)
class Code:
    """Where a program stands in a grammar that was fixed before the rows were seen."""

    size: int  # its size in the grammar
    bits: float  # log2 of the number of programs of that size


@dataclass(frozen=True)
class Certificate:
    """Statements about the population error of the selected program; every number is an error rate.

    `upper` is the one to quote. It was chosen in advance, and it is never above `hoeffding` or `realisable`,
    so all held-out statements hold together with probability 1 - delta. The two Occam and the test statements
    rest on other events: each holds with probability 1 - delta by itself, and to use the smallest of several
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
    code: Code | None  # of an enumerated program
    occam_size: float | None  # as `occam`, with this code in the place of bytes; None without one
    occam_rows: (
        dict[str, int] | None
    )  # error rate -> rows that this bound asks for; None with training errors
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
    code: Code | None = None,
    test: Counts | None = None,
) -> Certificate:
    """Put the bounds of one selected program together.

    `k` counts every candidate that could have been selected, fixed without looking at the held-out rows:
    impure and cancelled ones too, since only the rows showed that they were. `length` is the description
    length in bytes of normalised source, `code` its place in a grammar; without them, or without `train`,
    there are no Occam bounds. Raises UsageError for counts or a delta that make no sense.
    """
    m = heldout.rows
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
        occam=_occam(train, length, delta) if train and length is not None else None,
        code=code,
        occam_size=_occam_size(train, code, delta) if train and code else None,
        occam_rows=_occam_rows(code, delta) if train and train.errors == 0 and code else None,
        test=test,
        test_interval=bounds.clopper_pearson(test.errors, test.rows, delta) if test else None,
        test_upper=bounds.clopper_pearson_upper_over(1, test.errors, test.rows, delta) if test else None,
    )


def _occam(train: Counts, length: int, delta: float) -> float:
    if train.errors == 0:
        return bounds.occam_consistent(length, train.rows, delta)
    return bounds.occam_agnostic(train.errors, length, train.rows, delta)


def _occam_size(train: Counts, code: Code, delta: float) -> float:
    if train.errors == 0:
        return bounds.occam_size_consistent(code.size, code.bits, train.rows, delta)
    return bounds.occam_size_agnostic(train.errors, code.size, code.bits, train.rows, delta)


def _occam_rows(code: Code, delta: float) -> dict[str, int]:
    nats = bounds.size_code(code.size, code.bits, delta)
    return {str(error): bounds.occam_rows(nats, error) for error in ASKED_ERRORS}
