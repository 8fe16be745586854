"""The Chat Completions API (`POST /chat/completions`), which every compatible server speaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llmerm.propose.config import ModelConfig
from llmerm.propose.tool import DESCRIPTION, NAME, PARAMETERS
from llmerm.propose.wire import (
    MalformedReplyError,
    Reply,
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


class ChatApi:
    """One user message in; one message back."""

    def first_body(self, config: ModelConfig, prompt: str, draw: int) -> dict[str, Any]:
        """One user message, no system prompt, as in the paper."""
        function = {"name": NAME, "description": DESCRIPTION, "parameters": PARAMETERS}
        # OpenAI's reasoning models refuse max_tokens; many compatible servers know no other name.
        limit = "max_completion_tokens" if config.base_url is None else "max_tokens"
        body: dict[str, Any] = {
            "model": config.model,
            "messages": [{"role": "user", "content": prompt}],
            limit: config.max_output_tokens,
            "reasoning_effort": config.reasoning_effort,
            "verbosity": config.verbosity,
            "temperature": config.temperature,
            "top_p": config.top_p,
            "seed": None if config.seed is None else config.seed + draw,
            "tools": [{"type": "function", "function": function}] if config.tool == "local" else None,
        }
        return merged(body, config)

    def next_body(self, body: dict[str, Any], reply: Reply, outputs: list[str], last: bool) -> dict[str, Any]:
        """The conversation so far, the model's own message and one tool message a call."""
        answers = [
            {"role": "tool", "tool_call_id": call.id, "content": output}
            for call, output in zip(reply.calls, outputs, strict=True)
        ]
        messages = [*body["messages"], *reply.history, *answers]
        return body | {"messages": messages} | ({"tool_choice": "none"} if last else {})

    async def send(self, client: AsyncOpenAI, body: Mapping[str, Any]) -> bytes:
        """`extra_body` takes any key, so that what is sent is what was recorded."""
        response = await client.chat.completions.with_raw_response.create(
            model=body.get("model", ""), messages=body["messages"], extra_body=dict(body)
        )
        return response.content

    def read(self, raw: bytes) -> Reply:
        """The first choice's text, refusal, tool calls and why it ended."""
        value = json_object(raw)
        choices = as_list(value.get("choices"))
        if not choices or not isinstance(as_dict(choices[0]).get("message"), dict):
            raise MalformedReplyError("no message in 'choices' of the reply")
        message, reason = choices[0]["message"], as_text(choices[0].get("finish_reason"))
        calls = []
        for call in map(as_dict, as_list(message.get("tool_calls"))):
            function = as_dict(call.get("function"))
            name, arguments = as_text(function.get("name")), as_text(function.get("arguments"))
            calls.append(ToolCall(as_text(call.get("id")), name, arguments))
        text, refusal = _text(message.get("content")), as_text(message.get("refusal"))
        status, detail = "ok", None
        if reason == "length":
            status, detail = "truncated", "finish_reason length: max_output_tokens reached"
        elif reason == "content_filter":
            status, detail = "refused", "finish_reason content_filter"
        elif refusal and not text:
            status, detail = "refused", refusal
        # Only what the API takes back: some servers add fields that others refuse.
        said = {"role": "assistant", "content": message.get("content")}
        if calls:
            said["tool_calls"] = message["tool_calls"]
        return Reply(status, text, tuple(calls), _usage(value), detail, (said,))


def _text(content: Any) -> str:
    """A message's content is a string or, on some servers, a list of parts."""
    if isinstance(content, list):
        return "".join(as_text(as_dict(part).get("text")) for part in content)
    return as_text(content)


def _usage(value: dict[str, Any]) -> Usage | None:
    usage = as_dict(value.get("usage"))
    if not usage:
        return None
    return Usage(
        input=as_count(usage.get("prompt_tokens")),
        output=as_count(usage.get("completion_tokens")),
        cached=as_count(as_dict(usage.get("prompt_tokens_details")).get("cached_tokens")),
        reasoning=as_count(as_dict(usage.get("completion_tokens_details")).get("reasoning_tokens")),
    )
