"""Rows that stand in a text file as text -> what they are: text, numbers or records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llmerm.dataset import Dataset, Packed
from llmerm.errors import DataError
from llmerm.readers.memory import pack_rows
from llmerm.readers.rows import parse_cells
from llmerm.readers.source import BadRows
from llmerm.stream.lines import Lines

_HINT = "its input type is that of the first rows; if it is another, give the input_type"


class Cells:
    """`readers.rows.parse_cells` for rows that come in pieces: what the first rows are, all have to be.

    `first`: the first rows, by which the input type is inferred when None; `last`: whether these are all.
    """

    def __init__(self, path: Path, input_type: str | None, first: Sequence[Lines], last: bool) -> None:
        self._path = path
        self._inferred = input_type is None
        self._columns: list[str] | None = None  # of records, in the order of the first row
        self.kind = input_type or self._infer(first, last)

    def _infer(self, first: Sequence[Lines], last: bool) -> str:
        if not _strings(first[0].only(slice(1)))[0].lstrip().startswith(("[", "{")):
            return "text"
        cells = [cell for lines in first for cell in _strings(lines)]
        where = [number for lines in first for number in lines.numbers.tolist()]
        bad = BadRows(self._path, whole=last)
        rows = parse_cells(cells, where, None, bad)
        bad.stop(len(cells))
        if not isinstance(rows[0], str):
            return pack_rows(rows, None).kind
        if not last and all(cell.strip() in {"[]", "{}"} for cell in cells):
            raise DataError(f"{self._path}: the first rows are nothing but brackets; give the input_type")
        return "text"

    def read(self, lines: Lines, bad: BadRows) -> Packed | list[Any]:
        """The rows, as packed text or as a list; those that do not fit are noted in `bad`."""
        if self.kind == "text":
            return lines.texts()
        where = lines.numbers.tolist()
        cells = _strings(lines)
        if self._inferred:  # then they are all JSON, or `read` would have taken them for text
            bracket = "{" if self.kind == "record" else "["
            for line, cell in zip(where, cells, strict=True):
                if cell.strip()[:1] != bracket:
                    bad.add(line, f"{cell[:40]!r} is text; {_HINT}")
        rows = parse_cells(cells, where, self.kind, bad)
        if self.kind == "record":
            return self._ordered(rows, where, bad)
        return rows

    def _ordered(self, rows: list[Any], where: list[int], bad: BadRows) -> list[Any]:
        """Records in the column order of the first row of all."""
        if self._columns is None and not bad.reasons:
            self._columns = list(rows[0]) if rows else None
        names = set(self._columns or ())
        for row, line in zip(rows, where, strict=True):
            if line not in bad.reasons and row.keys() != names:
                bad.add(line, f"columns {', '.join(row)}, but the first row has {', '.join(names)}")
        return rows if bad.reasons else [{name: row[name] for name in self._columns or ()} for row in rows]


def _strings(lines: Lines) -> list[str]:
    return [str(row) for row in Dataset.from_packed(lines.texts()).x]
