"""What both APIs have in common: the shape of a reply once it is read, and readers that trust nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from llmerm.propose.config import ModelConfig

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class MalformedReplyError(Exception):
    """A reply with status 200 that is not what the API promises; asked for again."""


class ServerSaidErrorError(MalformedReplyError):
    """A reply with status 200 whose body says that the server failed; asked for again."""


@dataclass(frozen=True)
class ToolCall:
    """One call of a function tool; `arguments` is JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Usage:
    """Tokens of one reply, as the server counted. `cached` is part of `input`, `reasoning` of `output`."""

    input: int
    output: int
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True)
class Reply:
    """One reply of a model. `status` is "ok", "truncated" or "refused"; `detail` says why it is not ok."""

    status: str
    text: str
    calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None
    detail: str | None = None
    history: tuple[Any, ...] = field(default=(), repr=False)  # items that go back with the tools' outputs


class Api(Protocol):
    """One of the two HTTP APIs: how to write a request's body and how to read a reply."""

    def first_body(self, config: ModelConfig, prompt: str, draw: int) -> dict[str, Any]:
        """The body of a draw's first request."""
        ...

    def next_body(self, body: dict[str, Any], reply: Reply, outputs: list[str], last: bool) -> dict[str, Any]:
        """The body that carries the outputs of `reply.calls`; with `last`, no further call is allowed."""
        ...

    async def send(self, client: AsyncOpenAI, body: Mapping[str, Any]) -> bytes:
        """Send a body once and return the reply's bytes. Raises what the openai client raises."""
        ...

    def read(self, raw: bytes) -> Reply:
        """Read a reply's bytes. Raises MalformedReplyError."""
        ...


def api_of(name: str) -> Api:
    """The API of that name."""
    from llmerm.propose.chat_api import ChatApi
    from llmerm.propose.responses_api import ResponsesApi

    return ResponsesApi() if name == "responses" else ChatApi()


def merged(body: dict[str, Any], config: ModelConfig) -> dict[str, Any]:
    """The body with the user's extra keys; unset values are left out."""
    body |= config.extra_body or {}
    return {key: value for key, value in body.items() if value is not None}


def json_object(raw: bytes) -> dict[str, Any]:
    """The JSON object that `raw` is. Raises MalformedReplyError."""
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise MalformedReplyError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise MalformedReplyError(f"a JSON {type(value).__name__} instead of an object")
    if value.get("error"):
        message = as_dict(value["error"]).get("message") or value["error"]
        raise ServerSaidErrorError(f"the server says: {str(message)[:500]}")
    return value


def as_dict(value: Any) -> dict[str, Any]:
    """`value` if it is a dict, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """`value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def as_count(value: Any) -> int:
    """`value` if it is a count, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
