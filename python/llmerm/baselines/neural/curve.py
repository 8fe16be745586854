"""The curve of a training: one JSON line a point, written as it happens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Point = dict[str, Any]


class Curve:
    """`curve.jsonl` of a run folder, and the points in memory."""

    def __init__(self, folder: Path | None, points: list[Point]) -> None:
        """Begin with the points that a checkpoint knows: what a killed run wrote after it is written anew."""
        self.points = points
        self._path = None if folder is None else folder / "curve.jsonl"
        if self._path is not None:
            self._path.write_text("".join(map(_line, points)), encoding="utf-8")

    def add(self, point: Point) -> None:
        """Write one point, at once."""
        self.points.append(point)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_line(point))


def _line(point: Point) -> str:
    return json.dumps(point, allow_nan=False) + "\n"
