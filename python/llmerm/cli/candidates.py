"""Candidates of a command line: files of programs and of recorded proposals, loaded and compiled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.compilers import Program, Rejected
    from llmerm.propose import Proposal


def load(paths: tuple[Path, ...], language: str | None) -> list[Proposal]:
    """The candidates of all files, in the order given; `language` overrides what the files say."""
    from dataclasses import replace

    from llmerm.propose import LANGUAGES, FileProposals, Proposal, RecordedProposals
    from llmerm.propose.files import source_of

    if language is not None and language not in LANGUAGES:
        raise UsageError(f"no language {language!r}; the languages are {', '.join(LANGUAGES)}")
    found: list[Proposal] = []
    for path in paths:
        if path.suffix == ".jsonl":
            recorded = RecordedProposals(path).propose()
            found += [replace(p, language=language) for p in recorded] if language else recorded
        elif language and path.is_file():  # then the suffix need not be one that is known
            found.append(Proposal(0, "ok", source_of(path.read_bytes(), language), language, str(path)))
        else:
            found += FileProposals(path).propose()
    return found


def compiled(proposal: Proposal, input_type: str, limits: Any, tier: str) -> Program | Rejected:
    """The program of a proposal; a proposal without source is rejected at the stage `propose`."""
    from llmerm.compilers import Rejected, compile

    if proposal.source is None:
        reason = proposal.status + (f": {proposal.detail}" if proposal.detail else "")
        return Rejected(stage="propose", reason=reason, source="", language=proposal.language)
    return compile(proposal.source, proposal.language, input_type, limits, tier)
