"""From the text of a model's reply to a label. Pure and total: nothing raises.

Three forms are looked for, in this order, and the first that holds a label wins:

1. JSON objects with the key "label" (the contract), anywhere in the text, also inside fences;
2. objects that are not quite JSON ({'label': 1}, or cut): what follows `label:`;
3. the label alone, as all that the reply says.

Of several in one form the **last** wins: a model that writes more than one revises. Text inside `<think>` is
not looked at. As for candidate programs, a label is an integer, a boolean, an integral float or a string
that holds an integer; where rows have classes it is the name of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from llmerm.propose.replies import MAX_CHARACTERS, found_objects, without_thinking
from llmerm.propose.wire import Reply

NO_CLASS = -1  # a label outside the classes: wrong, as it is for a program, and no fault
_LOOSE = re.compile(r"""["']?\blabel["']?\s*[:=]\s*(?:"([^"\n]*)"|'([^'\n]*)'|([\w.+-]+))""")
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}(?:\.0{1,30})?")
_INT64 = range(-(2**63), 2**63)


def label_of(reply: Reply, classes: tuple[str, ...] | None) -> tuple[int | None, str]:
    """The label that a reply holds, and why it holds none: "ok", or a status as proposals have it.

    A truncated reply holds none, even if a label stands in it: what would have followed is not known.
    """
    if reply.status != "ok":
        return None, reply.status
    if not reply.text.strip():
        return None, "empty"
    label = parse_label(reply.text, classes)
    return label, "unparseable" if label is None else "ok"


def parse_label(text: str, classes: tuple[str, ...] | None = None) -> int | None:
    """The label in a text, coded where there are classes; None when there is none."""
    text = without_thinking(text)[:MAX_CHARACTERS]
    contract = list(found_objects(text, _label))
    for values in (contract, _loose(text), [_bare(text)]):
        labels = [label for label in (_coded(value, classes) for value in values) if label is not None]
        if labels:
            return labels[-1]
    return NO_CLASS if classes is not None and any(isinstance(value, str) for value in contract) else None


def whole(text: str) -> bool:
    """Whether a reply that is still being written has said a label in the form of the contract."""
    return any(True for _ in found_objects(without_thinking(text)[:MAX_CHARACTERS], _label))


def _label(value: dict[str, Any]) -> Any:
    return value.get("label")


def _loose(text: str) -> Iterator[str]:
    for match in _LOOSE.finditer(text):
        yield next(group for group in match.groups() if group is not None)


def _bare(text: str) -> str:
    """All of a text, less what models put around a single word."""
    return text.strip().strip("`*\"'").strip()


def _coded(value: Any, classes: tuple[str, ...] | None) -> int | None:
    """The code of a class's name, or the integer that a value is; None when it is neither."""
    if classes is not None:
        names = (str(value).strip(), json.dumps(value)) if isinstance(value, str | int) else ()
        return next((classes.index(name) for name in names if name in classes), None)
    if isinstance(value, str):
        value = value.strip()
        value = int(value.partition(".")[0]) if _INTEGER.fullmatch(value) else None
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    return int(value) if isinstance(value, int) and value in _INT64 else None
