"""Tokens and cost of replies, those of an earlier, killed run included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from llmerm.propose.budget import estimated_usage
from llmerm.propose.prices import Price
from llmerm.propose.wire import Reply, Usage


@dataclass
class Tally:
    """A sum over replies; `price` None: cost unknown."""

    price: Price | None
    replies: list[Usage] = field(default_factory=list)
    estimated: bool = False

    def add(self, body: Mapping[str, Any], reply: Reply) -> None:
        """Count one reply to `body`, by what the server says or, when it says nothing, an estimate."""
        self.estimated |= reply.usage is None
        self.replies.append(reply.usage or estimated_usage(body, reply.text))

    def usage(self) -> dict[str, Any] | None:
        """Tokens by kind, requests, and whether any was estimated; None before the first reply."""
        if not self.replies:
            return None
        tokens = {
            f"{name}_tokens": sum(getattr(usage, name) for usage in self.replies)
            for name in ("input", "cached", "output", "reasoning")
        }
        total = tokens["input_tokens"] + tokens["output_tokens"]
        return tokens | {"total_tokens": total, "requests": len(self.replies), "estimated": self.estimated}

    def cost(self) -> float | None:
        """US dollars."""
        return None if self.price is None else sum(self.price.of(usage) for usage in self.replies)
