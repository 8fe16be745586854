"""A task as a worker runs it: some programs on a range of blocks. It knows nothing of Ray."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from llmerm import __version__
from llmerm.compilers import Program, Rejected, compile
from llmerm.errors import DataError, InternalError, LlmermError, UsageError
from llmerm.limits import Limits
from llmerm.stream import BLOCK, Block, Stream
from llmerm.stream.chunk import Chunk
from llmerm.stream.spec import Spec
from llmerm.verdict import Verdict
from llmerm.verification import Settings, count, runtime_hash


@dataclass(frozen=True, slots=True)
class Source:
    """A program on its way to a worker. C travels as its module, so that no worker needs a compiler."""

    source: str | bytes
    language: str
    input_type: str
    limits: Limits
    tier: str

    @classmethod
    def of(cls, program: Program) -> Source:
        """What makes the same program elsewhere."""
        module = program.handle.module_bytes
        if module is not None:
            return cls(module, "wasm", program.input_type, program.limits, program.choice)
        return cls(program.source, program.language, program.input_type, program.limits, program.choice)


@dataclass(frozen=True, slots=True)
class Batch:
    """The programs of a batch, and what a worker must have to run them as the caller would."""

    programs: tuple[Source, ...]
    llmerm: str
    runtime: str

    @classmethod
    def of(cls, programs: Sequence[Program]) -> Batch:
        """These programs, for this version of llmerm."""
        return cls(tuple(map(Source.of, programs)), __version__, runtime_hash())


@dataclass(frozen=True, slots=True)
class Files:
    """Rows in files that every node can read, and by what they are known to be the same there."""

    spec: Spec
    fingerprint: str | None


class Held(Stream):
    """Some blocks of rows, from number `first` on, that came with the task."""

    def __init__(self, rows: Stream, first: int, blocks: Sequence[Block]) -> None:
        self.input_type, self.classes, self.labelled = rows.input_type, rows.classes, rows.labelled
        self.name = rows.name
        self.first, self.held = first, tuple(blocks)

    def _chunks(self, start: int) -> Iterator[Chunk]:
        for block in self.held[start // BLOCK - self.first :]:
            yield Chunk(block.packed, block.y)


def run(
    batch: Batch,
    which: Sequence[int],
    rows: Files | Held,
    blocks: tuple[int, int],
    settings: Settings,
) -> list[Verdict] | LlmermError:
    """The verdicts of some programs of a batch on some blocks; an error of ours is returned, not raised."""
    try:
        if (batch.llmerm, batch.runtime) != (__version__, runtime_hash()):
            raise UsageError(f"a worker has another llmerm ({__version__}) than the caller ({batch.llmerm})")
        programs = [_compiled(batch.programs[index]) for index in which]
        stream = _opened(rows) if isinstance(rows, Files) else rows
        verdicts, interrupted = count(programs, stream, settings, blocks=blocks)
    except LlmermError as error:
        return error
    return InternalError("a worker was interrupted") if interrupted else verdicts


@lru_cache(maxsize=2 * 256)
def _compiled(source: Source) -> Program:
    program = compile(source.source, source.language, source.input_type, source.limits, source.tier)
    if isinstance(program, Rejected):
        raise InternalError(f"a worker rejects what the caller could compile: {program.reason}")
    return program


@lru_cache(maxsize=2)
def _opened(files: Files) -> Stream:
    name = files.spec.files[0]
    try:
        stream = files.spec.open()
    except DataError as error:
        raise DataError(f"{error} (on a worker: every node has to be able to read the rows)") from error
    if stream.fingerprint != files.fingerprint:
        raise DataError(f"{name}: a worker found other rows there than the caller")
    return stream
