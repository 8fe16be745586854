"""Labels as files hold them -> integers or class names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from llmerm.errors import DataError
from llmerm.readers.source import BadRows

_INTEGER = re.compile(
    r"[+-]?(0|[1-9][0-9]*)(\.0*)?"
)  # 007 is a name: another spelling could be another class
WORDS = {"true": 1, "false": 0}
_DIGITS = 20  # of an int64 with its sign; the pattern allows no leading zero


def parse_labels(
    raw: Sequence[Any], where: Sequence[int], classes: tuple[str, ...] | None, bad: BadRows
) -> list[Any]:
    """Turn raw labels into all integers or all class names; notes in `bad` those that are neither.

    Integers may be spelt 1, +1, 1.0 or as text; true and false, when there is nothing else, are 1 and 0. Any
    other text is a class name, and numbers may then not stand among the names, since a mistyped label would
    make a class of its own: name the `classes` to allow it.
    Raises DataError when there are too many distinct names to be classes.
    """
    if classes is not None:
        return [_named(value, line, classes, bad) for value, line in zip(raw, where, strict=True)]
    values = [type_label(value, line, bad) for value, line in zip(raw, where, strict=True)]
    names = [v for v in values if isinstance(v, str)]
    if not names:
        return values
    distinct = set(names)
    if {name.lower() for name in distinct} <= WORDS.keys():
        values = [WORDS[v.lower()] if isinstance(v, str) else v for v in values]
        return values
    numbers = len([v for v in values if isinstance(v, int)])
    if numbers:
        odd: type = str if numbers >= len(names) else int
        other = "integers" if odd is str else "class names"
        for value, line in zip(values, where, strict=True):
            if isinstance(value, odd):
                bad.add(line, f"label {shorten(value)} among {other}; if it is a class, name all classes")
    if len(distinct) > max(20, len(values) // 2):
        raise DataError(
            f"{bad.path}: {len(distinct)} distinct labels in {len(values)} rows, such as {shorten(names[0])},"
            " are no finite set of classes; is this the label column?"
        )
    return values


def _named(value: Any, line: int, classes: tuple[str, ...], bad: BadRows) -> str:
    name = value.strip() if isinstance(value, str) else str(value)
    if name not in classes:
        bad.add(line, f"label {shorten(value)} is not one of the classes {', '.join(classes)}")
    return name


def type_label(value: Any, line: int, bad: BadRows) -> int | str | None:
    """One label as int or as a name; None, noted in `bad`, if it is neither."""
    if isinstance(value, str):
        value = value.strip()
        if _INTEGER.fullmatch(value):
            whole = value.split(".")[0]
            if len(whole) > _DIGITS:  # Python would not even convert 5,000 of them
                bad.add(line, f"label {shorten(value)} is beyond int64")
                return None
            value = int(whole)
        elif value and not _is_number(value):
            return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or value == "":
        bad.add(line, "no label")
    elif not isinstance(value, int):
        bad.add(line, f"label {shorten(value)} is neither an integer nor a class name")
    elif not -(2**63) <= value < 2**63:
        bad.add(line, f"label {shorten(value)} is beyond int64")
    else:
        return int(value)
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return not re.fullmatch(r"[A-Za-z]+|0[0-9]+", text)  # 'nan', 'inf' and 007 are names


def shorten(value: Any) -> str:
    """A label for a message, cut at 40 characters."""
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."
