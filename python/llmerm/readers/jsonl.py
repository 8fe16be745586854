"""JSON lines: `{"x": ..., "y": ...}`, or flat records with a label."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from llmerm.dataset import Dataset
from llmerm.readers.columns import as_rows, choose_columns
from llmerm.readers.labels import parse_labels
from llmerm.readers.rows import screen
from llmerm.readers.source import BadRows, Request, make_dataset, read_lines
from llmerm.readers.text import label_list


def load(request: Request) -> Dataset:
    """Read one JSON object a line; each must have the columns of the first."""
    lines = read_lines(request.path)
    bad = BadRows(request.path)
    objects: list[tuple[int, dict[str, Any]]] = []
    for number, line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            bad.add(number, f"not JSON ({error})")
            continue
        if isinstance(value, dict):
            objects.append((number, value))
        else:
            bad.add(number, f"not a JSON object: {line[:60]!r}")
    if not objects:
        bad.stop(len(lines))
    names = list(objects[0][1])
    row, label = choose_columns(names, request)
    used = {*([row] if isinstance(row, str) else row), *([label] if label is not None else [])}
    whole = []
    for number, value in objects:
        missing = [name for name in names if name in used and name not in value]
        extra = [name for name in value if name not in names]
        if missing or extra:
            reason = f"no {missing[0]!r}" if missing else f"{extra[0]!r}, which the first row has not"
            bad.add(number, reason)
        else:
            whole.append((number, value))
    where = [number for number, _ in whole]
    if isinstance(row, str):
        rows = [value[row] for _, value in whole]
    else:
        rows = as_rows(row, [[value[name] for _, value in whole] for name in row], request.input_type)
    rows = screen(rows, where, request.input_type, bad)
    labels = None
    if label is not None:
        labels = parse_labels([value[label] for _, value in whole], where, request.classes, bad)
    bad.stop(len(lines))
    return make_dataset(request, rows, labels)


def save(dataset: Dataset, path: Path) -> None:
    """Write `{"x": row, "y": label}` a line."""
    labels = label_list(dataset) if dataset.y is not None else None
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for i, row in enumerate(dataset.x):
            value = {"x": row} if labels is None else {"x": row, "y": labels[i]}
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
