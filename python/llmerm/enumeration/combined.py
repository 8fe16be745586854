"""`CombinedProposer`: the k best programs of a grammar, and k draws from another proposer beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.enumeration.proposer import EnumerationProposer
from llmerm.errors import ProposerError
from llmerm.propose.base import Proposal

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.propose.base import Proposer

NAME = "enumerate+llm"


class CombinedProposer:
    """Candidates of both: `k` each, with the origin of each in the report.

    The enumerated ones have the indices 0 to k - 1 and come first, so that one of them wins where held-out
    error and length are equal, and with `stop_at_zero` the model is asked only if none of them is without
    held-out error. A model that cannot work at all costs its own draws: they are proposals with the status
    "failed", which a resumed run tries again.
    """

    name = NAME

    def __init__(self, enumeration: EnumerationProposer, other: Proposer) -> None:
        self.enumeration = enumeration
        self.other = other

    def draws(self, k: int) -> int:
        """How many proposals `propose` may yield for this k."""
        return 2 * k

    def identity(self, train: Dataset, language: str = "python") -> dict[str, Any]:
        """What decides the proposals of both; `request`, of a model, is the body that is sent."""
        from llmerm.run import identity

        own = {"enumeration": self.enumeration.identity(train, language)}
        if hasattr(self.other, "identity"):
            return {**own, "model": self.other.name, **self.other.identity(train, language)}
        return {**own, "other": identity(self.other, train, language)}

    def account(self, run: Path | None = None) -> dict[str, Any] | None:
        """What was searched."""
        return self.enumeration.account(run)

    def propose(
        self, train: Dataset, k: int, *, language: str = "python", run: Path | None = None
    ) -> Iterator[Proposal]:
        """Yield the enumerated programs, then the draws of the other as they become ready."""
        yield from self.enumeration.propose(train, k, language=language, run=run)
        drawn: set[int] = set()
        try:
            for proposal in self.other.propose(train, k, language=language, run=run):
                drawn.add(proposal.index)
                yield replace(proposal, index=k + proposal.index)
        except ProposerError as error:
            for index in sorted(set(range(k)) - drawn):
                yield Proposal(k + index, "failed", None, language, self.other.name, detail=str(error))
