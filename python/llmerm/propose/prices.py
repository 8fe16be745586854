"""What tokens cost: the shipped table or the user's, and the price of one model."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmerm.errors import UsageError
from llmerm.propose.wire import Usage

SHIPPED = Path(__file__).with_name("prices.toml")
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}\Z")  # gpt-5-2025-08-07 costs what gpt-5 costs
_MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens of one model; `request` is US dollars a request (hosted tool)."""

    input: float
    cached: float
    output: float
    request: float = 0.0
    as_of: str = "unknown"

    def of(self, usage: Usage) -> float:
        """US dollars of one reply."""
        fresh = max(0, usage.input - usage.cached)
        tokens = fresh * self.input + usage.cached * self.cached + usage.output * self.output
        return tokens / _MILLION + self.request

    def at_most(self, input_tokens: int, output_tokens: int) -> float:
        """US dollars of one reply of at most so many tokens, none of them cached."""
        worst_input = max(self.input, self.cached)
        return (input_tokens * worst_input + output_tokens * self.output) / _MILLION + self.request


def price_of(model: str, table: str | Path | None = None, *, hosted: bool = False) -> Price | None:
    """The price of a model, or None when the table does not have it.

    A dated snapshot costs what its model costs. Raises UsageError for a table that cannot be read.
    """
    path = Path(table) if table is not None else SHIPPED
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the price table {path}: {error}") from None
    models = document.get("models")
    if not isinstance(models, dict):
        raise UsageError(f"the price table {path} has no table [models] (docs/proposers.md shows its form)")
    entry = models.get(model, models.get(_SNAPSHOT.sub("", model)))
    if entry is None:
        return None
    what = f"{path}, model {model!r}"
    if not isinstance(entry, dict):
        raise UsageError(f"{what}: expected {{ input = 1.25, output = 10.0 }}")
    dollars = {name: _dollars(entry.get(name), what, name) for name in ("input", "output")}
    cached = _dollars(entry.get("cached", entry.get("input")), what, "cached")
    fee = document.get("hosted_tool_session", 0.0) if hosted else 0.0
    session = _dollars(fee, str(path), "hosted_tool_session")
    return Price(dollars["input"], cached, dollars["output"], session, str(document.get("as_of", "unknown")))


def _dollars(value: Any, what: str, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise UsageError(f"{what}: {name!r} must be a number of US dollars, 0 or more")
    return float(value)
