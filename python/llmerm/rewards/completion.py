"""From a trainer's completion to a candidate's source. Pure and total: nothing is run, nothing raises."""

from __future__ import annotations

from typing import Any

from llmerm.propose.replies import parse_reply


def source_of(completion: Any, language: str) -> str | None:
    """The program in a completion, or None when there is none (or the completion is no text at all)."""
    text = text_of(completion)
    return None if text is None else parse_reply(text, language).source


def text_of(completion: Any) -> str | None:
    """The text of a completion: a string, or what the assistant said last in a list of messages.

    A message's content may be a string or a list of parts, whose texts are joined. None for anything else.
    """
    if isinstance(completion, str):
        return completion
    if not isinstance(completion, (list, tuple)):
        return None
    for message in reversed(completion):
        if isinstance(message, dict) and _is(message.get("role", "assistant"), "assistant"):
            return _content(message.get("content"))
    return None


def _content(content: Any) -> str | None:
    if isinstance(content, str):
        return content
    if not isinstance(content, (list, tuple)):
        return None
    parts = [p.get("text") for p in content if isinstance(p, dict) and _is(p.get("type", "text"), "text")]
    return "".join(part for part in parts if isinstance(part, str))


def _is(value: Any, word: str) -> bool:
    """Equality that asks nothing of a value that is no string (an array's == has no truth)."""
    return isinstance(value, str) and value == word
