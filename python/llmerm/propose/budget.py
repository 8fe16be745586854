"""Caps on tokens and money, and what a run would cost before it is started."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmerm.propose.config import ModelConfig
from llmerm.propose.prices import Price
from llmerm.propose.wire import Usage

_WORDS = re.compile(r"[A-Za-z]+|[0-9]+|\s+|.", re.S)
_TYPICAL_OUTPUT = 0.4  # of max_output_tokens; a guess, for the plan only
_OVERHEAD = 200  # tokens that a server's template and the tool's description may add


class CapReachedError(Exception):
    """The next request might exceed a cap, and no request under way can make room."""


@dataclass
class Reservation:
    """What one request may cost at most; held from before it is sent until it is settled."""

    tokens: int
    cost: float


class Budget:
    """Spending of one run against its caps. For one event loop; not thread-safe.

    Before each request its worst case is reserved: the prompt's bytes (no byte-level tokenizer makes more
    tokens than bytes) plus max_output_tokens. A request waits while others in flight might give room back,
    so that spending stays below the caps whatever the concurrency. It can exceed them only if the server
    does not keep max_output_tokens, or adds input of its own: rounds of a hosted tool.
    """

    def __init__(self, config: ModelConfig, price: Price | None, tokens: int = 0, cost: float = 0.0) -> None:
        self._config, self._price = config, price
        self.tokens, self.cost = tokens, cost
        self._held: list[Reservation] = []
        self._changed = asyncio.Condition()

    async def reserve(self, body: Mapping[str, Any]) -> Reservation:
        """Hold the worst case of a request, once there is room. Raises CapReachedError."""
        prompt = most_tokens(body)
        output = self._config.max_output_tokens
        need = Reservation(prompt + output, self._price.at_most(prompt, output) if self._price else 0.0)
        async with self._changed:
            while not self._fits(need):
                if not self._held:
                    raise CapReachedError
                await self._changed.wait()
            self._held.append(need)
        return need

    async def settle(self, held: Reservation, tokens: int, cost: float) -> None:
        """Replace a reservation by what was spent (0 for a request that was turned away)."""
        async with self._changed:
            self._held.remove(held)
            self.tokens += tokens
            self.cost += cost
            self._changed.notify_all()

    def _fits(self, need: Reservation) -> bool:
        tokens = self.tokens + need.tokens + sum(held.tokens for held in self._held)
        cost = self.cost + need.cost + sum(held.cost for held in self._held)
        config = self._config
        return (config.max_tokens_total is None or tokens <= config.max_tokens_total) and (
            config.max_cost is None or cost <= config.max_cost
        )


def most_tokens(body: Mapping[str, Any]) -> int:
    """An upper bound on the input tokens of a request: the bytes of its JSON, and some for the template."""
    return len(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")) + _OVERHEAD


def estimated_tokens(text: str) -> int:
    """About how many tokens a text is: words of 5 letters, 3 digits, or one mark. Good to some 30 %."""
    count = 0
    for match in _WORDS.finditer(text):
        piece = match[0]
        size = 3 if piece.isdigit() else 5
        count += 0 if piece == " " else math.ceil(len(piece) / size)
    return count


def estimated_usage(body: Mapping[str, Any], reply: str) -> Usage:
    """Stands in for the usage that a server did not send."""
    return Usage(estimated_tokens(json.dumps(body, ensure_ascii=False)), estimated_tokens(reply))


def plan(
    config: ModelConfig, price: Price | None, body: Mapping[str, Any], prompt: str, k: int
) -> dict[str, Any]:
    """Tokens and cost of `k` draws without retries: an estimate and a bound, JSON-able."""
    rounds = config.tool_rounds + 1 if config.tool == "local" else 1
    typical_input, worst_input = estimated_tokens(prompt), most_tokens(body)
    typical_output = int(config.max_output_tokens * _TYPICAL_OUTPUT)
    # In round r the prompt comes again with all earlier replies and outputs; a call's output is bounded, the
    # sum below is for replies of full length and counts their bytes as tokens.
    worst_tokens = sum(
        worst_input + r * (config.max_output_tokens + 8_000) + config.max_output_tokens for r in range(rounds)
    )
    worst_inputs = worst_tokens - rounds * config.max_output_tokens
    typical, worst = None, None
    if price is not None:
        typical = k * price.of(Usage(typical_input, typical_output))
        worst = k * price.at_most(worst_inputs, rounds * config.max_output_tokens)
        worst += k * (rounds - 1) * price.request
        worst = min(worst, config.max_cost) if config.max_cost is not None else worst
    total = k * worst_tokens
    return {
        "proposer": config.model,
        "draws": k,
        "prompt_tokens_estimate": typical_input,
        "prompt_tokens_at_most": worst_input,
        "max_output_tokens": config.max_output_tokens,
        "requests_at_most": k * rounds,
        "tokens_at_most": min(total, config.max_tokens_total) if config.max_tokens_total else total,
        "cost_typical": typical,
        "cost_at_most": worst,
        "prices_as_of": price.as_of if price else None,
    }


def free_plan(name: str, k: int) -> dict[str, Any]:
    """The plan of a proposer that sends nothing: the same keys, zeros."""
    zeros = ("prompt_tokens_estimate", "prompt_tokens_at_most", "max_output_tokens", "requests_at_most")
    costs = {"tokens_at_most": 0, "cost_typical": 0.0, "cost_at_most": 0.0, "prices_as_of": None}
    return {"proposer": name, "draws": k} | dict.fromkeys(zeros, 0) | costs


def plan_lines(document: Mapping[str, Any]) -> list[str]:
    """A plan for a person."""
    lines = [
        f"{document['draws']} draws from {document['proposer']}; nothing was sent",
        f"prompt: about {document['prompt_tokens_estimate']:,} tokens (an estimate), "
        f"at most {document['prompt_tokens_at_most']:,}",
        f"requests: at most {document['requests_at_most']:,}, without retries",
        f"tokens: at most {document['tokens_at_most']:,}, input and output",
    ]
    if document["cost_at_most"] is None:
        return [*lines, "cost: unknown; the price table does not have this model (--prices FILE)"]
    dated = f"; prices as of {document['prices_as_of']}" if document["prices_as_of"] else ""
    typical, worst = document["cost_typical"], document["cost_at_most"]
    return [*lines, f"cost: typically about {typical:.4f} US dollars (a guess), at most {worst:.4f}{dated}"]
