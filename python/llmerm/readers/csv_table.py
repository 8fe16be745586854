"""CSV and TSV with a header line."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from llmerm.dataset import Dataset
from llmerm.errors import DataError
from llmerm.readers.columns import as_rows, choose_columns, type_column
from llmerm.readers.labels import parse_labels
from llmerm.readers.rows import parse_cells, screen
from llmerm.readers.source import BadRows, Request, make_dataset, read_text
from llmerm.readers.text import label_list


def load(request: Request) -> Dataset:
    """Read a table; blank lines are no rows, a row with more or fewer cells than the header is bad."""
    where, table = read_table(request.path, "\t" if request.format == "tsv" else ",")
    header = table[0]
    row, label = choose_columns(header, request)
    bad = BadRows(request.path)
    whole = []
    for line, cells in zip(where[1:], table[1:], strict=True):
        if len(cells) == len(header):
            whole.append((line, cells))
        else:
            bad.add(line, f"{len(cells)} cells, but the header names {len(header)} columns")
    lines = [line for line, _ in whole]
    column = {name: [cells[i] for _, cells in whole] for i, name in enumerate(header)}
    if isinstance(row, str):
        rows = parse_cells(column[row], lines, request.input_type, bad)
    else:
        rows = as_rows(row, [type_column(column[name]) for name in row], request.input_type)
        rows = screen(rows, lines, request.input_type, bad)
    labels = parse_labels(column[label], lines, request.classes, bad) if label is not None else None
    bad.stop(len(table) - 1)
    return make_dataset(request, rows, labels)


def read_table(path: Path, delimiter: str = ",") -> tuple[list[int], list[list[str]]]:
    """(line numbers, cells) of every line that is not blank, the header among them. Raises DataError."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), delimiter=delimiter, strict=True)
    where, table = [], []
    with _long_cells():
        try:
            for cells in reader:
                if cells:
                    where.append(reader.line_num)
                    table.append(cells)
        except csv.Error as error:
            raise DataError(f"{path}: line {reader.line_num} is not CSV: {error}") from error
    return where, table


def save(dataset: Dataset, path: Path) -> None:
    """Write columns `x` (numbers as JSON) or those of the records, and `y`."""
    x: list[Any] = dataset.x
    if dataset.input_type == "record":
        names = list(x[0]) if x else []
        if "y" in names or names == ["x"]:
            raise DataError(f"{path}: a CSV of records cannot have a column y, nor x alone; write .jsonl")
        cells = [list(row.values()) for row in x]
    else:
        names = ["x"]
        cells = [[row if dataset.input_type == "text" else json.dumps(row)] for row in x]
    if dataset.y is not None:
        names = [*names, "y"]
        cells = [[*row, label] for row, label in zip(cells, label_list(dataset), strict=True)]
    with path.open("w", encoding="utf-8", newline="") as file:
        delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
        # The csv module leaves a lone carriage return unquoted, and then reads it as the end of a line.
        returns = any(isinstance(cell, str) and "\r" in cell for row in [names, *cells] for cell in row)
        quoting: Literal[0, 1] = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=quoting)
        writer.writerows([names, *cells])


@contextmanager
def _long_cells() -> Iterator[None]:
    """Lift the csv module's limit of 131,072 characters a cell, one setting for the whole process."""
    limit = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(limit)
