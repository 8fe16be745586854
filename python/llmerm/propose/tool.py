"""The local code interpreter: one function tool, `python`, in our sandbox over the training rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.propose.wire import ToolCall

NAME = "python"
DESCRIPTION = (
    "Run Python code in a sandbox and get what it prints. `rows` is a list of (x, label) pairs: the training "
    "data in the order shown. Names persist between calls. Standard library only; no files, no network; each "
    "call has limits on time and memory. Print what you want to see."
)
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"code": {"type": "string", "description": "Python source to run"}},
    "required": ["code"],
    "additionalProperties": False,
}

# Of one call's output that goes back to the model: each character is paid for again in every later round.
MAX_OUTPUT_CHARACTERS = 8_000


class ToolReply(Protocol):
    """What a session says after running code."""

    @property
    def output(self) -> str:
        """What was printed, and the traceback if there is one."""
        ...

    @property
    def outcome(self) -> str:
        """ "ok", "exception", or how the sandbox stopped it."""
        ...


class Session(Protocol):
    """A sandboxed interpreter that keeps its namespace between runs."""

    def run(self, code: str) -> ToolReply:
        """Run code; never raises for what the code does."""
        ...


SessionFactory = Callable[["Dataset"], Session]


def sandbox(train: Dataset) -> Session:
    """The default factory: CPython inside WebAssembly, given the training rows and nothing else."""
    from llmerm.session import PythonSession

    session: Session = PythonSession(rows=train)
    return session


class PythonTool:
    """The tool of one draw. The session starts with the first call and holds `rows`.

    A resumed draw gets its recorded outputs back; their code runs again only when a new call needs the names.
    """

    def __init__(self, train: Dataset, factory: SessionFactory = sandbox) -> None:
        self._train = train
        self._factory = factory
        self._session: Session | None = None
        self._replayed: list[str] = []

    def run(self, call: ToolCall) -> dict[str, str]:
        """Run one call: {"code", "output", "outcome"}. The outcome "bad_call" is the model's mistake."""
        code, problem = code_of(call)
        if problem is not None:
            return {"code": code, "output": problem, "outcome": "bad_call"}
        if self._session is None:
            self._session = self._start()
        reply = self._session.run(code)
        output = reply.output
        if reply.outcome not in ("ok", "exception"):  # those show in what was printed
            output += f"\n[stopped: {reply.outcome}]"
        return {"code": code, "output": truncated(output) or "[no output]", "outcome": reply.outcome}

    def recall(self, code: str) -> None:
        """Note code of a recorded call, to be run again before the next new one."""
        self._replayed.append(code)

    def _start(self) -> Session:
        session = self._factory(self._train)
        for code in self._replayed:
            session.run(code)
        return session


def code_of(call: ToolCall) -> tuple[str, str | None]:
    """The code of a call, and what is wrong with the call if anything."""
    if call.name != NAME:
        return "", f"There is no tool {call.name[:100]!r}; the only tool is {NAME!r}."
    try:
        arguments = json.loads(call.arguments, strict=False)
    except (ValueError, RecursionError):
        return call.arguments, None  # small models often send the code itself
    code = arguments.get("code") if isinstance(arguments, dict) else arguments
    if not isinstance(code, str):
        return "", 'Call the tool with {"code": "..."}, a string of Python source.'
    return code, None


def truncated(output: str, limit: int = MAX_OUTPUT_CHARACTERS) -> str:
    """The beginning and the end of a long output, with a notice of how many characters were cut."""
    if len(output) <= limit:
        return output
    cut = len(output) - limit
    head, tail = output[: limit * 3 // 4], output[len(output) - (limit - limit * 3 // 4) :]
    return f"{head}\n[... {cut} characters cut ...]\n{tail}"
