"""A baseline for the tests: the one character, or its opposite, that agrees best with the labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from llmerm.baselines import METHODS, Job, Method, Predicted
from llmerm.baselines.settings import Settings, option
from llmerm.dataset import Dataset
from llmerm.errors import DataError

TOYS = {
    "one_bit": {"packages": ("numpy",)},
    "long_bit": {"records": True},
    "paid_bit": {"plan": "one_bit:plan"},
    "absent": {"home": "no_such_package.learner:fit"},
}
fits: list[tuple[int, int]] = []  # (labels learnt from, seed) of every fit
stop_at: list[int] = []  # numbers of labels at which a fit is interrupted


@dataclass(frozen=True)
class OneBitSettings(Settings):
    """One setting of every kind."""

    unrecorded = frozenset({"patience"})

    opposite: bool = option(True, "Whether the opposite of a bit will do.")
    rounds: int = option(3, "Looks at the rows.", least=1)
    rate: float | None = option(None, "A number above 0.", kind=float, above=0)
    decay: float = option(0.5, "A number from 0.", least=0)
    order: str = option("first", "Which of equal bits wins.", choices=("first", "last"))
    name: str | None = option(None, "A name.", kind=str)
    patience: int = option(1, "Changes nothing.", least=0)


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The TOYS beside the methods of the registry. A test file that imports this has them."""
    for name, more in TOYS.items():
        about: dict[str, Any] = {"home": "one_bit:fit", "packages": (), **more}
        monkeypatch.setitem(METHODS, name, Method(name, "a bit of the row", OneBitSettings, **about))
    yield
    fits.clear()
    stop_at.clear()


@dataclass(frozen=True)
class OneBit:
    """The bit and whether it is turned."""

    bit: int
    turned: int
    facts: dict[str, Any] = field(default_factory=dict)
    most_rows: int | None = None

    def predict(self, rows: Dataset) -> Predicted:
        """That bit of every row."""
        return Predicted(np.array([int(x[self.bit]) ^ self.turned for x in rows.x], np.int64))


def fit(job: Job, settings: OneBitSettings) -> OneBit:
    """The best bit."""
    fits.append((len(job.rows), job.seed))
    if len(job.rows) in stop_at:
        raise KeyboardInterrupt
    if len(job.rows) == 66:
        raise DataError("66 rows are not\nto its taste")
    job.tell("looking")
    assert job.rows.y is not None
    bits = np.array([[int(c) for c in x] for x in job.rows.x])
    right = [
        (int(((bits[:, bit] ^ turned) == job.rows.y).sum()), bit, turned)
        for bit in range(bits.shape[1])
        for turned in ((0, 1) if settings.opposite else (0,))
    ]
    best = max(count for count, _, _ in right)
    _, bit, turned = [each for each in right if each[0] == best][0 if settings.order == "first" else -1]
    return OneBit(bit, turned, {"bit": bit, "turned": bool(turned), "inside": {"rate": settings.rate or 0.1}})


def plan(rows: Dataset, judged: list[Dataset], settings: OneBitSettings) -> dict[str, Any]:
    """As if each row that is judged were asked of a model."""
    from llmerm.propose.budget import free_plan

    return free_plan("one-bit", sum(map(len, judged))) | {"prompt": f"{len(rows)} shots\nof {rows.x[0]}"}
