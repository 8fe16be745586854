"""The Responses API (`POST /responses`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llmerm.propose.config import ModelConfig
from llmerm.propose.tool import DESCRIPTION, NAME, PARAMETERS
from llmerm.propose.wire import (
    MalformedReplyError,
    Reply,
    ServerSaidErrorError,
    ToolCall,
    Usage,
    as_count,
    as_dict,
    as_list,
    as_text,
    json_object,
    merged,
)

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class ResponsesApi:
    """One user message in; a list of output items back. Tool rounds resend the whole conversation."""

    def first_body(self, config: ModelConfig, prompt: str, draw: int) -> dict[str, Any]:
        """One user message, no system prompt, as in the paper."""
        tools: list[dict[str, Any]] | None = None
        if config.tool == "hosted":
            tools = [{"type": "code_interpreter", "container": {"type": "auto"}}]
        elif config.tool == "local":
            tools = [{"type": "function", "name": NAME, "description": DESCRIPTION, "parameters": PARAMETERS}]
        body: dict[str, Any] = {
            "model": config.model,
            "input": [{"role": "user", "content": prompt}],
            "max_output_tokens": config.max_output_tokens,
            "reasoning": {"effort": config.reasoning_effort} if config.reasoning_effort else None,
            "text": {"verbosity": config.verbosity} if config.verbosity else None,
            "temperature": config.temperature,
            "top_p": config.top_p,
            "tools": tools,
        }
        return merged(body, config)

    def next_body(self, body: dict[str, Any], reply: Reply, outputs: list[str], last: bool) -> dict[str, Any]:
        """The conversation so far, the model's own items (reasoning too) and one output a call."""
        answers = [
            {"type": "function_call_output", "call_id": call.id, "output": output}
            for call, output in zip(reply.calls, outputs, strict=True)
        ]
        return (
            body
            | {"input": [*body["input"], *reply.history, *answers]}
            | ({"tool_choice": "none"} if last else {})
        )

    async def send(self, client: AsyncOpenAI, body: Mapping[str, Any]) -> bytes:
        """`extra_body` takes any key, so that what is sent is what was recorded."""
        response = await client.responses.with_raw_response.create(extra_body=dict(body))
        return response.content

    def read(self, raw: bytes) -> Reply:
        """Join the text parts; note refusals, function calls and why the reply ended."""
        value = json_object(raw)
        if not isinstance(value.get("output"), list):
            raise MalformedReplyError("no list 'output' in the reply")
        if value.get("status") in ("failed", "cancelled"):
            raise ServerSaidErrorError(f"the reply has status {value['status']}")
        texts, refusals, calls = [], [], []
        for item in map(as_dict, value["output"]):
            if item.get("type") == "function_call":
                name, arguments = as_text(item.get("name")), as_text(item.get("arguments"))
                calls.append(ToolCall(as_text(item.get("call_id")), name, arguments))
            for part in map(as_dict, as_list(item.get("content")) if item.get("type") == "message" else []):
                texts.append(as_text(part.get("text")) if part.get("type") == "output_text" else "")
                refusals.append(as_text(part.get("refusal")) if part.get("type") == "refusal" else "")
        status, detail = "ok", None
        if value.get("status") == "incomplete":
            reason = as_text(as_dict(value.get("incomplete_details")).get("reason")) or "no reason given"
            status, detail = ("refused" if reason == "content_filter" else "truncated"), reason
        elif any(refusals) and not any(texts):
            status, detail = "refused", "".join(refusals)
        return Reply(status, "".join(texts), tuple(calls), _usage(value), detail, tuple(value["output"]))


def _usage(value: dict[str, Any]) -> Usage | None:
    usage = as_dict(value.get("usage"))
    if not usage:
        return None
    return Usage(
        input=as_count(usage.get("input_tokens")),
        output=as_count(usage.get("output_tokens")),
        cached=as_count(as_dict(usage.get("input_tokens_details")).get("cached_tokens")),
        reasoning=as_count(as_dict(usage.get("output_tokens_details")).get("reasoning_tokens")),
    )
