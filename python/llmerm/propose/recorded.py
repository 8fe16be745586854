"""Recorded proposals: the JSONL that `llmerm propose -o` writes, and the plain form {"code": ...}."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import DataError
from llmerm.propose.base import LANGUAGES, Proposal, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmerm.dataset import Dataset


class RecordedProposals:
    """Proposals read from a JSONL file; one object a line, blank lines ignored.

    Two forms, which may be mixed. The plain one: "code" (string), optional "language" (python), "rationale",
    "attempt" (not used: the order of the lines is the proposal order). And llmerm's own, known by "status",
    with its "index"; where an index comes twice (files put together) all are numbered by their lines.
    Code that holds NUL, lone surrogates or bytes that are not UTF-8 stays a candidate: the compile stage
    rejects it. Raises DataError, with the file and the line, for a line that is neither form.
    """

    name = "recorded"

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.proposals = list(_read(self.path))
        if not self.proposals:
            raise DataError(f"{self.path}: holds no proposals")
        if len({proposal.index for proposal in self.proposals}) < len(self.proposals):
            self.proposals = [replace(p, index=line) for line, p in enumerate(self.proposals)]

    def __len__(self) -> int:
        return len(self.proposals)

    def propose(
        self,
        train: Dataset | None = None,
        k: int | None = None,
        *,
        language: str = "python",
        run: Path | None = None,
    ) -> Iterator[Proposal]:
        """Yield the first `k` proposals (all when None) in the order of the lines, each in its language."""
        yield from islice(self.proposals, k)


def write_jsonl(path: str | Path, proposals: Iterable[Proposal]) -> None:
    """Write proposals so that `RecordedProposals` reads them back unchanged, in order of their index."""
    lines = [json.dumps(to_json(proposal)) for proposal in sorted(proposals, key=lambda p: p.index)]
    Path(path).write_text("".join(line + "\n" for line in lines), encoding="ascii")


def _read(path: Path) -> Iterator[Proposal]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    index = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _proposal(line, index, f"{path}:{number}")
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}, line {number}: {error}") from None
        index += 1


def _proposal(line: bytes, index: int, origin: str) -> Proposal:
    # surrogateescape keeps the bytes of code that is not UTF-8; `_source` gives them back.
    fields: Any = json.loads(line.decode("utf-8", "surrogateescape"), strict=False)
    if not isinstance(fields, dict):
        raise ValueError("expected a JSON object")
    if "status" in fields:
        return from_json(fields)
    code, language, rationale = fields.get("code"), fields.get("language", "python"), fields.get("rationale")
    if not isinstance(code, str):
        raise ValueError('expected the key "code" with a string')
    if language not in LANGUAGES:
        raise ValueError(f'"language" must be one of {", ".join(LANGUAGES)}')
    return Proposal(
        index, "ok", _source(code), language, origin, rationale if isinstance(rationale, str) else None
    )


def _source(code: str) -> str | bytes:
    """The text, or its bytes when it cannot be UTF-8 (escaped bytes, or lone surrogates from \\ud800)."""
    try:
        code.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return code.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return code.encode("utf-8", "surrogatepass")
    return code
