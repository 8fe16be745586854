"""The reward function itself: completions in, numbers out."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from llmerm.compilers import Program, Rejected, compile
from llmerm.errors import UsageError
from llmerm.rewards.cache import Cache
from llmerm.rewards.completion import source_of
from llmerm.rewards.rows import Chooser, Rows, values
from llmerm.rewards.shapes import Shape, shaped
from llmerm.verification import Limits, Verdict, verify

CLOCKED = ("c", "cpp", "zig")
"""Languages whose compiler is a process that a clock can end: a rejection is not kept."""


@dataclass(frozen=True, eq=False)
class Reward:
    """A reward function for TRL's GRPOTrainer; make one with `llmerm.reward`.

    Called as `reward(prompts=..., completions=..., **columns)`. It gives one finite float a completion, in
    order, or None where the columns say that this reward does not apply. The same completion always gets the
    same float. Nothing that a completion is raises.
    Raises UsageError or DataError when the call or its columns cannot be honoured, and InternalError for a
    failure of llmerm itself, which is never scored.

    Pickles without what it has remembered, so it can be sent to a worker process.
    """

    rows: Chooser
    shape: Shape
    language: str
    tier: str
    invalid: float
    limits: Limits | None
    threads: int | None
    audit_rows: int
    name: str
    _cache: Cache = field(default_factory=Cache, init=False, repr=False)

    @property
    def __name__(self) -> str:
        """What the trainer logs it as."""
        return self.name

    def __call__(self, prompts: Any = None, completions: Any = None, **columns: Any) -> list[float | None]:
        """One reward a completion. `prompts` are not looked at, and of the columns only those named."""
        if completions is None:
            raise UsageError("give the completions by name: reward(completions=[...])")
        replies = values({"completions": completions}, "completions", _length(completions))
        chosen = self.rows.choose(len(replies), columns)
        sources = [
            None if rows is None else source_of(reply, self.language)
            for rows, reply in zip(chosen, replies, strict=True)
        ]
        wanted: dict[str, tuple[Rows, dict[str, None]]] = {}  # by the hash of the rows, each program once
        for rows, source in zip(chosen, sources, strict=True):
            if rows is not None and source is not None:
                wanted.setdefault(rows.dataset.hash, (rows, {}))[1][source] = None
        known = {key: self._rewards(rows, list(programs)) for key, (rows, programs) in wanted.items()}
        return [
            None if rows is None else self.invalid if source is None else known[rows.dataset.hash][source]
            for rows, source in zip(chosen, sources, strict=True)
        ]

    def _rewards(self, rows: Rows, sources: list[str]) -> dict[str, float]:
        """The reward of each distinct source on the rows, from memory or by running it."""
        keys = {source: _key(rows, source) for source in sources}
        found = {source: self._cache.get(key) for source, key in keys.items()}
        rewards = {source: reward for source, reward in found.items() if reward is not None}
        new = [source for source in sources if source not in rewards]
        if not new:
            return rewards
        limits = self.limits or rows.limits
        verdicts = verify(
            self._compiled(new, rows, limits),
            rows.dataset,
            limits=limits,
            threads=self.threads,
            audit_rows=self.audit_rows,
        )
        for source, verdict in zip(new, verdicts, strict=True):
            rewards[source] = self._reward(verdict, rows)
            if not verdict.cancelled and (verdict.rejected is None or self.language not in CLOCKED):
                self._cache.put(keys[source], rewards[source])
        return rewards

    def _compiled(self, sources: list[str], rows: Rows, limits: Limits) -> list[Program | Rejected]:
        make = partial(
            compile,
            language=self.language,
            input_type=rows.dataset.input_type,
            limits=limits,
            tier=self.tier,
        )
        if self.language not in CLOCKED:
            return [make(source) for source in sources]
        with ThreadPoolExecutor(self.threads) as pool:  # each waits for a process
            return list(pool.map(make, sources))

    def _reward(self, verdict: Verdict, rows: Rows) -> float:
        """`invalid` for what was not run to the end, or answers by the order of the rows."""
        if verdict.risk is None or verdict.pure is False:
            return self.invalid
        return shaped(self.shape, verdict, rows.majority)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_cache"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _cache=Cache())


def _key(rows: Rows, source: str) -> bytes:
    return hashlib.sha256(f"{rows.dataset.hash}\n{source}".encode("utf-8", "surrogatepass")).digest()


def _length(completions: Any) -> int:
    return len(completions) if hasattr(completions, "__len__") else 0
