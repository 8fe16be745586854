"""Handlers of other libraries for the signals that WebAssembly's traps are: a trap stays an outcome."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

SCRIPT = """
import faulthandler, signal, sys, threading
import llmerm

TRAP = '(module (memory (export "memory") 1) (func (export "f") (param i32 i32) (result i64) %s))'
FAR = "(i64.load (i32.const -8))"
ROWS = llmerm.Dataset(["01"] * 600, [1] * 600)

def traps(body):
    verdict = llmerm.verify([llmerm.compile(TRAP % body, "wat")], ROWS, threads=2)[0]
    return verdict.faults["trap"]

def all_trap():
    for body in ("unreachable", FAR, "(i64.div_s (i64.const 1) (i64.extend_i32_u (i32.const 0)))"):
        assert traps(body) == 600, body

BEFORE
all_trap()
faulthandler.enable(all_threads=False)
all_trap()
faulthandler.disable()
all_trap()
faulthandler.enable(all_threads=False)
faulthandler.disable()
faulthandler.enable(all_threads=False)
all_trap()
print("trapped", flush=True)
AFTER
"""


def run(before: str = "", after: str = "") -> subprocess.CompletedProcess[str]:
    script = SCRIPT.replace("BEFORE", before).replace("AFTER", after)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("before", ["", "faulthandler.enable()"], ids=["late", "early"])
def test_a_trap_stays_an_outcome(before: str) -> None:
    done = run(before)
    assert (done.returncode, done.stdout) == (0, "trapped\n"), done.stderr


def test_what_is_no_trap_is_theirs() -> None:
    """A fault of the process itself reaches the handler that was installed last, and ends the process."""
    done = run(after="all_trap(); faulthandler._read_null()")
    assert done.stdout == "trapped\n" and done.returncode == -signal.SIGSEGV
    assert done.stderr.count("Fatal Python error: Segmentation fault") == 1
