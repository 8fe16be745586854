"""What a report says of a search: nothing that differs between two searches that got equally far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmerm.enumeration.found import Found
    from llmerm.result import Candidate

ORIGIN = "enumerate"  # of the proposals of a search


def account_of(found: Found) -> dict[str, Any]:
    """JSON types without times. Counts are of the sizes that were done: how far a clock let the size after
    those get is another number each time."""
    done = [level for level in found.levels if level.complete]
    best = found.programs[0] if found.programs else None
    return {
        "grammar": dict(found.grammar),
        "ended": found.ended,
        "size": found.complete_size,
        "programs": found.complete_programs,
        "distinct": sum(level.distinct for level in done),
        "levels": [
            {name: getattr(level, name) for name in ("size", "programs", "distinct")} for level in done
        ],
        "fits": best is not None and best.errors == 0,
        "best_size": best.size if best is not None else None,
        "best_errors": best.errors if best is not None else None,
    }


def with_outcome(account: Mapping[str, Any], candidates: Sequence[Candidate]) -> dict[str, Any]:
    """The account with `exact`: index and size of the first candidate of the search that errs on no training
    and no held-out row, or None. One that was dropped on held-out rows has erred there.
    """
    exact = next(
        (
            {"index": one.index, "size": one.proposal.code_size}
            for one in candidates
            if one.origin == ORIGIN and one.train is not None and one.train.risk == 0 and one.risk == 0
        ),
        None,
    )
    return {**account, "exact": exact}


def account_text(account: Mapping[str, Any]) -> str:
    """The account of a learning as a line: whether the rule was found, and what was searched."""
    size, programs = account["size"], account["programs"]
    searched = f"all {programs:,} programs of size <= {size}, grammar {account['grammar']['name']}"
    if account["ended"] in {"time", "interrupted"}:
        searched += f", and some of size {size + 1}; the time was up"
    elif account["ended"] == "max_size":
        searched += ", the largest asked for"
    if account["exact"]:
        found = f"exact rule found, size {account['exact']['size']}: no training and no held-out error"
        return f"{found}; searched {searched}"
    if account["fits"]:
        return f"not found: what fits the training rows errs on held-out rows; searched {searched}"
    errors = account["best_errors"]
    fits = (
        "no program has a value on all rows" if errors is None else f"the best has {errors:,} training errors"
    )
    return f"not found: {fits}; searched {searched}"
