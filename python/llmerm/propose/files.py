"""Program files as proposals: the language by the suffix, one file one candidate."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from llmerm.errors import DataError, UsageError
from llmerm.propose.base import Proposal

if TYPE_CHECKING:
    from llmerm.dataset import Dataset

SUFFIXES = {
    ".py": "python",
    ".c": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".zig": "zig",
    ".wat": "wat",
    ".wasm": "wasm",
}


class FileProposals:
    """Candidates from files. `paths` is one or more paths or glob patterns (`**` reaches into folders).

    The order of the patterns, then the sorted names, is the proposal order; a file named twice counts once.
    Raises DataError when a pattern matches nothing, UsageError for a suffix that is no language.
    """

    name = "files"

    def __init__(self, paths: str | Path | Sequence[str | Path]) -> None:
        patterns = [paths] if isinstance(paths, str | Path) else list(paths)
        found: dict[Path, str] = {}
        for pattern in patterns:
            matches = _matches(str(pattern))
            if not matches:
                raise DataError(f"no file matches {str(pattern)!r}")
            for path in matches:
                if path.suffix.lower() not in SUFFIXES:
                    raise UsageError(f"{path}: no language has this suffix; known: {' '.join(SUFFIXES)}")
                found.setdefault(path, SUFFIXES[path.suffix.lower()])
        self.paths = found

    def __len__(self) -> int:
        return len(self.paths)

    def propose(
        self,
        train: Dataset | None = None,
        k: int | None = None,
        *,
        language: str = "python",
        run: Path | None = None,
    ) -> Iterator[Proposal]:
        """Yield the first `k` files (all when None). `train`, `language` and `run` are not looked at.

        A source that is not UTF-8 stays bytes: the compile stage rejects it, and it is counted.
        Raises DataError for a file that cannot be read.
        """
        for index, (path, language_) in enumerate(islice(self.paths.items(), k)):
            try:
                data = path.read_bytes()
            except OSError as error:
                raise DataError(f"{path}: {error.strerror or error}") from None
            yield Proposal(index, "ok", source_of(data, language_), language_, str(path))


def source_of(data: bytes, language: str) -> str | bytes:
    """Text when it is text: wasm, and whatever is not UTF-8, stay bytes."""
    if language == "wasm":
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def _matches(pattern: str) -> list[Path]:
    """The files a pattern names, sorted. A path that exists is taken as it is, brackets and all."""
    if Path(pattern).is_file():
        return [Path(pattern)]
    names = glob.glob(pattern, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    return sorted(Path(name) for name in names if Path(name).is_file())
