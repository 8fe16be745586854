"""The user's rows as a task: a split of a dataset, stratified by label, identical rows kept together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset, Split
from llmerm.errors import DataError, InternalError
from llmerm.tasks.definition import generator, whole

SPLITTER_VERSION = 1  # raise it when the same spec gives other rows


@dataclass(frozen=True)
class Groups:
    """The distinct rows of a dataset: which rows are copies of each, and which disagree on the label."""

    members: list[list[int]]  # row numbers, in the order of the dataset
    conflicting: list[list[int]]  # those members that do not all have one label

    @property
    def duplicates(self) -> int:
        """Rows beyond the first of their group."""
        return sum(len(group) - 1 for group in self.members)


def group_rows(dataset: Dataset) -> Groups:
    """Group identical rows."""
    groups: dict[bytes, list[int]] = {}
    for i, row in enumerate(dataset.row_bytes()):
        groups.setdefault(row, []).append(i)
    members = list(groups.values())
    y = dataset.y
    mixed = [g for g in members if y is not None and len(g) > 1 and len(set(y[g].tolist())) > 1]
    return Groups(members, mixed)


def split_rows(
    dataset: Dataset, train: int, heldout: int, test: int | None, seed: int, *, balanced: bool | None = None
) -> Split:
    """Split labelled rows at random. `test=None` takes all rows that are left; a size of 0 gives None.

    Labels: with `balanced=True` every class has the same number of rows in each part (give or take one); with
    False each part has the proportions of the data; None means balanced if all three sizes are given and each
    class has the rows for it, else proportional. Identical rows go to the same part, whole, so that no row is
    in two; they count as the class most of them have. The spec says how many rows repeat others, and how many
    do so under another label (`conflicts`, with one example).

    Raises DataError when there are no labels or too few rows, TaskError for a size that is no integer.
    """
    y = dataset.y
    if y is None:
        raise DataError("rows without labels cannot be split for learning; give y")
    train, heldout, seed = whole(train, "train"), whole(heldout, "heldout"), whole(seed, "seed")
    test = None if test is None else whole(test, "test")
    _check(len(dataset), train, heldout, test, seed)
    groups = group_rows(dataset)
    strata = _strata(groups, y)
    sizes = [train, heldout, test if test is not None else len(dataset) - train - heldout]
    counts = {label: sum(map(len, members)) for label, members in strata.items()}
    even = _even_quotas(sizes, counts)
    enough = all(sum(q[label] for q in even) <= counts[label] for label in counts)
    if balanced and not enough:
        most = len(counts) * min(counts.values())
        raise DataError(f"balanced parts of {sum(sizes)} rows: the rarest class allows {most} in all")
    use_even = balanced if balanced is not None else (enough and test is not None)
    quotas = even if use_even else _proportional_quotas(sizes, counts)
    rng = generator(seed, "rows", dataset.hash)
    chosen = _fill(strata, quotas, test is None, rng)
    _check_filled(chosen, sizes, groups)
    parts = [dataset[rng.permutation(np.array(rows, dtype=np.int64))] if rows else None for rows in chosen]
    _check_disjoint(parts)
    names = ("train", "heldout", "test")
    conflicts: dict[str, Any] = {
        "rows": sum(map(len, groups.conflicting)),
        "distinct": len(groups.conflicting),
    }
    if groups.conflicting:
        conflicts["example"] = groups.conflicting[0][:10]
    spec = {
        "task": "rows",
        "data": dataset.hash,
        "seed": seed,
        "sizes": dict(zip(names, map(len, chosen), strict=True)),
        "labels": "balanced" if use_even else "proportional",
        "duplicates": groups.duplicates,
        "conflicts": conflicts,
        "splitter_version": SPLITTER_VERSION,
        "hashes": {name: part and part.hash for name, part in zip(names, parts, strict=True)},
    }
    if parts[0] is None:
        raise InternalError("a split without training rows")
    return Split(parts[0], parts[1], parts[2], spec)


def _check(rows: int, train: int, heldout: int, test: int | None, seed: int) -> None:
    if train < 1 or heldout < 0 or (test is not None and test < 0):
        raise DataError(
            f"sizes {train}, {heldout}, {test}: train takes one row at least, the others 0 or more"
        )
    if seed < 0:
        raise DataError(f"seed {seed}: a seed is an integer from 0")
    needed = train + heldout + (test or 0)
    if needed > rows:
        raise DataError(
            f"too few rows: train {train} + heldout {heldout} + test {test or 0} = {needed}, but there are"
            f" {rows}; ask for smaller parts"
        )


def _strata(groups: Groups, y: NDArray[np.int64]) -> dict[int, list[list[int]]]:
    """Groups of identical rows by label; the commonest one (the least of several) where they disagree."""
    strata: dict[int, list[list[int]]] = {int(label): [] for label in np.unique(y)}
    labels = y.tolist()
    for group in groups.members:
        tally = Counter(labels[i] for i in group)
        strata[min(tally, key=lambda label: (-tally[label], label))].append(group)
    return {label: members for label, members in strata.items() if members}


def _even_quotas(sizes: list[int], counts: dict[int, int]) -> list[dict[int, int]]:
    return [_share(size, dict.fromkeys(counts, 1)) for size in sizes]


def _proportional_quotas(sizes: list[int], counts: dict[int, int]) -> list[dict[int, int]]:
    """By what is left after the parts before, so that no class is asked for more than it has."""
    quotas, left = [], dict(counts)
    for size in sizes:
        quota = _share(size, left)
        left = {label: left[label] - quota[label] for label in left}
        quotas.append(quota)
    return quotas


def _share(size: int, weights: dict[int, int]) -> dict[int, int]:
    """Whole numbers that sum to size, in proportion to the weights: the largest remainders are rounded up."""
    total = max(1, sum(weights.values()))
    quota = {label: size * weight // total for label, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda label: (-(size * weights[label] % total), label))
    for label in by_remainder[: size - sum(quota.values())]:
        quota[label] += 1
    return quota


def _fill(
    strata: dict[int, list[list[int]]], quotas: list[dict[int, int]], rest: bool, rng: np.random.Generator
) -> list[list[int]]:
    """Whole groups in random order, each to the first part with room; with `rest`, else to the last."""
    chosen: list[list[int]] = [[] for _ in quotas]
    for label, groups in strata.items():
        room = [quota[label] for quota in quotas]
        for i in rng.permutation(len(groups)).tolist():
            group = groups[i]
            part = next((p for p, space in enumerate(room) if len(group) <= space), None)
            if part is None and rest:
                part = len(room) - 1
            if part is not None:
                chosen[part].extend(group)
                room[part] -= len(group)
    return chosen


def _check_filled(chosen: list[list[int]], sizes: list[int], groups: Groups) -> None:
    if len(chosen[0]) < sizes[0] or len(chosen[1]) < sizes[1] or len(chosen[2]) < sizes[2]:
        got = list(map(len, chosen))
        raise DataError(
            f"the parts cannot be filled without sharing a row: asked for {sizes}, got {got}."
            f" Of the rows, {len(groups.members)} are distinct and {groups.duplicates} repeat another: ask"
            " for smaller parts, or remove the copies first"
        )


def _check_disjoint(parts: list[Dataset | None]) -> None:
    seen: set[bytes] = set()
    for part in parts:
        keys = set(part.row_bytes()) if part is not None else set()
        if seen & keys:
            raise InternalError("a split shares a row between its parts")
        seen |= keys
