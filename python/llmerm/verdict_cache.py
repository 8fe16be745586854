"""Verdicts kept on disk, for those who ask for it: the same program, rows and limits are run once.

A verdict is kept under the SHA-256 of everything it depends on, so nothing has to be invalidated.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.disk import write_whole
from llmerm.errors import UsageError
from llmerm.run import versions
from llmerm.verdict import Verdict

if TYPE_CHECKING:
    from llmerm.compilers import Program
    from llmerm.dataset import Dataset
    from llmerm.stream import Stream
    from llmerm.verification import Settings


class VerdictCache:
    """The verdicts on one set of rows under one set of settings, in a folder that other runs may use too."""

    def __init__(self, folder: Path | str, rows: Dataset | Stream, settings: Settings) -> None:
        """Hash the rows: of a stream, all bytes of its files.

        Raises UsageError for rows that are not files, or a folder that cannot be written to.
        """
        self._folder = Path(folder)
        self._rests_on = {
            "versions": versions(),
            "rows": _hash(rows),
            "input_type": rows.input_type,
            "classes": rows.classes,
            "limits": asdict(settings.limits),
            "isolate_rows": settings.isolate_rows,
            "audit_rows": settings.audit_rows,
        }
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self._folder} cannot hold verdicts: {error.strerror}; name another") from None

    def get(self, program: Program) -> Verdict | None:
        """The verdict that is known, or None. A damaged file is as good as none."""
        try:
            return Verdict(**json.loads(self._path(program).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, program: Program, verdict: Verdict) -> None:
        """Keep a verdict, unless a clock or a person had a say in it."""
        if verdict.cancelled or verdict.stopped is not None or verdict.certificate is not None:
            return
        path = self._path(program)
        with suppress(OSError):  # a disk that is full costs time the next time, and never what was counted
            path.parent.mkdir(exist_ok=True)
            write_whole(path, json.dumps(asdict(verdict)).encode("utf-8", "backslashreplace"))

    def _path(self, program: Program) -> Path:
        code = program.handle.module_bytes  # of C, what the compiler made of it
        if code is None:
            source = program.source
            code = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
        about: dict[str, Any] = {
            **self._rests_on,
            "tier": program.choice,
            "code": hashlib.sha256(code).hexdigest(),
        }
        key = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.json"


def _hash(rows: Dataset | Stream) -> str:
    from llmerm.dataset import Dataset

    found = rows.hash if isinstance(rows, Dataset) else rows.content_hash()
    if found is None:
        raise UsageError("verdicts are kept for rows of files or of a Dataset: these can be read only once")
    return found
