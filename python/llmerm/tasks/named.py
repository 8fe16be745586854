"""A task that makes its own rows: a name, a size, an oracle and a balanced, disjoint, seeded split."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset, Packed, Split
from llmerm.errors import InternalError, TaskError
from llmerm.tasks.definition import CheapRule, Definition, Instance, generator, whole
from llmerm.tasks.draw import deal, draw_distinct

SAMPLER_VERSION = 1  # raise it when the same spec gives other rows
PARTS = ("train", "heldout", "test")
TEST_ROWS = 10_000  # as in LLM-ERM
_AUDITED = 64  # rows of each part whose labels are checked against the oracle


@dataclass(frozen=True)
class Task:
    """A named task at one size; `llmerm.tasks.task` makes it."""

    definition: Definition
    n: int
    variant: str | None
    seed: int  # of what the task itself draws: supports, monomials
    reference: bool
    instance: Instance
    drawn_at: int | None = None  # the n that supports and the like were drawn at, where it is another one
    input_type: str = "text"

    @property
    def name(self) -> str:
        """The registry's name."""
        return self.definition.name

    @property
    def cheap_rules(self) -> tuple[CheapRule, ...]:
        """Shortcuts with their published accuracy, to be reported beside a result."""
        return self.instance.cheap_rules

    def oracle(self, x: str) -> int:
        """The label, 0 or 1, of one row."""
        return self.instance.oracle(x)

    def at(self, n: int) -> Task:
        """The same rule at another length.

        Coordinates that were drawn at random (a support, monomials) stay where they are; all else is the
        rule at n. A task that draws nothing is the plain task of that n. Raises TaskError for a length that
        the task does not have, or that lacks one of the coordinates.
        """
        n = whole(n, "n")
        self.definition.check_n(n)
        least, carried = self.instance.least_n, self.instance.carried
        if n < least:
            raise TaskError(
                f"{self.name}: the last coordinate that was drawn is {least - 1} (0-based), and rows of"
                f" n = {n} do not reach it; give an n of at least {least}"
            )
        if carried is None:
            made = self.definition.build(n, self.variant, self.seed, self.reference)
            return replace(self, n=n, instance=made)
        origin = self.n if self.drawn_at is None else self.drawn_at
        return replace(self, n=n, instance=carried(n), drawn_at=None if n == origin else origin)

    @property
    def spec(self) -> dict[str, Any]:
        """What identifies the task, JSON-able. `drawn_at` is there only for `at` another length."""
        where = {} if self.drawn_at is None else {"drawn_at": self.drawn_at}
        return {
            "task": self.name,
            "n": self.n,
            "variant": self.variant,
            "task_seed": self.seed,
            "reference": self.reference,
            "parameters": self.instance.parameters,
            "sampler_version": SAMPLER_VERSION,
            **where,
        }

    def split(
        self,
        train: int = 100,
        heldout: int = 100,
        test: int | None = TEST_ROWS,
        seed: int = 0,
        allow_duplicates: bool = False,
    ) -> Split:
        """Draw rows: each part half and half, no row twice, and never one in two parts; all of it checked.

        The training rows do not depend on the sizes of the other parts. `test=None` asks for 10,000 test
        rows, or those that are left where there are fewer. With `allow_duplicates`, a part repeats rows when,
        and only when, there are too few distinct ones. Raises TaskError when that cannot be done.
        """
        asked = (train, heldout, TEST_ROWS if test is None else test)
        sizes = {part: whole(size, part) for part, size in zip(PARTS, asked, strict=True)}
        seed = whole(seed, "seed")
        check_sizes(sizes, seed)
        halves = [size // 2 for size in sizes.values()]
        fewer = test is None and not allow_duplicates
        names = (json.dumps(self.spec, sort_keys=True), "rows")
        known = [self.instance.capacity(label) for label in (0, 1)]
        most = [sum(halves) if rows is None else rows for rows in known]
        halves = self._affordable(halves, most, allow_duplicates, fewer=fewer)
        rngs = [generator(seed, *names, f"label {label}") for label in (0, 1)]
        pools = [draw_distinct(self.instance, label, sum(halves), self.n, rngs[label]) for label in (0, 1)]
        halves = self._affordable(halves, list(map(len, pools)), allow_duplicates, fewer=fewer)
        sizes = {part: 2 * half for part, half in zip(PARTS, halves, strict=True)}
        indices = [deal(len(pool), halves, rng) for pool, rng in zip(pools, rngs, strict=True)]
        parts: dict[str, Dataset | None] = {}
        for i, (part, size) in enumerate(sizes.items()):
            rows = np.concatenate([pool[index[i]] for pool, index in zip(pools, indices, strict=True)])
            order = generator(seed, *names, f"order {part}").permutation(size)
            parts[part] = _dataset(rows[order], np.repeat([0, 1], size // 2)[order]) if size else None
        self._check(parts, allow_duplicates)
        spec = self.spec | {
            "seed": seed,
            "sizes": sizes,
            "allow_duplicates": allow_duplicates,
            "hashes": {part: rows.hash if rows is not None else None for part, rows in parts.items()},
        }
        train_rows = parts["train"]
        if train_rows is None:  # check_sizes refuses this
            raise InternalError("a split without training rows")
        return Split(train_rows, parts["heldout"], parts["test"], spec)

    def _affordable(
        self, halves: list[int], found: list[int], allow_duplicates: bool, *, fewer: bool
    ) -> list[int]:
        """The halves, with `fewer` the last no greater than there are rows for.

        Raises TaskError if the distinct rows of label 0 or of label 1 are too few.
        """
        least = min(found)
        if fewer and least < sum(halves):
            halves = [*halves[:-1], max(1, least - sum(halves[:-1]))]
        needed = sum(halves)
        if least >= needed or (allow_duplicates and least >= len([half for half in halves if half])):
            return halves
        advice = f"ask for at most {2 * least} rows in all, for a greater n"
        advice += "" if allow_duplicates else ", or allow duplicates within a part"
        raise TaskError(
            f"{self.name} at n = {self.n} has only {least} distinct rows of label {found.index(least)}, but"
            f" {needed} are needed: {advice}"
        )

    def _check(self, parts: dict[str, Dataset | None], allow_duplicates: bool) -> None:
        """The promises of `split`, checked on what it made."""
        seen: set[bytes] = set()
        for part, rows in parts.items():
            if rows is None or rows.y is None:
                continue
            keys = rows.row_bytes()
            distinct = set(keys)
            if seen & distinct:
                raise InternalError(f"{self.name}: {part} shares a row with another part")
            if len(distinct) < len(keys) and not allow_duplicates:
                raise InternalError(f"{self.name}: {part} holds a row twice")
            if 2 * int(rows.y.sum()) != len(rows):
                raise InternalError(f"{self.name}: {part} is not balanced")
            for row, label in zip(rows[:_AUDITED].x, rows.y.tolist(), strict=False):
                if self.oracle(row) != label:
                    raise InternalError(f"{self.name}: {part} labels {row!r} {label}, the oracle does not")
            seen |= distinct

    def __repr__(self) -> str:
        variant = f", variant={self.variant!r}" if self.variant else ""
        drawn = f", drawn_at={self.drawn_at}" if self.drawn_at is not None else ""
        return f"Task({self.name!r}, n={self.n}{variant}{drawn})"


def check_sizes(sizes: dict[str, int], seed: int) -> None:
    """Raise TaskError unless all sizes are even, none negative, and train is not empty."""
    for part, size in sizes.items():
        if size < 0 or size % 2:
            raise TaskError(
                f"{part} = {size} rows cannot be half and half: give an even number of rows, or 0"
            )
    if sizes["train"] == 0:
        raise TaskError("train = 0 rows leaves nothing to learn from: give an even number above 0")
    if seed < 0:
        raise TaskError(f"seed {seed}: a seed is an integer from 0")


def _dataset(rows: NDArray[np.uint8], labels: NDArray[np.int64]) -> Dataset:
    offsets = np.arange(len(rows) + 1, dtype=np.int64) * rows.shape[1]
    return Dataset.from_packed(Packed("text", rows.reshape(-1), offsets, None), labels)
