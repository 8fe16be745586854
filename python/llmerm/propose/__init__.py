"""The propose stage: training rows in, candidate programs out.

`OpenAIProposer` asks a model, `RecordedProposals` reads what was recorded, `FileProposals` program files.
Nothing here imports `openai` or `jinja2` before it is needed.
"""

from __future__ import annotations

from llmerm.propose.base import LANGUAGES, STATUSES, Proposal, Proposer
from llmerm.propose.files import FileProposals
from llmerm.propose.openai_proposer import OpenAIProposer
from llmerm.propose.recorded import RecordedProposals

__all__ = [
    "LANGUAGES",
    "STATUSES",
    "FileProposals",
    "OpenAIProposer",
    "Proposal",
    "Proposer",
    "RecordedProposals",
]
