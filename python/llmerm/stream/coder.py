"""Labels as a source holds them -> int64, by rules that are settled before the first block is given out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.errors import DataError
from llmerm.readers.labels import WORDS, shorten, type_label
from llmerm.readers.memory import code_labels
from llmerm.readers.source import BadRows


class RawLabels(NamedTuple):
    """Labels as distinct values and, for each row, which of them it has."""

    values: Sequence[Any]
    which: NDArray[Any]  # (rows,) integers, an index into values


class LabelCoder:
    """`readers.labels.parse_labels`, for rows that come in pieces.

    Integers stay integers; names are coded by `classes` if given, else by those `settle` is shown, sorted.
    """

    def __init__(self, path: Path, classes: tuple[str, ...] | None) -> None:
        code_labels((), classes)  # raises DataError for classes that are none
        self.classes = classes
        self._given = classes is not None
        self._path = path
        self._settled = classes is not None

    def settle(self, labels: Iterable[RawLabels | NDArray[np.int64]]) -> None:
        """Decide between integers and names by the labels of some rows. Later labels have to be alike.

        Raises DataError when there are too many distinct names to be classes.
        """
        if self._settled:
            return
        self._settled = True
        counts: dict[int | str, int] = {}
        ignored = BadRows(self._path)  # `code` will meet them again, and knows their rows
        for raw in labels:
            if isinstance(raw, np.ndarray):
                counts[0] = counts.get(0, 0) + len(raw)
                continue
            for value, count in zip(
                raw.values, np.bincount(raw.which, minlength=len(raw.values)), strict=True
            ):
                label = type_label(value, 0, ignored) if count else None
                if label is not None:
                    counts[label] = counts.get(label, 0) + int(count)
        names = sorted(label for label in counts if isinstance(label, str))
        named = sum(counts[name] for name in names)
        rows = sum(counts.values())
        if {name.lower() for name in names} <= WORDS.keys() or rows - named >= named:
            return
        if len(names) > max(20, rows // 2):
            raise DataError(
                f"{self._path}: {len(names)} distinct labels in {rows} rows, such as {shorten(names[0])}, are"
                " no finite set of classes; is this the label column?"
            )
        self.classes = tuple(names)

    def code(
        self, raw: RawLabels | NDArray[np.int64], where: Sequence[int] | NDArray[np.int64], bad: BadRows
    ) -> NDArray[np.int64]:
        """Labels (rows,) as integers, or codes into `classes`; those that are neither are noted in `bad`."""
        if isinstance(raw, np.ndarray):
            if self.classes is None:
                return raw
            values, index = np.unique(raw, return_inverse=True)
            raw = RawLabels(values.tolist(), index)
        known = {name: code for code, name in enumerate(self.classes or ())}
        table = np.zeros(max(1, len(raw.values)), np.int64)
        reasons: dict[int, str] = {}
        for i, value in enumerate(raw.values):
            code = self._code(value, known)
            if isinstance(code, str):
                reasons[i] = code
            else:
                table[i] = code
        if reasons:
            wrong = np.zeros(len(table), bool)
            wrong[list(reasons)] = True
            for row in np.flatnonzero(wrong[raw.which]).tolist():
                bad.add(int(where[row]), reasons[int(raw.which[row])])
        codes: NDArray[np.int64] = table[raw.which]
        return codes

    def _code(self, value: Any, known: dict[str, int]) -> int | str:
        """The code of one label, or the reason why it has none."""
        if self._given:
            name = value.strip() if isinstance(value, str) else str(value)
            if name in known:
                return known[name]
            return f"label {shorten(value)} is not one of the classes {', '.join(known)}"
        reason = BadRows(self._path)
        label = type_label(value, 0, reason)
        if label is None:
            return reason.reasons[0]
        if self.classes is None:
            if isinstance(label, int):
                return label
            word = WORDS.get(label.lower())
            if word is not None:
                return word
            return f"label {shorten(value)} among integers; if it is a class, name all classes"
        if isinstance(label, str) and label in known:
            return known[label]
        if isinstance(label, int):
            return f"label {shorten(value)} among class names; if it is a class, name all classes"
        return f"label {shorten(value)} is not among those of the first rows; name all classes"
