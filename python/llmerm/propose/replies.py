"""From the text of a model's reply to a candidate's source. Pure and total: nothing is run, nothing raises.

Four forms are looked for, in this order, and the first that holds a program of the language wins:

1. JSON objects with the key "code" (the contract), anywhere in the text, also inside fences;
2. fenced code;
3. JSON that is broken elsewhere (cut, unescaped): the string after `"code":` alone;
4. raw definitions in running text.

Of several in one form the **last** wins: a model that writes more than one revises, and the earlier ones
are its drafts or an echo of the contract. Text inside `<think>` is not looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from llmerm.propose import rawcode

T = TypeVar("T")

# Longer replies are cut here: a program is at most some kilobytes, and the scans below stay fast.
MAX_CHARACTERS = 1_000_000
# Objects tried in one reply: text made of "{" only may not cost a quadratic scan.
MAX_OBJECTS = 2_000
MAX_BROKEN = 64
# Characters decoded as JSON in one reply, over all tries: nested objects are read again at every level.
MAX_DECODED = 4_000_000

_DECODER = json.JSONDecoder(strict=False)  # strict=False: models put raw newlines and tabs inside strings
# Possessive throughout: no part of a fence's line can end elsewhere, and trying is quadratic in hostile text.
_FENCE = re.compile(
    r"^[ \t]*+(`{3,}+|~{3,}+)[ \t]*+([\w+#.-]*+)[^\n]*+\n(.*?)(?:^[ \t]*+\1[`~]*+[ \t]*+$|\Z)", re.M | re.S
)
_OPENING_FENCE = re.compile(r"(`{3,}+|~{3,}+)[^\n]*+\n")
_CODE_KEY = re.compile(r'"code"\s*:\s*("""|\'\'\'|")')
_BAD_ESCAPE = re.compile(r'\\(\\|["/bfnrtu])|\\')
_ESCAPED_BREAK = re.compile(r":[ \t]*\\n")
_FENCE_TAGS = {
    "python": {"", "python", "py", "python3"},
    "c": {"", "c", "h", "cpp", "c++", "cc"},
    "cpp": {"", "c", "cpp", "c++", "cc", "cxx"},
    "zig": {"", "zig"},
    "wat": {"", "wat", "wasm", "wast", "webassembly", "lisp", "text"},
}


@dataclass(frozen=True)
class Parsed:
    """What a reply holds. Exactly one of `source` and `reason` is set; `form`: how it was found."""

    source: str | None
    reason: str | None
    form: str | None = None
    rationale: str | None = None


def parse_reply(text: str, language: str = "python") -> Parsed:
    """The program in a model's reply, or the reason why there is none. Never raises for any text.

    The source is not checked beyond holding something that looks like a definition of `f` (python, c, cpp,
    zig) or a module (wat): whether it is valid is the compile stage's question.
    """
    text = without_thinking(text.replace("\r\n", "\n"))[:MAX_CHARACTERS]
    if not text.strip():
        return Parsed(None, "no text after the model's thinking")
    objects = list(found_objects(text, _code_and_rationale))
    for form, found in (
        ("json", objects),
        ("fence", [(code, None) for code in _fenced(text, language)]),
        ("broken json", [(code, None) for code in _loose_codes(text)]),
        ("raw", [(code, None) for code in rawcode.definitions(text, language)]),
    ):
        for code, rationale in reversed(found):
            source = _tidy(code, language)
            if rawcode.looks_like_program(source, language):
                return Parsed(source, None, form, rationale)
    if objects and objects[-1][0].strip():
        # The contract was kept, but "code" defines no f: handed on, so that the compile stage says what is
        # wrong.
        return Parsed(objects[-1][0], None, "json", objects[-1][1])
    return Parsed(None, f'no JSON object with "code", and no {language} program in a fence or in the text')


def without_thinking(text: str) -> str:
    """Drop `<think>...</think>`; a block that was opened before the text began or never closed goes whole."""
    for tag in ("think", "thinking", "reasoning"):
        opening, closing = f"<{tag}>", f"</{tag}>"
        if closing in text:
            text = text.rpartition(closing)[2]
        elif text.lstrip().startswith(opening):
            text = ""
    return text


def found_objects(text: str, read: Callable[[dict[str, Any]], T | None]) -> Iterator[T]:
    """What `read` makes of each JSON object in the text; of one that it makes None of, the objects inside."""
    at, tried, decoded = text.find("{"), 0, 0
    while at != -1 and tried < MAX_OBJECTS and decoded < MAX_DECODED:
        tried += 1
        value, end = _decode(text, at)
        decoded += end - at
        found = read(value) if isinstance(value, dict) else None
        if found is not None:
            yield found
            at = text.find("{", end)
        else:
            at = text.find("{", at + 1)  # not an object, or one that wraps ours: look inside


def _code_and_rationale(value: dict[str, Any]) -> tuple[str, str | None] | None:
    """("code", "rationale") of an object that has a non-empty "code"."""
    code = _code_of(value)
    if code is None:
        return None
    rationale = value.get("rationale") or value.get("explanation")
    return code, rationale if isinstance(rationale, str) else None


def _decode(text: str, at: int) -> tuple[Any, int]:
    """The JSON value at `at` and its end, or None and where it breaks."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        return None, error.pos
    except (ValueError, RecursionError):  # an integer of too many digits, or nesting
        return None, at


def _code_of(value: dict[str, Any]) -> str | None:
    code = value.get("code")
    if isinstance(code, list) and code and all(isinstance(line, str) for line in code):
        code = "\n".join(code)  # some models write one string a line
    return code if isinstance(code, str) and code.strip() else None


def _fenced(text: str, language: str) -> list[str]:
    tags = _FENCE_TAGS.get(language, {""})
    return [match[3] for match in _FENCE.finditer(text) if match[2].lower() in tags]


def _loose_codes(text: str) -> Iterator[str]:
    """The string after each `"code":`, for objects that are not valid JSON as a whole."""
    for count, match in enumerate(_CODE_KEY.finditer(text)):
        if count >= MAX_BROKEN:
            return
        if len(match[1]) == 3:  # Python's triple quotes instead of JSON's
            end = text.find(match[1], match.end())
            if end != -1:
                yield text[match.end() : end]
            continue
        value, _ = _decode(text, match.end() - 1)
        if value is None:  # an escape that JSON does not know, such as "\d": taken as a backslash
            tail = _BAD_ESCAPE.sub(lambda m: m[0] if m[1] else r"\\", text[match.end() - 1 :][:200_000])
            value, _ = _decode(tail, 0)
        if isinstance(value, str):
            yield value


def _unfenced(code: str) -> str:
    """What is between two fences when the whole of `code` is fenced; else `code`."""
    stripped = code.strip()
    opening = _OPENING_FENCE.match(stripped)
    if opening is None:
        return code
    inside = stripped[opening.end() :]
    closing = min(len(opening[1]), len(inside) - len(inside.rstrip(opening[1][0])))
    if closing < 3:
        return code
    return inside[:-closing].rstrip(" \t").removesuffix("\n")


def _tidy(code: str, language: str) -> str:
    """Undo what models wrap around code inside a JSON string: a fence, or escapes that were escaped twice."""
    code = _unfenced(code)
    # Python cannot have a backslash right after the colon that opens a function, so nothing valid changes.
    at = code.find("def f(")
    if language == "python" and "\n" not in code and at >= 0 and _ESCAPED_BREAK.search(code, at):
        code = code.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
    return code.strip("\n") + "\n" if code.strip() else ""
