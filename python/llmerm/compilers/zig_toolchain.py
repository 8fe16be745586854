"""The compiler behind `llmerm[c]`: where zig is, and the C and C++ libraries built once per user and version.

The libraries come from the wheel as source. Zig builds them on first use (20 to 45 s), so that is done
outside of any candidate's limits, under a lock, and only the finished archives are kept.
"""

from __future__ import annotations

import atexit
import fcntl
import functools
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from llmerm.compilers.sandboxed_process import run_limited
from llmerm.errors import InternalError, MissingExtraError

TARGET = "wasm32-wasi"
# Part of the cache's name: raise it when the flags below, runtime.c or cpp_entry.c change.
_CACHE_EDITION = "1"
_BUILD_SECONDS = 600.0
_BUILD_MEMORY_BYTES = 8 << 30
_C_ARCHIVES = ("libc.a", "libzigc.a", "libcompiler_rt.a")
_CPP_ARCHIVES = ("libc++.a", "libc++abi.a")
_RUNTIME = "llmerm_runtime.a"
_CPP_ENTRY = "llmerm_cpp_entry.o"

# SIMD is in every WebAssembly engine since 2021; relaxed SIMD and threads are not deterministic and stay off.
FEATURES = ("-msimd128", "-mno-relaxed-simd", "-mno-atomics")


@dataclass(frozen=True)
class Zig:
    """The compiler: its executable, the folder of its own headers and libraries, and its version."""

    executable: Path
    library: Path
    version: str


@functools.cache
def find_zig() -> Zig:
    """Find the zig of the PyPI package `ziglang`.

    Raises MissingExtraError when it is not installed, InternalError when it is not whole.
    """
    spec = importlib.util.find_spec("ziglang")
    if spec is None or spec.origin is None:
        raise MissingExtraError("C, C++ and Zig candidates need zig: pip install 'llmerm[c]'")
    folder = Path(spec.origin).resolve().parent
    executable = folder / "zig"
    if not os.access(executable, os.X_OK):
        raise InternalError(
            f"{executable} is missing or not executable: reinstall with pip install 'llmerm[c]'"
        )
    return Zig(executable, folder / "lib", metadata.version("ziglang"))


def environment(folder: Path) -> dict[str, str]:
    """Return all that a compiler process sees of the environment: nothing of ours, caches inside `folder`."""
    cache = str(folder / "cache")
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C",
        "NO_COLOR": "1",
        "ZIG_GLOBAL_CACHE_DIR": cache,
        "ZIG_LOCAL_CACHE_DIR": cache,
    }


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder that only this user can enter, removed at the end.

    Raises InternalError when it cannot be made.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="llmerm-c-"))
    except OSError as error:
        raise InternalError(f"cannot make a temporary folder for the compiler: {error}") from error
    try:
        yield folder.resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def libraries(language: str) -> list[Path]:
    """Return the objects and archives that a "c", "cpp" or "zig" candidate is linked with, in link order.

    The first call on a machine builds them (tens of seconds). Raises InternalError when that fails.
    """
    if language == "zig":
        return []
    names = (*((_CPP_ENTRY, _RUNTIME, *_CPP_ARCHIVES) if language == "cpp" else (_RUNTIME,)), *_C_ARCHIVES)
    folder = _library_folder()
    if not all((folder / name).exists() for name in names):
        with _locked(folder):
            if not all((folder / name).exists() for name in names):
                _build(folder, names, language)
    return [folder / name for name in names]


@functools.cache
def _library_folder() -> Path:
    """Find or make the cache folder of this zig version; a temporary one where the user's is not writable."""
    name = f"zig-{find_zig().version}-{_CACHE_EDITION}"
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    folder = base / "llmerm" / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Archives that another user may write would let that user into every compiled program.
        private = folder.stat().st_uid == os.getuid() and not folder.stat().st_mode & 0o022
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        private = False
    if private:
        return folder
    try:
        fallback = Path(tempfile.mkdtemp(prefix="llmerm-zig-"))
    except OSError as error:
        raise InternalError(f"cannot make a folder for the C libraries: {error}") from error
    atexit.register(shutil.rmtree, fallback, ignore_errors=True)
    return fallback


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that processes that start together build the libraries once."""
    try:
        with (folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise InternalError(f"cannot build the C libraries in {folder}: {error}") from error


def _build(destination: Path, names: tuple[str, ...], language: str) -> None:
    """Have zig link a trivial program, and keep the archives that it built for that."""
    zig = find_zig()
    with private_folder() as folder:
        suffix, driver = ("cpp", "c++") if language == "cpp" else ("c", "cc")
        (folder / f"empty.{suffix}").write_text("int main(void) { return 0; }\n".replace("(void)", "()"))
        for name in ("runtime.c", "cpp_entry.c"):
            shutil.copy(Path(__file__).with_name(name), folder / name)
        flags = ["-target", TARGET, "-O2", *FEATURES]
        commands = [
            [driver, *flags, "-mexec-model=reactor", "-w", "-o", "empty.wasm", f"empty.{suffix}"],
            ["cc", *flags, "-w", "-ffreestanding", "-c", "-o", "runtime.o", "runtime.c"],
            ["ar", "rcsD", _RUNTIME, "runtime.o"],
            ["cc", *flags, "-w", "-c", "-o", _CPP_ENTRY, "cpp_entry.c"],
        ]
        for command in commands:
            done = run_limited(
                [str(zig.executable), *command],
                folder=folder,
                environment=environment(folder),
                seconds=_BUILD_SECONDS,
                memory_bytes=_BUILD_MEMORY_BYTES,
            )
            if done.status != 0:
                raise InternalError(f"zig {command[0]} could not build its libraries: {done.messages[-600:]}")
        for name in names:
            built = (
                [folder / name]
                if name.startswith("llmerm_")
                else sorted((folder / "cache").glob(f"o/*/{name}"))
            )
            if len(built) != 1:
                raise InternalError(f"zig {zig.version} built {len(built)} files {name}, expected one")
            # A rename is atomic: another process sees the whole archive or none.
            partial = destination / f"{name}.part"
            shutil.copy(built[0], partial)
            partial.rename(destination / name)
