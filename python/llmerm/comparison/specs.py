"""Methods as they are asked for: `transformer:size=tiny:epochs=50,xgboost,learn`."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmerm.baselines import METHODS
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.baselines.settings import Settings

LEARN = "learn"
_BOOLS = {"yes": True, "true": True, "no": False, "false": False}
_SETTING = re.compile(r":(?=[A-Za-z_][\w-]*=)")  # so that the colons of a URL or a path stay in its value


@dataclass(frozen=True)
class Spec:
    """One method and the settings it was given, as text."""

    method: str
    given: Mapping[str, str]
    label: str  # the text itself: the name of its row


def specs_of(text: str) -> list[Spec]:
    """The methods of a list `name` or `name:setting=value:...`, separated by commas, in that order.

    Raises UsageError for a method that does not exist, a setting or a row that is named twice.
    """
    found = [_spec(part.strip()) for part in text.split(",")]
    labels = [spec.label for spec in found]
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise UsageError(f"--methods names {twice[0]!r} twice")
    return found


def typed(kind: type[Settings], given: Mapping[str, str]) -> dict[str, Any]:
    """The texts as values of the settings' types; names that do not exist are left to `settings.build`."""
    kinds = {each.name: each.metadata["kind"] for each in dataclasses.fields(kind)}
    return {name: _value(name, text, kinds.get(name, str)) for name, text in given.items()}


def _value(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text not in _BOOLS:
            raise UsageError(f"{name} is yes or no, not {text!r}")
        return _BOOLS[text]
    try:
        return kind(text)
    except ValueError:
        raise UsageError(f"{name} is a number ({kind.__name__}), not {text!r}") from None


def _spec(text: str) -> Spec:
    name, *parts = _SETTING.split(text)
    known = [LEARN, *METHODS]
    if name not in known:
        if ":" in name:
            raise UsageError(f"{text!r}: a method's settings are name=value, as in transformer:size=tiny")
        near = difflib.get_close_matches(name, known, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"the methods are {', '.join(known)}"
        raise UsageError(f"no method {name!r}; {hint}")
    given: dict[str, str] = {}
    for part in parts:
        setting, _, value = part.partition("=")
        setting = setting.replace("-", "_")
        if setting in given:
            raise UsageError(f"{text!r} gives {setting} twice")
        given[setting] = value
    return Spec(name, given, text)
