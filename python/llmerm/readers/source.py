"""What every reader shares: the request, the text of a file, and the account of its bad rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from llmerm.dataset import Dataset
from llmerm.errors import DataError

SHOWN = 5  # bad rows described in full; all are counted


class Request(NamedTuple):
    """The arguments of `read`, settled."""

    path: Path
    format: str
    input_type: str | None
    x: str | tuple[str, ...] | None
    y: str | None
    classes: tuple[str, ...] | None
    labelled: bool


@dataclass
class BadRows:
    """Collects the bad rows of a file, so that one error tells of all of them."""

    path: Path
    unit: str = "line"  # what the numbers count, from 1
    whole: bool = True  # whether all rows of the file are looked at, or only those up to some point
    reasons: dict[int, str] = field(default_factory=dict)

    def add(self, where: int, reason: str) -> None:
        """Note that the row at line `where` is bad; its first reason is kept."""
        self.reasons.setdefault(where, reason)

    def stop(self, total: int) -> None:
        """Raise DataError if any of the `total` rows is bad."""
        if not self.reasons:
            return
        first = sorted(self.reasons.items())[:SHOWN]
        lines = [f"{self.unit} {where}: {reason}" for where, reason in first]
        more = len(self.reasons) - len(first)
        if more:
            lines.append(f"and {more} more")
        count = f"{len(self.reasons)} of {total}" if self.whole else f"at least {len(self.reasons)}"
        raise DataError(
            f"{self.path}: {count} rows are bad, correct or remove them:\n  " + "\n  ".join(lines)
        )


def read_lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, with their numbers from 1. Raises DataError."""
    return [
        (number, line.removesuffix("\r"))
        for number, line in enumerate(read_text(path).split("\n"), start=1)
        if line.strip()
    ]


def read_text(path: Path) -> str:
    """The whole file as text, without a byte-order mark. Raises DataError if it is empty or no UTF-8 text."""
    raw = path.read_bytes()
    if not raw.strip():
        raise DataError(f"{path}: the file is empty")
    return decode_text(raw, path)


def decode_text(raw: bytes, path: Path, first_line: int = 1) -> str:
    """The text of a file from line `first_line` on, without a byte-order mark. Raises DataError."""
    if b"\0" in raw:
        utf16 = raw[:2] in {b"\xff\xfe", b"\xfe\xff"}
        advice = "it looks like UTF-16; save it as UTF-8" if utf16 else "is the suffix right?"
        raise DataError(f"{path}: this is not text (it holds zero bytes); {advice}")
    try:
        return raw.decode("utf-8-sig" if first_line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + first_line
        raise DataError(
            f"{path}: not UTF-8 at line {line} (byte 0x{raw[error.start]:02x}); convert it first, e.g. with"
            f" `iconv -f latin1 -t utf-8`"
        ) from error


def make_dataset(request: Request, rows: Any, labels: list[Any] | None) -> Dataset:
    """A Dataset whose errors name the file."""
    try:
        return Dataset(rows, labels, request.input_type, request.classes)
    except DataError as error:
        raise DataError(f"{request.path}: {error}") from error
