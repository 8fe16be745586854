"""Enumerate programs of a grammar by size over training rows, and keep the k best."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmerm.enumeration.features import feature_values
from llmerm.enumeration.found import Found, FoundProgram, Level
from llmerm.enumeration.grammar import Grammar, grammar_for
from llmerm.errors import SearchInterrupted, UsageError
from llmerm.limits import MIB, U64_MAX

if TYPE_CHECKING:
    from llmerm.dataset import Dataset

TIME_LIMIT = 60.0
"""Seconds that a search may take unless asked otherwise."""
MEMORY = 2048 * MIB
"""Bytes of programs that a search may hold unless asked otherwise."""
K = 5
"""Programs to keep unless asked otherwise: as many as are drawn from a model."""
MEMORY_MIN = 16 * MIB


@dataclass(frozen=True)
class Settings:
    """How a search is bounded, as the core reads it."""

    k: int
    max_size: int  # 0: none
    seconds: float  # 0: none
    memory: int  # bytes
    threads: int  # 0: all cores; changes nothing but the time

    def to_json(self) -> dict[str, Any]:
        """What decides the outcome, by the names of `search`."""
        return {
            "max_size": self.max_size or None,
            "time_limit": self.seconds or None,
            "memory": self.memory,
        }


@dataclass(frozen=True)
class Step:
    """Where a search is."""

    size: int  # being worked on
    programs: int  # evaluated so far
    distinct: int  # behaviours so far
    errors: int | None  # of the best program so far
    full_at: int  # size at which memory was full; 0: it is not
    seconds: float


def search(
    train: Dataset,
    *,
    k: int = K,
    grammar: Grammar | str | Path | None = None,
    max_size: int | None = None,
    time_limit: float | None = TIME_LIMIT,
    memory: int = MEMORY,
    threads: int | None = None,
    progress: Callable[[Step], None] | None = None,
) -> Found:
    """Write down the programs of a grammar by size and keep the `k` best by (training errors, size, order).

    `grammar` is the name of a shipped one, a file, or a `Grammar`; None: the one of these rows. The search
    ends at `max_size` (None: no limit), after `time_limit` seconds (None: no limit), or soon after a program
    without training error is found (docs/enumeration.md). `memory` bounds what is stored, in bytes; beyond
    it, parts are made anew when they are needed. `threads` changes the time only. `progress` is called some
    times a second.

    Raises UsageError for rows that no grammar is for, a grammar that makes no sense, and limits that cannot
    be honoured; on Ctrl-C `SearchInterrupted`, a KeyboardInterrupt that has what was found.
    """
    from llmerm._verifier import enumerate_programs

    settings = settings_of(k, max_size, time_limit, memory, threads)
    if train.y is None:
        raise UsageError("enumerating programs needs labelled rows; these have no labels")
    if len(train) == 0:
        raise UsageError("enumerating programs needs at least one training row")
    chosen = grammar_for(train, grammar)
    values = feature_values(chosen, train)
    labels = np.ascontiguousarray(train.y, dtype=np.int64)
    told = None if progress is None else _told(progress)
    try:
        document, interrupted = enumerate_programs(train.packed(), labels, chosen, values, settings, told)
    except UsageError as error:
        where = f"{chosen.path}: " if chosen.path is not None else ""
        raise UsageError(f"{where}{error}") from None
    found = _found(document, chosen, len(train))
    if interrupted:
        raise SearchInterrupted(found)
    return found


def settings_of(
    k: int = K,
    max_size: int | None = None,
    time_limit: float | None = TIME_LIMIT,
    memory: int = MEMORY,
    threads: int | None = None,
) -> Settings:
    """The arguments of `search`, checked. Raises UsageError for one that cannot be honoured."""
    if k < 1:
        raise UsageError(f"k counts the programs to keep and is at least 1, not {k}")
    if max_size is not None and max_size < 1:
        raise UsageError(f"max_size is a size of programs, 1 or more, not {max_size}")
    if time_limit is not None and not 0 < time_limit < math.inf:
        raise UsageError(f"time_limit is a number of seconds above 0, not {time_limit}")
    if not MEMORY_MIN <= memory <= U64_MAX:
        raise UsageError(f"memory is {MEMORY_MIN:,} bytes or more, not {memory:,}")
    if threads is not None and threads < 1:
        raise UsageError(f"threads must be at least 1, not {threads}")
    return Settings(k, max_size or 0, time_limit or 0.0, memory, threads or 0)


def _told(progress: Callable[[Step], None]) -> Callable[[dict[str, Any]], None]:
    def tell(at: dict[str, Any]) -> None:
        errors = None if at["errors"] < 0 else at["errors"]
        progress(Step(**{name: at[name] for name in Step.__dataclass_fields__} | {"errors": errors}))

    return tell


def _found(document: dict[str, Any], grammar: Grammar, rows: int) -> Found:
    return Found(
        programs=tuple(FoundProgram(**program) for program in document["programs"]),
        levels=tuple(Level(**level) for level in document["levels"]),
        log2_counts=tuple(document["log2_counts"]),
        grammar=grammar.to_json(),
        rows=rows,
        **{
            name: document[name]
            for name in (
                "ended",
                "result_type",
                "programs_seen",
                "distinct",
                "full_at",
                "memory",
                "seconds",
            )
        },
    )
