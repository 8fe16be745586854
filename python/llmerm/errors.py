"""Every exception that llmerm raises on purpose, and the exit code the CLI gives it.

A candidate's misbehaviour is never an exception: it is an outcome in a verdict.
Messages say what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmerm.enumeration.found import Found
    from llmerm.verdict import Verdict


class LlmermError(Exception):
    """Base of all errors raised by llmerm; `exit_code` is what the CLI exits with."""

    exit_code = 1


class UsageError(LlmermError, ValueError):
    """An argument, option or configuration that cannot be honoured."""

    exit_code = 2


class DataError(LlmermError, ValueError):
    """Rows that cannot be read or used; names the file and lines."""

    exit_code = 3


class TaskError(LlmermError, ValueError):
    """A task that does not exist, or a request it cannot satisfy (n not allowed, space too small)."""

    exit_code = 3


class ProposerError(LlmermError):
    """A proposer that cannot work at all (no key, server unreachable, budget spent before any reply)."""

    exit_code = 4


class MissingExtraError(LlmermError, ImportError):
    """An optional dependency is not installed; names the extra to install."""

    exit_code = 5


class NothingSelectedError(LlmermError):
    """Every candidate was rejected, so there is nothing to select."""

    exit_code = 6


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a verification. `verdicts` has what was counted until then, marked as partial."""

    def __init__(self, verdicts: list[Verdict]) -> None:
        super().__init__("interrupted")
        self.verdicts = verdicts


class SearchInterrupted(KeyboardInterrupt):
    """Ctrl-C during an enumeration. `found` has what was found until then."""

    def __init__(self, found: Found) -> None:
        super().__init__("interrupted")
        self.found = found


class InternalError(LlmermError):
    """A failure of llmerm itself. Never scored as a candidate's, never cached."""

    exit_code = 70
