"""What a search found: the programs, what was searched size by size, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ENDS = ("found", "max_size", "time", "exhausted", "interrupted")


@dataclass(frozen=True)
class FoundProgram:
    """One of the k best programs."""

    source: str  # a Python module that defines f
    expression: str  # the same in the words of the grammar
    size: int
    errors: int  # on the training rows
    bits: float  # log2 of the number of programs of its size


@dataclass(frozen=True)
class Level:
    """What was done at one size."""

    size: int
    programs: int  # expressions evaluated while this was the size
    distinct: int  # new behaviours of this size, of the types of which they are stored
    types: Mapping[str, int]  # type -> distinct
    seconds: float = field(compare=False)  # since the start, at the end of the size
    stored: bool  # whether `distinct` is of all types: values are stored when a larger program needs them
    full: bool  # whether memory was full, so that what was not stored was made again
    complete: bool


@dataclass(frozen=True)
class Found:
    """The outcome of one search. Equal for equal searches: times and memory are not compared."""

    programs: tuple[FoundProgram, ...]  # best first: by errors, size, order
    levels: tuple[Level, ...]
    ended: str  # one of ENDS
    rows: int  # training rows
    result_type: str  # bool or int
    log2_counts: tuple[float, ...]  # [s]: log2 of the number of programs of size s; -1 for none
    grammar: Mapping[str, Any]  # name, symbols, sha256
    programs_seen: int
    distinct: int
    full_at: int  # the size at which memory was full; 0: it never was
    memory: int = field(compare=False)  # bytes at the end
    seconds: float = field(compare=False)

    @property
    def complete_size(self) -> int:
        """The largest size all of whose programs were tried; 0 for none."""
        return max((level.size for level in self.levels if level.complete), default=0)

    @property
    def complete_programs(self) -> int:
        """Programs evaluated up to that size."""
        return sum(level.programs for level in self.levels if level.complete)

    @property
    def exact(self) -> FoundProgram | None:
        """The first program without training error, or None."""
        return self.programs[0] if self.programs and self.programs[0].errors == 0 else None

    @property
    def fitting(self) -> int:
        """How many of the programs have no training error."""
        return sum(program.errors == 0 for program in self.programs)

    def statement(self) -> str:
        """What was searched and what came of it, in a sentence."""
        seen = f"{self.programs_seen:,} programs"
        if self.exact is not None:
            return f"size {self.exact.size} fits all {self.rows:,} rows ({seen} tried)"
        if not self.programs:
            return f"no program has a value on all rows ({seen} of size <= {self.complete_size} tried)"
        best = self.programs[0]
        tried = f"{self.complete_programs:,} programs"
        tried += f", {seen} tried in all" if self.programs_seen > self.complete_programs else ""
        return (
            f"not found: no program of size <= {self.complete_size} ({tried}) fits all {self.rows:,} rows;"
            f" the best has {best.errors:,} errors"
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; `from_json` reads them back."""
        return asdict(self)

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> Found:
        """What `to_json` wrote. Raises KeyError or TypeError for anything else."""
        programs = tuple(FoundProgram(**each) for each in document["programs"])
        levels = tuple(Level(**each) for each in document["levels"])
        counts = tuple(document["log2_counts"])
        return Found(**{**document, "programs": programs, "levels": levels, "log2_counts": counts})
