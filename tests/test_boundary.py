"""The border between Python and the core: the GIL, Ctrl-C, progress, and a process that stays alive."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time

import llmerm
import pytest
from llmerm.session import PythonSession

ROWS = llmerm.Dataset(["0", "1"], [0, 1])
YEARS = llmerm.Limits(fuel_per_row=2**60, fuel_per_candidate=2**62, fuel_per_load=2**60)
LOOP = "def f(x):\n    while True: pass"


def test_the_gil_is_released() -> None:
    program = llmerm.compile(LOOP)
    limits = llmerm.Limits(fuel_per_row=2_000_000_000)
    ticks: list[float] = []
    over = threading.Event()

    def tick() -> None:
        while not over.wait(0.002):
            ticks.append(time.monotonic())

    ticker = threading.Thread(target=tick)
    ticker.start()
    began = time.monotonic()
    verdict = llmerm.verify([program], ROWS, limits=limits, threads=1)[0]
    ended = time.monotonic()
    over.set()
    ticker.join()
    assert verdict.faults["out_of_fuel"] == 2
    inside = [at for at in ticks if began + 0.05 < at < ended - 0.05]
    assert ended - began > 0.25, "too short to tell; give it more fuel"
    assert len(inside) > (ended - began) / 0.002 / 10, (len(inside), ended - began)


def test_calls_from_several_threads_at_once() -> None:
    sources = [f"def f(x): return (len(x) + sum(range({n}))) % 5" for n in range(8)]
    rows = llmerm.Dataset(["0" * n for n in range(300)], [n % 5 for n in range(300)])
    programs = [llmerm.compile(source) for source in sources]
    alone = llmerm.verify(programs, rows)
    together: list[object] = [None] * 8

    def call(n: int) -> None:
        together[n] = llmerm.verify([programs[n]], rows, threads=2)[0]

    threads = [threading.Thread(target=call, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_progress_is_told_and_never_falls() -> None:
    rows = llmerm.Dataset(["0"] * 1500, [1] * 1500)
    source = "def f(x):\n    for _ in range(8_000): pass\n    return 1"
    programs = [llmerm.compile(source, tier="cpython")] * 2
    told: list[int] = []
    verdicts = llmerm.verify(programs, rows, threads=2, progress=told.append)
    assert [verdict.correct for verdict in verdicts] == [1500, 1500]
    assert len(told) >= 3 and told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 3000


def test_an_exception_in_progress_propagates_and_stops_the_run() -> None:
    class Enough(Exception):
        pass

    calls = []

    def progress(done: int) -> None:
        calls.append(done)
        raise Enough(done)

    began = time.monotonic()
    with pytest.raises(Enough):
        llmerm.verify([llmerm.compile(LOOP)] * 3, ROWS, limits=YEARS, progress=progress)
    assert time.monotonic() - began < 1.5
    assert calls[0] == 0
    assert llmerm.verify([llmerm.compile("def f(x): return int(x)")], ROWS)[0].correct == 2


# Ends a call by a signal to its own process; prints how long that took, and goes on to work.
INTERRUPTED = """
import os, signal, threading, time
import llmerm
from llmerm.session import PythonSession
signal.signal(signal.SIGINT, signal.default_int_handler)
rows = llmerm.Dataset(["0", "1"], [0, 1])
years = llmerm.Limits(fuel_per_row=2**60, fuel_per_candidate=2**62, fuel_per_load=2**60)
good = llmerm.compile("def f(x): return int(x)")
assert llmerm.verify([good], rows)[0].correct == 2
asked = []
def ask():
    time.sleep(0.4)
    asked.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=ask).start()
try:
    CALL
except KeyboardInterrupt:
    print(f"{time.monotonic() - asked[0]:.3f}")
else:
    print("not interrupted")
print(llmerm.verify([good], rows)[0].correct)
"""
CALLS = {
    "verify": 'llmerm.verify([llmerm.compile("def f(x):\\n    while True: pass")] * 3, rows, limits=years)',
    "verify while loading": 'llmerm.verify([llmerm.compile("while True: pass")], rows, limits=years)',
    "predict": 'llmerm.predict(llmerm.compile("def f(x):\\n    while True: pass"), rows, limits=years)',
    "session": 'PythonSession(years).run("while 1:\\n  try:\\n    while 1: pass\\n  except: pass")',
}


@pytest.mark.parametrize("name", CALLS)
def test_ctrl_c_ends_a_call_within_a_second_and_the_process_lives(name: str) -> None:
    script = textwrap.dedent(INTERRUPTED).replace("CALL", CALLS[name])
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    waited, correct = ended.stdout.split("\n")[:2]
    assert float(waited) < 1.0 and correct == "2", ended.stdout


def test_a_session_used_from_two_threads_runs_one_cell_at_a_time() -> None:
    session = PythonSession()
    session.run("seen = []")
    cell = "for i in range(300): seen.append(i)\nassert seen == list(range(300)) * (len(seen) // 300)"
    outcomes: list[str] = []
    threads = [threading.Thread(target=lambda: outcomes.append(session.run(cell).outcome)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["ok"] * 4
    assert session.run("len(seen)").output.strip() == "1200"


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = (
        "import llmerm, sys; llmerm.verify; "
        "print([name for name in ('openai', 'scipy', 'pyarrow', 'jinja2') if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_same_arrays_may_be_read_by_a_run_and_by_python_meanwhile() -> None:
    rows = llmerm.Dataset(["01"] * 500, [1] * 500)
    program = llmerm.compile("def f(x):\n    for _ in range(5_000): pass\n    return 1", tier="cpython")
    hashes: list[str] = []
    verdict = llmerm.verify([program], rows, progress=lambda _: hashes.append(rows[:].hash))[0]
    assert verdict.correct == 500 and hashes and set(hashes) == {rows.hash}
