"""Shards: the i-th of N ranges of blocks, run alone, and the parts of all of them merged (docs/scale.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmerm import _verifier
from llmerm.errors import UsageError
from llmerm.merging import merge
from llmerm.verdict import Verdict

if TYPE_CHECKING:
    from llmerm.compilers import Program, Rejected
    from llmerm.dataset import Dataset
    from llmerm.stream import Stream
    from llmerm.verification import Settings


@dataclass(frozen=True, slots=True)
class Shard:
    """Shard `number` of `of`, counted from 1."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From `i/N`. Raises UsageError."""
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise UsageError(f"a shard is i/N with 1 <= i <= N, such as 1/8, not {text!r}")
        return cls(int(found[1]), int(found[2]))

    def blocks(self, total: int) -> tuple[int, int]:
        """The numbers of its first block and of the one after its last, of `total`; it may have none."""
        return total * (self.number - 1) // self.of, total * self.number // self.of

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate as a part knows it: enough to print its verdict, and to run it again."""

    origin: str
    language: str
    source: str | bytes | None
    """None: it was no program when it was proposed."""
    length: int | None
    hash: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one shard found."""

    shard: Shard
    blocks: tuple[int, int]
    common: dict[str, Any]
    """What all parts of a run have in common, as JSON: versions, data, settings."""
    read: dict[str, Any]
    """How this machine reads the rows: `data` (a path), and the options that go with it."""
    candidates: tuple[Candidate, ...]
    verdicts: tuple[Verdict, ...]
    """One a candidate; none at all for a shard without blocks."""


def row_count(rows: Dataset | Stream) -> int:
    """The number of rows, by reading them once if need be. Raises UsageError if they cannot be read twice."""
    from llmerm.dataset import Dataset

    return len(rows) if isinstance(rows, Dataset) else rows.count()


def block_count(rows: int) -> int:
    """The number of blocks of so many rows; no rows are one block, in which candidates are loaded."""
    return max(1, -(-rows // _verifier.BLOCK))


def run_shard(
    shard: Shard,
    programs: Sequence[Program | Rejected],
    rows: Dataset | Stream,
    settings: Settings,
    progress: Callable[[int], None] | None = None,
) -> tuple[tuple[int, int], tuple[Verdict, ...]]:
    """The shard's range of blocks, and the verdicts on it: one a program, none if there are no blocks.

    Raises as `llmerm.verify` does, and KeyboardInterrupt on Ctrl-C: part of a part is of no use.
    """
    from llmerm.compilers import Rejected
    from llmerm.verdict import verdict_of
    from llmerm.verification import count

    blocks = shard.blocks(block_count(row_count(rows)))
    if blocks[0] == blocks[1]:
        return blocks, ()
    running = [program for program in programs if not isinstance(program, Rejected)]
    counted, interrupted = count(running, rows, settings, blocks=blocks, progress=progress)
    if interrupted:
        raise KeyboardInterrupt
    verdicts = iter(counted)
    return blocks, tuple(
        verdict_of(each) if isinstance(each, Rejected) else next(verdicts) for each in programs
    )


def merge_parts(parts: Sequence[Part], again: Callable[[int, Part, int], Verdict]) -> list[Verdict]:
    """The verdicts of all shards, which `ordered` gave, as one run on all rows gives them.

    `again(candidate, part, spent)` runs a part with the fuel its candidate spent before it.
    """
    full = [part for part in parts if part.blocks[0] < part.blocks[1]]  # at least one has blocks
    limit = full[0].common["limits"]["fuel_per_candidate"]
    return [
        merge(
            (part.verdicts[candidate] for part in full),
            limit,
            lambda number, spent, candidate=candidate: again(candidate, full[number], spent),  # type: ignore[misc]
        )
        for candidate in range(len(full[0].candidates))
    ]


def ordered(named: Sequence[tuple[str, Part]]) -> list[Part]:
    """The parts, given with the names of their files, in row order.

    Raises UsageError unless they are all shards of one run, each once.
    """
    name, first = named[0]
    for other, part in named[1:]:
        different = _difference(first, part)
        if different is not None:
            raise UsageError(
                f"{other} and {name} are no parts of one run: their {different} differ"
                " (merge the parts of one run only)"
            )
    files: dict[int, str] = {}
    for other, part in named:
        if part.shard.number in files:
            raise UsageError(
                f"shard {part.shard} is there twice: {files[part.shard.number]} and {other}; leave one out"
            )
        files[part.shard.number] = other
    missing = [str(i) for i in range(1, first.shard.of + 1) if i not in files]
    if missing:
        shown = ", ".join(missing[:20]) + (", ..." if len(missing) > 20 else "")
        raise UsageError(f"of {first.shard.of} shards there is no part of {shown}; run these with --shard")
    return sorted((part for _, part in named), key=lambda part: part.shard.number)


def _difference(first: Part, part: Part) -> str | None:
    """In what two parts are not of one run, or None."""
    for key, value in first.common.items():
        if part.common.get(key) != value:
            return key.replace("_", " ")
    if len(part.candidates) != len(first.candidates):
        return "numbers of candidates"
    for number, (mine, theirs) in enumerate(zip(first.candidates, part.candidates, strict=True), start=1):
        if (mine.language, mine.source, mine.hash) != (theirs.language, theirs.source, theirs.hash):
            return f"candidates number {number}"
    if part.shard.of != first.shard.of:
        return f"numbers of shards ({first.shard.of} and {part.shard.of})"
    return None
