"""A model behind an OpenAI-compatible API, asked as a proposer asks: recorded, capped, resumable."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from llmerm.baselines.in_context.model import RECORD, Answer
from llmerm.baselines.settings import InContext
from llmerm.errors import ProposerError
from llmerm.propose.asking import Asker, DrawFailedError, recorded
from llmerm.propose.budget import CapReachedError
from llmerm.propose.config import ModelConfig, extra_body_of
from llmerm.propose.records import DrawRecord, RunRecord
from llmerm.propose.server import Server, redactor
from llmerm.propose.wire import Reply

_OUTPUT = 20_000  # tokens of a reply, as for proposals: a model may think before it answers
_SAME = (
    "api", "reasoning_effort", "temperature", "top_p", "max_output_tokens", "retries", "in_flight", "timeout",
    "max_tokens_total", "max_cost", "base_url",
)  # fmt: skip


def server_of(settings: InContext) -> Server:
    """The server that the settings name. Raises UsageError for settings that cannot be."""
    assert settings.model is not None
    given = {name: getattr(settings, name) for name in _SAME} | {"model": settings.model}
    given["max_output_tokens"] = settings.max_output_tokens or _OUTPUT
    if settings.extra_body is not None:
        given["extra_body"] = extra_body_of(settings.extra_body)
    return Server(ModelConfig(**given), prices=settings.prices)


class RemoteModel:
    """The server's model. `example` is a prompt: with the body's other keys it says what is asked."""

    def __init__(self, settings: InContext, folder: Path | None, example: str) -> None:
        self.server, self._folder = server_of(settings), folder
        self.facts: dict[str, Any] = {
            "model": settings.model,
            "max_output_tokens": self.server.config.max_output_tokens,
        }
        self.price = self.server.price
        identity = {
            "api": self.server.config.api,
            "request": self.body(""),
            "prompt_sha256": hashlib.sha256(example.encode()).hexdigest(),
        }
        self._settings = {"identity": identity, "settings": self.server.config.recorded()}
        # Without a folder the caps hold for all that this object asks; a folder remembers what was charged.
        self._memory = RunRecord(None, self._settings)

    def body(self, prompt: str) -> dict[str, Any]:
        """The exact body of a query's request: one user message."""
        return self.server.api.first_body(self.server.config, prompt, 0)

    def ask(self, prompts: Mapping[str, str]) -> Iterator[Answer]:
        """The replies, recorded ones first. Raises ProposerError when one is missing in the end."""
        with self._record() as record:
            open_ = []
            for name in prompts:
                reply = recorded(self.server.api, 0, record.draw(name))
                if reply is None:
                    open_.append(name)
                else:
                    yield Answer(name, reply)
            if open_:
                yield from self._asked({name: prompts[name] for name in open_}, record, len(prompts))

    def _record(self) -> RunRecord:
        if self._folder is None:
            return self._memory
        return RunRecord(self._folder, self._settings, redactor(self.server.key(needed=False)), name=RECORD)

    def _asked(self, prompts: dict[str, str], record: RunRecord, total: int) -> Iterator[Answer]:
        problems: list[str] = []
        jobs = [
            functools.partial(_query, name, self.body(prompt), record.draw(name), problems)
            for name, prompt in prompts.items()
        ]
        missing = 0
        with closing(self.server.work(jobs, record, self.server.key())) as answers:
            for name, reply in answers:
                if reply is None:
                    missing += 1
                else:
                    yield Answer(name, reply)
        if missing:
            again = "the same command asks for them only" if self._folder else "give --run to keep the others"
            raise ProposerError(
                f"{missing} of {total} queries have no reply ({problems[0]}), so nothing is scored; {again}"
            )


async def _query(
    name: str, body: dict[str, Any], record: DrawRecord, problems: list[str], asker: Asker
) -> tuple[str, Reply | None]:
    """The reply to one query; None when there is none, and then no further query is begun."""
    if problems:
        return name, None
    try:
        return name, await asker.reply(body, 0, record)
    except CapReachedError:
        problems.append(
            "the next may exceed max_tokens_total or max_cost: raise it or lower max_output_tokens"
        )
    except DrawFailedError as error:
        problems.append(str(error))
    return name, None
