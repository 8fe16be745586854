"""One draw: rounds of request, reply and tool calls until there is an answer; resumable after each step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llmerm.propose.asking import Asker, DrawFailedError
from llmerm.propose.base import Proposal
from llmerm.propose.budget import CapReachedError
from llmerm.propose.config import ModelConfig
from llmerm.propose.prices import Price
from llmerm.propose.records import DrawRecord
from llmerm.propose.replies import parse_reply
from llmerm.propose.tally import Tally
from llmerm.propose.threads import OwnThread
from llmerm.propose.tool import PythonTool
from llmerm.propose.wire import Api, Reply

MAX_CALLS = 4  # tool calls of one reply that are run; a reply with hundreds would hold the draw for hours


@dataclass
class Draw:
    """One draw from a model. `run` gives its proposal, which is on disk by then."""

    index: int
    language: str
    config: ModelConfig
    api: Api
    price: Price | None
    asker: Asker
    record: DrawRecord
    make_tool: Callable[[], PythonTool]

    async def run(self, body: dict[str, Any]) -> Proposal:
        """Ask until there is an answer. Raises ProposerError when no draw can succeed."""
        tally = Tally(self.price)
        try:
            reply = await self._converse(body, tally)
            proposal = self._judge(reply, tally)
        except CapReachedError:
            proposal = self._proposal("failed", tally, detail="cap")
        except DrawFailedError as error:
            proposal = self._proposal("failed", tally, detail=str(error))
        self.record.finish(proposal)
        return proposal

    async def _converse(self, body: dict[str, Any], tally: Tally) -> Reply:
        """Rounds up to the reply that calls no tool, or up to the last round."""
        rounds = self.config.tool_rounds if self.config.tool == "local" else 0
        tool, thread = self.make_tool(), OwnThread(f"llmerm tool of draw {self.index}")
        try:
            round_ = 0
            while True:
                reply = await self.asker.reply(body, round_, self.record)
                tally.add(body, reply)
                if not reply.calls or reply.status != "ok" or round_ == rounds:
                    return reply
                outputs = [
                    await self._output(tool, thread, reply, round_, call) for call in range(len(reply.calls))
                ]
                body = self.api.next_body(body, reply, outputs, last=round_ + 1 == rounds)
                round_ += 1
        finally:
            thread.end()

    async def _output(self, tool: PythonTool, thread: OwnThread, reply: Reply, round_: int, call: int) -> str:
        """The output of one tool call, from the record where it is there."""
        if call >= MAX_CALLS:
            return f"Not run: at most {MAX_CALLS} calls at a time."
        result = self.record.tool(round_, call)
        if result is not None:
            if result["outcome"] != "bad_call":
                tool.recall(result["code"])
            return result["output"]
        result = await asyncio.wrap_future(thread.submit(tool.run, reply.calls[call]))
        self.record.save_tool(round_, call, result)
        return result["output"]

    def _judge(self, reply: Reply, tally: Tally) -> Proposal:
        """From the last reply to the proposal.

        A truncated reply has no source even if a program stands in it: what would have followed is not known.
        """
        if reply.status != "ok":
            return self._proposal(reply.status, tally, detail=reply.detail)
        if not reply.text.strip():
            detail = "calls the tool after the last round" if reply.calls else "the reply has no text"
            return self._proposal("empty", tally, detail=detail)
        parsed = parse_reply(reply.text, self.language)
        if parsed.source is None:
            return self._proposal("unparseable", tally, detail=parsed.reason)
        return self._proposal("ok", tally, source=parsed.source, rationale=parsed.rationale)

    def _proposal(
        self,
        status: str,
        tally: Tally,
        *,
        source: str | None = None,
        rationale: str | None = None,
        detail: str | None = None,
    ) -> Proposal:
        return Proposal(
            index=self.index,
            status=status,
            source=source,
            language=self.language,
            origin=self.config.model,
            rationale=rationale,
            detail=detail,
            usage=tally.usage(),
            cost=tally.cost(),
        )
