"""A Python session in the sandbox: what a proposer's code-interpreter tool runs in."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any, NamedTuple

from llmerm import _verifier
from llmerm.verification import Limits, prepare

if TYPE_CHECKING:
    from llmerm.dataset import Dataset


class ToolReply(NamedTuple):
    """What one cell of a session gave."""

    output: str
    """stdout, the repr of a last expression, and the traceback if it raised; bounded."""
    outcome: str
    """"ok", "exception", "out_of_fuel", "out_of_memory" or "trap"; the last three leave a fresh namespace."""


class PythonSession:
    """A Python namespace in the sandbox that lives from call to call, for a proposer's tool.

    `rows`, the training rows, appear in it as `rows`: a list of (x, label) pairs. Each call may use
    `limits.fuel_per_load` fuel.
    """

    def __init__(
        self, limits: Limits | None = None, rows: Dataset | None = None, output_limit: int = 20_000
    ) -> None:
        variables: dict[str, Any] = {}
        if rows is not None:
            labels: list[Any] = [] if rows.y is None else rows.y.tolist()
            if rows.classes is not None:
                labels = [rows.classes[code] for code in labels]
            variables["rows"] = (
                list(zip(rows.x, labels, strict=True)) if labels else [(x, None) for x in rows.x]
            )
        self._output_limit = output_limit
        self._limits = limits or Limits()
        self._session = _verifier.Session(self._limits, marshal.dumps(variables, 4))

    def run(self, code: str) -> ToolReply:
        """Run one cell, as a notebook would. Never raises for what the code does."""
        prepare(self._limits)
        outcome, output = self._session.run(code.encode("utf-8", "replace").decode(), self._output_limit)
        return ToolReply(output, outcome)
