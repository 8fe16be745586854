"""One request until it has a reply: reserve, send, retry, and write down every try."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import math
import random
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llmerm.errors import ProposerError
from llmerm.propose.budget import Budget, estimated_usage
from llmerm.propose.config import ModelConfig
from llmerm.propose.prices import Price
from llmerm.propose.records import DrawRecord, Redact
from llmerm.propose.wire import Api, MalformedReplyError, Reply, ServerSaidErrorError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

FIRST_WAIT = 0.5  # seconds before the first retry when the server names none; doubled each time, with jitter
LONGEST_WAIT = 60.0
_TRANSIENT = frozenset({408, 409, 425, 429})  # and every 5xx
_ADVICE = {
    401: "check the API key (OPENAI_API_KEY)",
    403: "this key may not use the model",
    404: "check the model's name (--model) and the URL (--base-url, which usually ends in /v1)",
}


class DrawFailedError(Exception):
    """This draw has no reply, but others may: its text is the proposal's detail."""


class _TryAgainError(Exception):
    """A try failed in a way that may pass. `billed`: the server may have charged for it all the same."""

    def __init__(
        self, outcome: str, *, billed: bool, wait: float | None = None, raw: bytes | None = None
    ) -> None:
        super().__init__(outcome)
        self.billed, self.wait, self.raw = billed, wait, raw


class Asker:
    """Sends the requests of one run. `answered` tells whether any request has had a reply yet."""

    def __init__(
        self,
        *,
        client: AsyncOpenAI,
        config: ModelConfig,
        api: Api,
        budget: Budget,
        price: Price | None,
        redact: Redact,
    ) -> None:
        self._client, self._config, self._api = client, config, api
        self._budget, self._price, self._redact = budget, price, redact
        self._random = random.Random()  # jitter only: its own generator, no result depends on it
        self.answered = False
        self._hopeless: ProposerError | None = None  # once known, draws that have not begun send nothing

    async def reply(self, body: dict[str, Any], round_: int, record: DrawRecord) -> Reply:
        """The reply that `record` has for the round, else that of `ask`; the request is on disk by then."""
        found = recorded(self._api, round_, record)
        if found is not None:
            return found
        record.request(round_, body)
        return await self.ask(body, round_, record)

    async def ask(self, body: dict[str, Any], round_: int, record: DrawRecord) -> Reply:
        """The reply to `body`; its bytes are on disk before this returns.

        Raises DrawFailedError when the tries are used up, CapReachedError when a cap would be exceeded, and
        ProposerError when no draw can succeed (wrong key, no such model, nobody listens).
        """
        for attempt in range(self._config.retries + 1):
            held = await self._budget.reserve(body)
            if self._hopeless is not None:
                await self._budget.settle(held, 0, 0.0)
                raise self._hopeless
            started = time.monotonic()
            entry: dict[str, Any] = {
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "round": round_,
            }
            tokens, cost = (
                held.tokens,
                held.cost,
            )  # unless we learn better: a cancelled request may be charged
            try:
                raw = await self._send(body)
                reply = self._read(raw)
                record.save_reply(round_, raw)
                self.answered = True
                tokens, cost = self._charge(body, reply)
                entry |= {"outcome": "reply"}
                return reply
            except _TryAgainError as problem:
                outcome = self._redact(str(problem))
                tokens, cost = (held.tokens, held.cost) if problem.billed else (0, 0.0)
                if problem.raw is not None:
                    record.malformed(round_, attempt, problem.raw)
                wait = self._wait(problem.wait, attempt)
                entry |= {"outcome": outcome, "wait_s": round(wait, 3)}
                last = attempt == self._config.retries
                if last or wait > self._config.timeout:
                    much = "" if last else f"; the server asks to wait {wait:.0f} s, longer than the timeout"
                    entry.pop("wait_s")
                    raise DrawFailedError(
                        f"{outcome} (try {attempt + 1} of {self._config.retries + 1}{much})"
                    ) from None
            except (DrawFailedError, ProposerError) as problem:
                tokens, cost = 0, 0.0
                entry |= {"outcome": str(problem)}
                if isinstance(problem, ProposerError):
                    self._hopeless = problem
                raise
            except asyncio.CancelledError:
                entry |= {"outcome": "cancelled"}
                raise
            finally:
                entry |= {"seconds": round(time.monotonic() - started, 3), "tokens": tokens, "cost": cost}
                record.attempt(entry)
                await self._budget.settle(held, tokens, cost)
            await asyncio.sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _send(self, body: Mapping[str, Any]) -> bytes:
        """Send once; the whole reply within the timeout. Translates every failure into one of ours."""
        import openai

        try:
            async with asyncio.timeout(self._config.timeout):
                return await self._api.send(self._client, body)
        except (TimeoutError, openai.APITimeoutError):
            raise _TryAgainError(f"no reply within {self._config.timeout:g} s", billed=True) from None
        except openai.APIStatusError as error:
            raise self._refused(error) from None
        except openai.APIConnectionError as error:
            cause = error.__cause__
            what = f"{type(cause).__name__}: {cause}" if cause is not None else str(error)
            if type(cause).__name__ != "ConnectError":
                raise _TryAgainError(f"connection lost ({what})", billed=True) from None
            if self.answered:
                raise _TryAgainError(f"cannot connect ({what})", billed=False) from None
            url = self._client.base_url.copy_with(username=None, password=None, query=None)
            raise ProposerError(
                self._redact(f"nobody answers at {url} ({what}); is the server up? (--base-url)")
            ) from None
        except openai.OpenAIError as error:
            raise DrawFailedError(self._redact(f"{type(error).__name__}: {error}")) from None

    def _refused(self, error: Any) -> Exception:
        """What a status other than 2xx means: try again, give up this draw, or give up all."""
        code, headers = error.status_code, error.response.headers
        details = error.body if isinstance(error.body, dict) else {}
        said = str(details.get("message") or error.message)[:500]
        text = self._redact(f"HTTP {code}: {said}")
        if details.get("code") != "insufficient_quota" and (code in _TRANSIENT or code >= 500):
            return _TryAgainError(text, billed=False, wait=retry_after(headers))
        if self.answered:
            return DrawFailedError(text)
        advice = _ADVICE.get(code, "the server refuses the request, so that no draw can succeed")
        return ProposerError(f"{text}; {advice}")

    def _read(self, raw: bytes) -> Reply:
        try:
            return self._api.read(raw)
        except ServerSaidErrorError as error:
            raise _TryAgainError(str(error), billed=False, raw=raw) from None
        except MalformedReplyError as error:
            raise _TryAgainError(f"malformed reply ({error})", billed=True, raw=raw) from None

    def _charge(self, body: Mapping[str, Any], reply: Reply) -> tuple[int, float]:
        usage = reply.usage or estimated_usage(body, reply.text)
        return usage.input + usage.output, self._price.of(usage) if self._price else 0.0

    def _wait(self, named: float | None, attempt: int) -> float:
        """Seconds before the next try: what the server names, else exponential with jitter."""
        if named is not None:
            return named
        return min(LONGEST_WAIT, FIRST_WAIT * 2.0**attempt) * self._random.uniform(0.5, 1.0)


def recorded(api: Api, round_: int, record: DrawRecord) -> Reply | None:
    """The reply that `record` has for the round; None without one, and for a damaged file."""
    raw = record.reply(round_)
    if raw is not None:
        with contextlib.suppress(MalformedReplyError):
            return api.read(raw)
    return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that `retry-after-ms` or `Retry-After` (seconds or a date) ask for; None without either."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name)
        if text is None:
            continue
        try:
            seconds = float(text) * scale
        except ValueError:
            try:
                seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
            except (ValueError, OverflowError):
                continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None
