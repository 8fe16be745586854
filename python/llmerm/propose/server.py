"""`Server`: a model behind an OpenAI-compatible API, and the jobs that ask it at the same time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from llmerm.errors import ProposerError, UsageError
from llmerm.propose.asking import Asker
from llmerm.propose.budget import Budget
from llmerm.propose.config import ModelConfig
from llmerm.propose.prices import Price, price_of
from llmerm.propose.records import Redact, RunRecord
from llmerm.propose.threads import drained
from llmerm.propose.wire import Api, api_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")
_PLACEHOLDER_KEY = "none"  # for local servers, which look at no key; the client insists on one


class Server:
    """Where requests go, under which settings, and what they cost.

    `api_key` defaults to the variable OPENAI_API_KEY at the time of the call; `prices` is a TOML price table
    in place of the shipped one. Raises UsageError for `max_cost` with a model that has no price.
    """

    def __init__(
        self, config: ModelConfig, *, api_key: str | None = None, prices: str | Path | None = None
    ) -> None:
        self.config = config
        self.api: Api = api_of(config.api)
        self.price: Price | None = price_of(config.model, prices, hosted=config.tool == "hosted")
        self._api_key = api_key
        if config.max_cost is not None and self.price is None:
            raise UsageError(
                f"max_cost needs prices, and there are none for {config.model!r}; "
                "give a table (--prices FILE)"
            )

    def key(self, *, needed: bool = True) -> str:
        """The key to send. Raises ProposerError when it is needed and a server that wants one has none."""
        key = self._api_key or os.environ.get("OPENAI_API_KEY")
        if key:
            return key
        if needed and self.config.base_url is None and not os.environ.get("OPENAI_BASE_URL"):
            raise ProposerError(
                "no API key; set OPENAI_API_KEY, or give the URL of a local server (--base-url)"
            )
        return _PLACEHOLDER_KEY

    def work(
        self, jobs: Sequence[Callable[[Asker], Awaitable[T]]], record: RunRecord, key: str
    ) -> Generator[T]:
        """What the jobs return, as they are done, at most `in_flight` of them at a time.

        They share one budget, in which what `record` has charged counts too. Closing the iterator, and
        Ctrl-C, cancel what is under way.
        """
        return drained(lambda: self._worked(jobs, record, key))

    async def _worked(
        self, jobs: Sequence[Callable[[Asker], Awaitable[T]]], record: RunRecord, key: str
    ) -> AsyncIterator[T]:
        room = asyncio.Semaphore(self.config.in_flight)
        async with self._client(key) as client:
            asker = Asker(
                client=client,
                config=self.config,
                api=self.api,
                budget=Budget(self.config, self.price, *record.spent()),
                price=self.price,
                redact=redactor(key),
            )

            async def one(job: Callable[[Asker], Awaitable[T]]) -> T:
                async with room:
                    return await job(asker)

            tasks = [asyncio.create_task(one(job)) for job in jobs]
            try:
                for done in asyncio.as_completed(tasks):
                    yield await done
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _client(self, key: str) -> AsyncOpenAI:
        import openai

        # Retries are ours (asking.py), so that each is recorded; the deadline too, since the client's own
        # timeout is for each read, which a server that drips bytes never meets.
        return openai.AsyncOpenAI(
            api_key=key, base_url=self.config.base_url, max_retries=0, timeout=self.config.timeout
        )


def redactor(key: str) -> Redact:
    """Takes the key out of a text, wherever a server may have echoed it."""
    return lambda text: text if key == _PLACEHOLDER_KEY else text.replace(key, "[key]")
