"""What in-context learning asks of a model, wherever it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from llmerm.propose.prices import Price
from llmerm.propose.wire import Reply

RECORD = "queries"  # the folder of a run where every request and reply is written down as it happens


class Answer(NamedTuple):
    """A reply, and the name of the query that it answers."""

    name: str
    reply: Reply


class Model(Protocol):
    """Answers prompts. Each has a name, under which its reply is recorded and found again."""

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of the model, as JSON types."""
        ...

    @property
    def price(self) -> Price | None:
        """What its tokens cost, if that is known."""
        ...

    def ask(self, prompts: Mapping[str, str]) -> Iterator[Answer]:
        """The reply to each prompt, in the order in which they are there: recorded ones first.

        Raises ProposerError when a prompt has no reply: that is no answer of the model's, and cannot be
        scored.
        """
        ...
