"""Compile: source and language -> `Program` or `Rejected`. It raises for nothing that a candidate is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast, get_args

from llmerm import _verifier
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.verification import Limits

Language = Literal["python", "c", "cpp", "zig", "wat", "wasm"]
LANGUAGES: tuple[str, ...] = get_args(Language)
InputType = Literal["text", "ints", "floats", "record"]
INPUT_TYPES: tuple[str, ...] = get_args(InputType)
Tier = Literal["auto", "fast", "cpython"]
TIERS: tuple[str, ...] = get_args(Tier)


@dataclass(frozen=True)
class Program:
    """A candidate that was accepted for running."""

    source: str | bytes
    """As it was proposed; bytes for a binary module."""
    language: str
    input_type: str
    limits: Limits = field(repr=False)
    handle: _verifier.Program = field(repr=False, compare=False)
    """The core's object."""
    choice: str = "auto"
    """The tier that was asked for, one of TIERS; it matters to Python only."""

    @property
    def tier(self) -> str:
        """How it is run: "compiled", "fast" (Python compiled ahead of time) or "cpython".

        A verdict may still say "cpython" where this says "fast": a program that turns out to change what its
        module level made is CPython's.
        """
        return self.handle.tier(self.input_type)

    @cached_property
    def normalised(self) -> bytes:
        """What two candidates that are the same program share, and whose length is the description length.

        Python: the source parsed, docstrings dropped and unparsed (in the sandbox); C and C++: comments
        dropped, white space collapsed; other text: white space collapsed; a binary module: its bytes. A
        source that cannot be parsed stands for itself.
        """
        if self.language == "wasm" and self.handle.module_bytes is not None:
            return self.handle.module_bytes
        raw = _bytes(self.source)
        if self.language == "python":
            text = self.handle.canonical(self.limits)
            return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else raw
        if self.language in ("c", "cpp"):
            from llmerm.compilers.c import normalise_c

            return normalise_c(raw.decode("utf-8", "replace")).encode()
        return b" ".join(raw.split())

    @property
    def length(self) -> int:
        """Description length: bytes of the normalised source."""
        return len(self.normalised)

    @cached_property
    def hash(self) -> str:
        """Hex sha256 of what identifies the program: normalised Python source, else the compiled module."""
        module = self.handle.module_bytes
        return hashlib.sha256(self.normalised if module is None else module).hexdigest()


@dataclass(frozen=True)
class Rejected:
    """A candidate that cannot be run, and why. `verify` accepts it and gives its verdict."""

    stage: str
    """"compile" or "load"."""
    reason: str
    source: str | bytes
    language: str


def compile(
    source: str | bytes,
    language: str = "python",
    input_type: str = "text",
    limits: Limits | None = None,
    tier: str = "auto",
) -> Program | Rejected:
    """Make a program of a candidate's source.

    `language` is one of LANGUAGES, `input_type` one of INPUT_TYPES. `tier` is for Python: "auto" compiles it
    ahead of time where that gives CPython's answers and leaves it to CPython elsewhere, "cpython" leaves
    everything to CPython, "fast" rejects what cannot be compiled (rows may still need CPython: see
    `Verdict.deopts`). Python is looked at when the program is first run, unless `tier` is "fast", so a syntax
    error shows in its verdict; everything else is compiled here.
    Raises UsageError for an unknown language, input type or tier and MissingExtraError when C or Zig is asked
    for without `pip install 'llmerm[c]'`; never for what the candidate is.
    """
    if language not in LANGUAGES:
        raise UsageError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    if input_type not in INPUT_TYPES:
        raise UsageError(f"input_type must be one of {', '.join(INPUT_TYPES)}, not {input_type!r}")
    if tier not in TIERS:
        raise UsageError(f"tier must be one of {', '.join(TIERS)}, not {tier!r}")
    if limits is None:
        from llmerm.verification import Limits

        limits = Limits()
    made: _verifier.Program | _verifier.Rejection
    if language == "python":
        made = _verifier.Program.python(_bytes(source), limits, tier, input_type)
    elif language in ("wat", "wasm"):
        made = _verifier.Program.module(_bytes(source), limits)
    else:
        module = _compile_c(source, language, input_type, limits)
        if isinstance(module, Rejected):
            return module
        made = _verifier.Program.module(module, limits)
    if isinstance(made, _verifier.Rejection):
        return Rejected(made.stage, made.reason, source, language)
    return Program(source, language, input_type, limits, made, tier)


def _compile_c(source: str | bytes, language: str, input_type: str, limits: Limits) -> bytes | Rejected:
    from llmerm.compilers.c import CompileFailure, compile_c
    from llmerm.compilers.c import Language as CLanguage

    size = len(_bytes(source))
    if size > limits.source_bytes:
        reason = f"the source has {size} bytes; the limit is {limits.source_bytes}"
        return Rejected("compile", reason, source, language)
    module = compile_c(
        source,
        cast(CLanguage, language),
        input_type,
        seconds=limits.compile_seconds,
        memory_bytes=limits.compile_memory,
        module_bytes=limits.module_bytes,
    )
    if isinstance(module, CompileFailure):
        return Rejected(module.stage, module.reason, source, language)
    return module


def _bytes(source: str | bytes) -> bytes:
    """A source as bytes. Lone surrogates, which JSON can hold, become what is not UTF-8: rejected as that."""
    return source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
