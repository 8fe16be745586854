"""C, C++ and Zig candidates to WebAssembly (ABI 1, docs/abi.md) through `zig`, the extra `llmerm[c]`.

    text rules -> preprocess -> rules on what came out and on the files read -> compile -> link

The candidate's text is hostile until the core has validated the module: it may try to hang the compiler, to
eat the machine, or to pull other files into the module, where its labels could tell what they hold.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llmerm.compilers.c_text import normalise_c, refuse_c, refuse_preprocessed, refuse_zig
from llmerm.compilers.sandboxed_process import Finished, run_limited
from llmerm.compilers.zig_toolchain import (
    FEATURES,
    TARGET,
    Zig,
    environment,
    find_zig,
    libraries,
    private_folder,
)

__all__ = ["STACK_BYTES", "CompileFailure", "compile_c", "normalise_c"]

Language = Literal["c", "cpp", "zig"]

# The shadow stack, where C keeps arrays and everything whose address is taken. It lies at the lowest
# addresses, so that an overflow runs below address 0 and traps instead of overwriting globals.
STACK_BYTES = 1 << 20

_HEADER = Path(__file__).with_name("llmerm.h")
_SUFFIX = {"c": "c", "cpp": "cpp"}
_PREPROCESSED = {"c": "i", "cpp": "ii"}
_STANDARD = {"c": ["-std=gnu17"], "cpp": ["-std=gnu++20", "-fno-exceptions"]}
_ALWAYS_INCLUDED = ["-include", "stdint.h", "-include", "stddef.h", "-include", "stdbool.h"]

# The same source gives the same bytes: no clock in the module, and no path, because the compiler is given
# relative names.
_REPRODUCIBLE = [f'-D__{name}__="reproducible"' for name in ("DATE", "TIME", "TIMESTAMP")]
# With these in C, looking for a file finds none. C++'s own headers need the real ones; there the text rules
# must do.
_NO_PROBES = [f"-D__has_{name}=0" for name in ("include(x)", "include_next(x)", "embed(...)")]

# Every turn of a loop looks at the fuel, and values that live through it are spilled for the call when there
# is none: loops are unrolled further than elsewhere, also those that end in several places. Vectors are as
# wide as the narrowest element allows, not the widest: rows are bytes, and sums of them int64.
_LOOPS = [
    *("-mllvm", "-unroll-threshold=400"),
    *("-mllvm", "-unroll-partial-threshold=300"),
    *("-mllvm", "-unroll-runtime-multi-exit"),
    *("-mllvm", "-vectorizer-maximize-bandwidth"),
]

_CODE = [
    "-O2",
    *FEATURES,
    *_LOOPS,
    # Signed overflow wraps and pointers may alias: what most candidates assume.
    "-fwrapv",
    "-fno-strict-aliasing",
    "-ffp-contract=off",
    # Undefined behaviour is not our business, an import for its messages would be.
    "-fno-sanitize=all",
    # asm(".incbin \"file\"") would embed any file.
    "-fno-gnu-inline-asm",
    "-ffunction-sections",
    "-fdata-sections",
    # zig sets NDEBUG when it optimises; a failed assert() is to be a trap.
    "-UNDEBUG",
]

# The loop over rows, beside f where the optimiser can put f into it (docs/abi.md). It is appended after
# preprocessing: no macro of the candidate's reaches it. The bound on a row's length, which the core keeps,
# lets the optimiser count the turns of loops that would otherwise end by overflow.
_ROWS_EXPORT = b"f_rows"
_ROWS = b"""
__attribute__((export_name("f_rows"), used))
void llmerm_f_rows(char *llmerm_base, int llmerm_shift, int llmerm_rows, long long *llmerm_table) {
    unsigned llmerm_start = (unsigned)llmerm_table[0];
    for (int llmerm_row = 0; llmerm_row < llmerm_rows; llmerm_row++) {
        unsigned llmerm_end = (unsigned)llmerm_table[llmerm_row + 1];
        int llmerm_len = (int)(llmerm_end - llmerm_start);
        if ((unsigned)llmerm_len >> 28) __builtin_trap();
        llmerm_table[llmerm_row] = f((void *)(llmerm_base + (llmerm_start << llmerm_shift)), llmerm_len);
        llmerm_start = llmerm_end;
    }
}
"""

_MESSAGES = ["-w", "-ferror-limit=3", "-fno-caret-diagnostics", "-ftemplate-backtrace-limit=1"]

_LINK = [
    "--no-entry",
    "--export=__heap_base",
    "--stack-first",
    "-z",
    f"stack-size={STACK_BYTES}",
    "--gc-sections",
    "--strip-all",
    # A C++ f of the wrong signature is an error here; that of C and Zig is the core's to refuse.
    "--fatal-warnings",
]

# An error of the candidate, and not the driver's line about how it noticed that the compiler died.
_CAUSE = re.compile(r"\berror: (?!clang frontend command|unable to execute)")
_ERROR_LINES = 3
_ERROR_CHARACTERS = 600


@dataclass(frozen=True)
class CompileFailure:
    """Why a candidate did not become a module. A value: for a candidate's faults nothing is raised."""

    stage: str
    reason: str


@dataclass
class _Job:
    """One candidate's folder, and what is left of its time."""

    zig: Zig
    folder: Path
    seconds: float
    memory_bytes: int
    deadline: float

    def run(self, *arguments: str) -> CompileFailure | None:
        """Run zig; None when it succeeded."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            return CompileFailure("compile", f"compiling took longer than {self.seconds:g} s")
        done = run_limited(
            [str(self.zig.executable), *arguments],
            folder=self.folder,
            environment=environment(self.folder),
            seconds=left,
            memory_bytes=self.memory_bytes,
        )
        if done.timed_out:
            return CompileFailure("compile", f"compiling took longer than {self.seconds:g} s")
        if done.status != 0:
            return CompileFailure("compile", self._explain(done))
        return None

    def _explain(self, done: Finished) -> str:
        """Give the compiler's first errors, without the machine's paths, in a few lines."""
        text = done.messages.replace(f"{self.zig.library}/", "").replace(f"{self.folder}/", "")
        errors = [line.strip() for line in text.splitlines() if _CAUSE.search(line)]
        if any(re.search(r"(not found|undefined symbol): f$", line) for line in errors):
            return (
                "there is no function f: define int64_t f(const llmerm_item *x, int32_t len) as in llmerm.h, "
                'in C++ as extern "C", in Zig with export'
            )
        if errors:
            return "\n".join(errors[:_ERROR_LINES])[:_ERROR_CHARACTERS]
        how = f"signal {-done.status}" if done.status < 0 else f"exit code {done.status}"
        return f"the compiler gave up ({how}); its memory limit is {self.memory_bytes >> 20} MiB"


def compile_c(
    source: str | bytes,
    language: Language,
    input_type: str,
    *,
    seconds: float,
    memory_bytes: int,
    module_bytes: int,
) -> bytes | CompileFailure:
    """Compile one candidate to a WebAssembly module of ABI 1, or say why not.

    `input_type` is one of "text", "ints", "floats", "record": what `llmerm.h` declares. `seconds` bounds the
    compiler's wall and processor time for this candidate, `memory_bytes` its address space, `module_bytes`
    the result. The module is not validated here. The same source and zig version give the same bytes.

    The first call on a machine builds the C library (about 20 s, C++ 45 s), outside of `seconds`.

    Raises MissingExtraError when zig is not installed, InternalError for a failure that is not the
    candidate's.
    """
    zig = find_zig()
    try:
        text = source.decode("utf-8") if isinstance(source, bytes) else source
        data = text.encode("utf-8")
    except UnicodeError:
        return CompileFailure("compile", "the source is not UTF-8")
    if "\0" in text:
        return CompileFailure("compile", "the source holds a null character")
    reason = refuse_zig(text) if language == "zig" else refuse_c(text, language)
    if reason is not None:
        return CompileFailure("compile", reason)
    archives = libraries(language)
    with private_folder() as folder:
        job = _Job(zig, folder, seconds, memory_bytes, time.monotonic() + seconds)
        if language == "zig":
            failure = _zig_object(job, data)
        else:
            failure = _c_object(job, data, text, language, input_type)
        if failure is None:
            exported = [] if language == "cpp" else ["--export=f"]  # C++: its entry brings the export
            failure = job.run(
                "wasm-ld", *_LINK, *exported, "-o", "candidate.wasm", "candidate.o", *map(str, archives)
            )
        if failure is not None:
            return failure
        size = (folder / "candidate.wasm").stat().st_size
        if size > module_bytes:
            return CompileFailure("compile", f"the module has {size} bytes, the limit is {module_bytes}")
        return (folder / "candidate.wasm").read_bytes()


def _zig_object(job: _Job, data: bytes) -> CompileFailure | None:
    (job.folder / "candidate.zig").write_bytes(data)
    # Freestanding: there is nothing to import. ReleaseSafe: an overflow or a bad index is a trap of that row.
    return job.run(
        *("build-obj", "candidate.zig", "-target", "wasm32-freestanding", "-mcpu=generic+simd128"),
        *("-O", "ReleaseSafe", "-fstrip", "-fsingle-threaded", "-femit-bin=candidate.o", "--color", "off"),
    )


def _c_object(job: _Job, data: bytes, text: str, language: str, input_type: str) -> CompileFailure | None:
    """Preprocess, look at the result and at the files read, compile the result."""
    driver = "c++" if language == "cpp" else "cc"
    source = f"candidate.{_SUFFIX[language]}"
    expanded = f"candidate.{_PREPROCESSED[language]}"
    (job.folder / source).write_bytes(data)
    (job.folder / "llmerm.h").write_bytes(_HEADER.read_bytes())
    common = [driver, "-target", TARGET, *_STANDARD[language], *_CODE, *_MESSAGES]
    include = list(_ALWAYS_INCLUDED)
    if language == "cpp" and 'extern "C"' not in text:
        include += ["-include", "llmerm.h"]  # declares f with C linkage, so that it leaves unmangled
    macros = [
        *_REPRODUCIBLE,
        *(_NO_PROBES if language == "c" else []),
        f"-DLLMERM_INPUT_{input_type.upper()}",
    ]
    preprocess = [*macros, "-I.", *include, "-E", "-MD", "-MF", "files.d", "-o", expanded, source]
    failed = job.run(*common, *preprocess)
    # Before the compiler's own words: they could quote a file that should not have been read.
    if (outside := _outside_file(job)) is not None:
        return CompileFailure("compile", f"reading {outside} is not allowed: a program is one file")
    if failed is not None:
        return failed
    bare = (job.folder / expanded).read_bytes()
    reason = refuse_preprocessed(bare.decode("utf-8", errors="replace"))
    if reason is not None:
        return CompileFailure("compile", reason)
    compiling = [*common, "-c", "-o", "candidate.o", expanded]
    if language == "c" and _ROWS_EXPORT not in bare:
        (job.folder / expanded).write_bytes(bare + _ROWS)
        if job.run(*compiling) is None:
            return None
        # An f that the loop cannot call, or the candidate's own error: then in words about the candidate.
        (job.folder / expanded).write_bytes(bare)
    return job.run(*compiling)


def _outside_file(job: _Job) -> str | None:
    """Return the first file that the preprocessor read and that is neither the candidate's nor zig's own."""
    listing = job.folder / "files.d"
    if not listing.exists():
        return None
    own = {job.folder / "llmerm.h", *job.folder.glob("candidate.*")}
    names = listing.read_text("utf-8", errors="replace").replace("\\\n", " ").partition(": ")[2]
    for name in re.findall(r"(?:\\ |\S)+", names):
        path = (job.folder / name.replace("\\ ", " ").replace("$$", "$").replace("\\#", "#")).resolve()
        if path not in own and not path.is_relative_to(job.zig.library.resolve()):
            return str(name)[:120]
    return None
