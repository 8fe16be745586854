"""llmerm: learn programs from labelled rows by propose-and-verify.

A language model proposes candidate programs from a small training sample; every candidate is compiled to
WebAssembly and run, sandboxed and metered, on held-out rows; empirical risk minimisation keeps the best
(LLM-ERM, arXiv 2510.14331). Names load on first use, so that `import llmerm` costs little.
"""

from __future__ import annotations

import importlib
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmerm import baselines, enumeration
    from llmerm.compilers import Program, Rejected, compile
    from llmerm.dataset import Dataset, Split
    from llmerm.pipeline import Result, learn
    from llmerm.propose import FileProposals, OpenAIProposer, Proposal, RecordedProposals
    from llmerm.readers import read
    from llmerm.rewards import Reward, reward
    from llmerm.stream import Stream, scan
    from llmerm.tasks import Task, task
    from llmerm.verification import Limits, Predictions, Verdict, predict, verify

_HOME = {
    "Dataset": "dataset",
    "FileProposals": "propose",
    "Limits": "verification",
    "OpenAIProposer": "propose",
    "Predictions": "verification",
    "Program": "compilers",
    "Proposal": "propose",
    "RecordedProposals": "propose",
    "Rejected": "compilers",
    "Result": "pipeline",
    "Reward": "rewards",
    "Split": "dataset",
    "Stream": "stream",
    "Task": "tasks",
    "Verdict": "verification",
    "compile": "compilers",
    "learn": "pipeline",
    "predict": "verification",
    "read": "readers",
    "reward": "rewards",
    "scan": "stream",
    "task": "tasks",
    "verify": "verification",
}

__version__ = metadata.version("llmerm")
__all__ = [
    "Dataset",
    "FileProposals",
    "Limits",
    "OpenAIProposer",
    "Predictions",
    "Program",
    "Proposal",
    "RecordedProposals",
    "Rejected",
    "Result",
    "Reward",
    "Split",
    "Stream",
    "Task",
    "Verdict",
    "baselines",
    "compile",
    "enumeration",
    "learn",
    "predict",
    "read",
    "reward",
    "scan",
    "task",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in {"baselines", "enumeration"}:  # packages, not names in one
        return importlib.import_module(f"llmerm.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'llmerm' has no attribute {name!r}")
    module = importlib.import_module(f"llmerm.{_HOME[name]}")
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
