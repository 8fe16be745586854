"""Length-first enumeration: write down the programs of a grammar by size, keep those that fit best.

The classical answer to learning short programs, and what `learn` does when no model is configured
(docs/enumeration.md). The search itself is Rust (`rust/enumerate`).
"""

from __future__ import annotations

from llmerm.enumeration.combined import CombinedProposer
from llmerm.enumeration.found import Found, FoundProgram, Level
from llmerm.enumeration.grammar import SHIPPED, Grammar, grammar_for
from llmerm.enumeration.grammar_file import load
from llmerm.enumeration.growth import Estimate, Fit, distinct_fit, next_size, programs_fit
from llmerm.enumeration.proposer import EnumerationProposer
from llmerm.enumeration.search import MEMORY, TIME_LIMIT, Step, search

__all__ = [
    "MEMORY",
    "SHIPPED",
    "TIME_LIMIT",
    "CombinedProposer",
    "EnumerationProposer",
    "Estimate",
    "Fit",
    "Found",
    "FoundProgram",
    "Grammar",
    "Level",
    "Step",
    "distinct_fit",
    "grammar_for",
    "load",
    "next_size",
    "programs_fit",
    "search",
]
