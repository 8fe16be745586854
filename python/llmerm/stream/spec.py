"""What it takes to open a stream of files again, in another process or on another machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmerm.stream.base import Stream


@dataclass(frozen=True, slots=True)
class Spec:
    """The arguments of `scan`, with absolute paths and the classes that were found; picklable, hashable."""

    files: tuple[str, ...]
    input_type: str | None
    x: str | tuple[str, ...] | None
    y: str | None
    classes: tuple[str, ...] | None
    labelled: bool
    format: str | None
    bits: int | None
    labels: str | None

    def open(self) -> Stream:
        """The stream. Raises DataError where its files cannot be read."""
        from llmerm.stream.sources import scan

        return scan(
            [*self.files],
            input_type=self.input_type,
            x=self.x,
            y=self.y,
            classes=self.classes,
            labelled=self.labelled,
            format=self.format,
            bits=self.bits,
            labels=self.labels,
        )


def absolute(path: str | Path) -> str:
    """The path as other folders see it."""
    return str(Path(path).absolute())
