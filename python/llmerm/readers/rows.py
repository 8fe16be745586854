"""Rows as files hold them -> str, lists of numbers or records, each checked with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from llmerm.readers.source import BadRows

_SEPARATOR = re.compile(r"[\s,;]+")
_KINDS = {"text": "text", "ints": "numbers", "floats": "numbers", "record": "record"}


def parse_cells(
    cells: Sequence[str], where: Sequence[int], input_type: str | None, bad: BadRows
) -> list[Any]:
    """Rows that stand in a text or CSV file as one piece of text each.

    Without an input type they are text, unless all are JSON lists of numbers or all are JSON objects.
    With `ints` or `floats`, numbers may also be separated by blanks or commas.
    """
    if input_type is None:
        parsed = _all_json(cells)
        if parsed is None:
            return list(cells)
        return screen(parsed, where, None, bad)
    if input_type == "text":
        return list(cells)
    rows = [_parse(cell, input_type, line, bad) for cell, line in zip(cells, where, strict=True)]
    return screen(rows, where, input_type, bad)


def screen(rows: list[Any], where: Sequence[int], input_type: str | None, bad: BadRows) -> list[Any]:
    """Note in `bad` every row that does not fit the input type (None: that of the first row)."""
    if not rows:
        return rows
    expected = _KINDS[input_type] if input_type else _kind(rows[0])
    if expected not in set(_KINDS.values()):
        expected = "text, numbers or a record"
    columns = rows[0].keys() if isinstance(rows[0], dict) else None
    for row, line in zip(rows, where, strict=True):
        if line in bad.reasons:
            continue
        kind = _kind(row)
        if kind != expected:
            bad.add(line, f"expected {expected}, found {kind}: {repr(row)[:60]}")
        elif kind == "record":
            _screen_record(row, columns, line, bad)
        elif kind == "numbers":
            _screen_numbers(row, line, input_type, bad)
    return rows


def _screen_record(row: dict[str, Any], columns: Any, line: int, bad: BadRows) -> None:
    for name, value in row.items():
        if value is not None and not isinstance(value, (int, float, str)):
            bad.add(line, f"column {name!r} holds {type(value).__name__}, not int, float, str, bool or None")
    missing = [name for name in columns if name not in row] if columns is not None else []
    extra = [name for name in row if name not in columns] if columns is not None else []
    if missing:
        bad.add(line, f"no column {missing[0]!r} (write null for a gap)")
    if extra:
        bad.add(line, f"column {extra[0]!r} is not in the first row")
    if not row:
        bad.add(line, "a record without columns")


def _screen_numbers(row: list[Any], line: int, input_type: str | None, bad: BadRows) -> None:
    whole = all(isinstance(v, int) for v in row)
    if input_type == "ints" and not whole:
        bad.add(line, f"ints expected, found {repr(row)[:60]}")
    elif whole and input_type != "floats" and any(not -(2**63) <= v < 2**63 for v in row):
        bad.add(line, "an integer beyond int64")


def _kind(row: Any) -> str:
    if isinstance(row, str):
        return "text"
    if isinstance(row, dict):
        return "record"
    if isinstance(row, (list, tuple)) and all(isinstance(v, (int, float)) for v in row):
        return "numbers"
    return "nothing" if row is None else type(row).__name__


def _all_json(cells: Sequence[str]) -> list[Any] | None:
    """Every cell as JSON, if all are lists of numbers or all are objects; else None."""
    brackets = {cell.strip()[:1] for cell in cells}
    if brackets not in ({"["}, {"{"}):
        return None
    try:
        parsed = [json.loads(cell) for cell in cells]
    except (ValueError, RecursionError):
        return None
    kinds = {_kind(row) for row in parsed}
    # Nothing but `[]` is more likely a text of brackets than rows of no numbers.
    return parsed if kinds in ({"numbers"}, {"record"}) and any(parsed) else None


def _parse(cell: str, input_type: str, line: int, bad: BadRows) -> Any:
    text = cell.strip()
    try:
        if input_type == "record" or text.startswith("["):
            return json.loads(text)
        number = int if input_type == "ints" else float
        return [number(part) for part in _SEPARATOR.split(text) if part]
    except (ValueError, RecursionError):
        bad.add(line, f"cannot be read as {input_type}: {repr(cell)[:60]}")
        return None
