"""`OpenAIProposer`: k independent draws from a model behind an OpenAI-compatible API."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import ProposerError, UsageError
from llmerm.propose import budget, prompting
from llmerm.propose.asking import Asker
from llmerm.propose.base import Proposal
from llmerm.propose.config import ModelConfig
from llmerm.propose.draw import Draw
from llmerm.propose.records import DrawRecord, RunRecord, settings_hash
from llmerm.propose.server import Server, redactor
from llmerm.propose.tool import PythonTool, SessionFactory, sandbox

if TYPE_CHECKING:
    from llmerm.dataset import Dataset


class OpenAIProposer:
    """Asks a model for programs, over the Responses API or Chat Completions.

    `api_key` defaults to the variable OPENAI_API_KEY at the time of the call. The settings are those of
    `ModelConfig`; `prices` is a TOML price table in place of the shipped one; `session` makes the sandbox of
    the local tool. Raises UsageError for settings that contradict each other, and for `max_cost` with a model
    that has no price.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: str | None = None,
        prices: str | Path | None = None,
        session: SessionFactory = sandbox,
        **settings: Any,
    ) -> None:
        try:
            self.config = ModelConfig(model=model, **settings)
        except TypeError as error:
            known = ", ".join(ModelConfig.__dataclass_fields__)
            raise UsageError(f"{str(error).rpartition('() ')[2]}; the settings are {known}") from None
        self.name = model
        self._session = session
        self._server = Server(self.config, api_key=api_key, prices=prices)
        self._api, self.price = self._server.api, self._server.price

    def __repr__(self) -> str:
        return f"OpenAIProposer({self.config!r})"  # the key is not part of it

    def prompt(self, train: Dataset, language: str = "python") -> str:
        """The message that is sent."""
        return prompting.render(
            train, language, prompt_file=self.config.prompt_file, tool=self.config.tool != "none"
        )

    def body(self, train: Dataset, language: str = "python", draw: int = 0) -> dict[str, Any]:
        """The exact body of a draw's first request. Nothing is sent."""
        return self._api.first_body(self.config, self.prompt(train, language), draw)

    def plan(self, train: Dataset, k: int, *, language: str = "python") -> dict[str, Any]:
        """Tokens and US dollars that `k` draws may take (`--dry-run`). Nothing is sent, no key is needed."""
        prompt = self.prompt(train, language)
        return budget.plan(self.config, self.price, self._api.first_body(self.config, prompt, 0), prompt, k)

    def identity(self, train: Dataset, language: str = "python") -> dict[str, Any]:
        """What makes two runs ask the same thing: a resumed run must agree in it. JSON-able, no secrets.

        The server's address is not part of it: it may come back on another port.
        """
        return {
            "api": self.config.api,
            "language": language,
            "request": self.body(train, language),
            "tool": self.config.tool,
            "tool_rounds": self.config.tool_rounds if self.config.tool == "local" else None,
        }

    def identity_hash(self, train: Dataset, language: str = "python") -> str:
        """Hex SHA-256 of `identity`."""
        return settings_hash(self.identity(train, language))

    def propose(
        self, train: Dataset, k: int, *, language: str = "python", run: Path | None = None
    ) -> Iterator[Proposal]:
        """Yield `k` proposals in the order in which they are ready, those that `run` records first.

        Everything sent and received is written to `run`/draws as it happens (propose/records.py); without
        `run` nothing is kept. Closing the iterator, and Ctrl-C, cancel what is under way. A draw that fails
        after its retries is a proposal with status "failed"; detail "cap" when a cap stopped it. Raises
        ProposerError when no draw can succeed, UsageError when `run` holds draws of other settings.
        """
        if k < 1:
            raise UsageError(f"k must be 1 or more, got {k}")
        key = self._server.key()
        settings = {
            "identity": self.identity(train, language),
            "train": train.hash,
            "settings": self.config.recorded(),
        }
        with RunRecord(run, settings, redactor(key)) as record:
            open_draws = []
            for index in range(k):
                done = record.draw(index).proposal()
                if done is not None:
                    yield done
                else:
                    open_draws.append(index)
            if open_draws:
                jobs = [
                    functools.partial(self._draw, train, language, index, record.draw(index))
                    for index in open_draws
                ]
                yield from self._checked(self._server.work(jobs, record, key), k)

    def _checked(self, proposals: Iterator[Proposal], k: int) -> Iterator[Proposal]:
        """Pass proposals on; complain at the end if the caps left all of `k` draws without any reply."""
        capped = 0
        for proposal in proposals:
            capped += proposal.detail == "cap" and proposal.usage is None
            yield proposal
        if capped == k:
            raise ProposerError(
                "the caps (max_tokens_total, max_cost) ran out before any reply: a request may take its "
                f"prompt and {self.config.max_output_tokens:,} output tokens; raise the cap, or lower "
                "max_output_tokens"
            )

    async def _draw(
        self, train: Dataset, language: str, index: int, record: DrawRecord, asker: Asker
    ) -> Proposal:
        draw = Draw(
            index,
            language,
            self.config,
            self._api,
            self.price,
            asker,
            record,
            lambda: PythonTool(train, self._session),
        )
        return await draw.run(self.body(train, language, index))
