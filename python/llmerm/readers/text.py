"""`<x> -> <y>`, one row a line: the form in which the paper shows rows to a model."""

from __future__ import annotations

import json
from pathlib import Path

from llmerm.dataset import Dataset
from llmerm.errors import DataError
from llmerm.readers.labels import parse_labels
from llmerm.readers.rows import parse_cells
from llmerm.readers.source import BadRows, Request, make_dataset, read_lines

ARROW = " -> "


def load(request: Request) -> Dataset:
    """Read a text file. The last arrow of a line divides it; the row is kept to the last blank."""
    if request.x is not None or request.y is not None:
        raise DataError(f"{request.path}: a text file has no columns; leave out x and y")
    lines = read_lines(request.path)
    where = [number for number, _ in lines]
    bad = BadRows(request.path)
    if not request.labelled:
        rows = parse_cells([line for _, line in lines], where, request.input_type, bad)
        bad.stop(len(lines))
        return make_dataset(request, rows, None)
    parts = [line.rpartition(ARROW) for _, line in lines]
    if not any(arrow for _, arrow, _ in parts):
        raise DataError(
            f"{request.path}: no line is `<x> -> <y>`; if the rows have no labels, say labelled=False"
        )
    for (number, line), (_, arrow, _) in zip(lines, parts, strict=True):
        if not arrow:
            bad.add(number, f"not `<x> -> <y>`: {line[:60]!r}")
    whole = [(n, x, y) for n, (x, arrow, y) in zip(where, parts, strict=True) if arrow]
    where = [n for n, _, _ in whole]
    rows = parse_cells([x for _, x, _ in whole], where, request.input_type, bad)
    labels = parse_labels([y for _, _, y in whole], where, request.classes, bad)
    bad.stop(len(lines))
    return make_dataset(request, rows, labels)


def save(dataset: Dataset, path: Path) -> None:
    """Write rows: text as it stands, numbers and records as JSON."""
    rows = dataset.x if dataset.input_type == "text" else [json.dumps(row) for row in dataset.x]
    broken = next((row for row in rows if "\n" in row or row.endswith("\r")), None)
    if broken is not None:
        raise DataError(
            f"{path}: a row holds a line break, which a text file cannot; write .jsonl or .parquet"
        )
    lines = (
        rows
        if dataset.y is None
        else [f"{x}{ARROW}{y}" for x, y in zip(rows, label_list(dataset), strict=True)]
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def label_list(dataset: Dataset) -> list[int] | list[str]:
    """The labels as files show them: class names if there are any, else integers."""
    codes: list[int] = [] if dataset.y is None else dataset.y.tolist()
    return codes if dataset.classes is None else [dataset.classes[code] for code in codes]
