"""The settings of a model-backed proposer: one frozen dataclass, checked once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from llmerm.errors import UsageError

APIS = ("responses", "chat")
TOOLS = ("none", "hosted", "local")


@dataclass(frozen=True)
class ModelConfig:
    """How a model is asked. Settings that are None are not sent, so that the server's defaults hold.

    Raises UsageError for values out of range and for settings that the chosen API does not have.
    """

    model: str
    api: str = "responses"
    base_url: str | None = None
    reasoning_effort: str | None = None
    verbosity: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int = 20_000  # of one reply, reasoning included; the paper's setting
    seed: int | None = None  # draw i sends seed + i: one seed for all would make the draws one draw
    tool: str = "none"
    tool_rounds: int = 8  # replies with tool calls in one draw; then one last request without the tool
    in_flight: int = 5
    timeout: float = 1200.0  # seconds of one request, whole
    retries: int = 5  # further tries of one request
    max_tokens_total: int | None = None  # input + output tokens of the run
    max_cost: float | None = None  # US dollars of the run
    prompt_file: str | None = None
    extra_body: Mapping[str, Any] | None = None  # merged into each request; None removes a key

    def __post_init__(self) -> None:
        if not self.model:
            raise UsageError("give the model's name (--model)")
        if self.api not in APIS:
            raise UsageError(f"no API {self.api!r}; the APIs are {', '.join(APIS)}")
        if self.tool not in TOOLS:
            raise UsageError(f"no tool {self.tool!r}; the tools are {', '.join(TOOLS)}")
        if self.tool == "hosted" and self.api == "chat":
            raise UsageError(
                "Chat Completions has no hosted code interpreter; use api='responses' or tool='local'"
            )
        if self.seed is not None and self.api == "responses":
            raise UsageError("the Responses API takes no seed; use api='chat' (--api chat)")
        if self.base_url is not None:
            _check_url(self.base_url)
        for name in (
            "max_output_tokens",
            "tool_rounds",
            "in_flight",
            "timeout",
            "max_tokens_total",
            "max_cost",
        ):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"{name} must be above 0, got {value}")
        if self.retries < 0:
            raise UsageError(f"retries must be 0 or more, got {self.retries}")

    def recorded(self) -> dict[str, Any]:
        """The settings as they go to disk: JSON-able, the URL without user, password and query."""
        fields = asdict(self)
        if self.base_url is not None:
            url = urlsplit(self.base_url)
            host = url.hostname or ""
            fields["base_url"] = f"{url.scheme}://{host}{f':{url.port}' if url.port else ''}{url.path}"
        fields["extra_body"] = dict(self.extra_body) if self.extra_body is not None else None
        return fields


def extra_body_of(text: str) -> dict[str, Any]:
    """`extra_body` from the JSON text of an option. Raises UsageError."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--extra-body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise UsageError("--extra-body must be a JSON object, e.g. '{\"top_k\": 20}'")
    return value


def _check_url(text: str) -> None:
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError as error:  # a port beyond 65535, a bracket left open
        raise UsageError(f"base_url {text!r} is no URL: {error}") from None
    if not usable:
        raise UsageError(f"base_url must be http:// or https:// and a host, got {text!r}")
