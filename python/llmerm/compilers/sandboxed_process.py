"""Run a compiler on untrusted source: its own process group, environment, folder and limits.

The limits are set by `ulimit` in a shell that then becomes the compiler: a `preexec_fn` would run Python
between fork and exec, which can deadlock when other threads hold locks.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from llmerm.errors import InternalError

# What a compiler may write into one file. Preprocessed C++ is 3 to 5 MB.
FILE_BYTES = 64 << 20
# What is read back of its messages: a template error can fill the disk, its first lines say it all.
MESSAGE_BYTES = 64 << 10

# ulimit -v is refused on some systems (macOS): the other limits still hold, so its failure is not fatal.
# -f counts blocks of 512 bytes (POSIX). -t must be a whole number of seconds.
_SHELL = 'ulimit -c 0; ulimit -t "$1"; ulimit -f "$2"; ulimit -v "$3" 2>/dev/null; shift 3; exec "$@"'


@dataclass(frozen=True)
class Finished:
    """How a process ended. `status` is its exit code, or minus a signal number; `seconds` is wall time."""

    status: int
    messages: str
    seconds: float
    timed_out: bool


def run_limited(
    command: list[str], *, folder: Path, environment: dict[str, str], seconds: float, memory_bytes: int
) -> Finished:
    """Run `command` in `folder` and wait for it, for at most `seconds` of wall time and of processor time.

    Nothing is inherited but `environment`: standard input is closed, and standard output and error go to a
    file. When the time is up, or this call is interrupted, the whole process group is killed.

    Raises InternalError when the process cannot be started.
    """
    log = folder / "messages.txt"
    cpu_seconds = max(1, int(seconds) + 1)
    limits = [str(cpu_seconds), str(FILE_BYTES // 512), str(max(1, memory_bytes >> 10))]
    start = time.monotonic()
    try:
        with log.open("wb") as messages:
            process = subprocess.Popen(
                ["/bin/sh", "-c", _SHELL, "sh", *limits, *command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise InternalError(f"cannot start the compiler: {error}") from error
    timed_out = False
    try:
        process.wait(max(0.0, seconds))
    except subprocess.TimeoutExpired:
        timed_out = True
    finally:
        # Also after a normal end: a child that outlived its parent must not go on.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    with log.open("rb") as messages:
        text = messages.read(MESSAGE_BYTES).decode("utf-8", "replace")
    out_of_cpu = process.returncode in (-signal.SIGXCPU, 128 + signal.SIGXCPU)
    return Finished(process.returncode, text, time.monotonic() - start, timed_out or out_of_cpu)
