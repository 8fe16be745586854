"""The verifier in forked and spawned processes: each has its own engines and waits for no other's threads."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from functools import partial

import llmerm
import pytest
from llmerm import Dataset, Program, Rejected

ROWS = ["0" * k + "1" * (7 * k % 11) for k in range(300)]
ONES = [row.count("1") % 2 for row in ROWS]
SECONDS = 60

PARITY = "def f(x):\n    return x.count('1') % 2\n"
LENGTH = "def f(x):\n    return len(x) % 2\n"
WAT = """(module (memory (export "memory") 1)
  (func (export "f") (param i32 i32) (result i64)
    (local $n i64)
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get 1)))
      (local.set $n (i64.add (local.get $n) (i64.load8_u (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
      (br $next)))
    (i64.and (local.get $n) (i64.const 1))))"""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def compiled() -> list[Program | Rejected]:
    """Both tiers and a module, each right on every row but the last of them."""
    return [
        llmerm.compile(PARITY),
        llmerm.compile(PARITY, tier="cpython"),
        llmerm.compile(WAT, language="wat"),
        llmerm.compile(LENGTH),
    ]


def counts(programs: list[Program | Rejected], threads: int = 2) -> list[int]:
    """Rows that each gets right."""
    return [verdict.correct for verdict in llmerm.verify(programs, Dataset(ROWS, ONES), threads=threads)]


def expected() -> list[int]:
    """By Python itself."""
    return [300, 300, 300, sum(len(row) % 2 == one for row, one in zip(ROWS, ONES, strict=True))]


def child(work: Callable[[], None]) -> int:
    """Forks; the child runs `work` and says by its exit whether it went well. One that hangs is killed."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        work()
        os._exit(0)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(1)


def ended(pid: int) -> int:
    """How a child ended: 0 is well, a negative number is a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture
def programs() -> Iterator[list[Program | Rejected]]:
    """Programs that the parent has run."""
    made = compiled()
    assert counts(made) == expected()
    yield made
    assert counts(made) == expected()  # and whatever children did is nothing to it


@needs_fork
def test_a_child_runs_what_the_parent_compiled_and_compiles_its_own(
    programs: list[Program | Rejected],
) -> None:
    def work() -> None:
        assert counts(programs) == expected()
        assert counts(compiled()) == expected()
        other = llmerm.compile("def f(x):\n    return x.count('1') % 2 == 1\n")
        assert counts([other]) == [300]

    assert ended(child(work)) == 0


@needs_fork
def test_a_child_of_a_child_runs_too(programs: list[Program | Rejected]) -> None:
    def inner() -> None:
        assert counts(programs) == expected()

    def work() -> None:
        assert counts(programs) == expected()
        assert ended(child(inner)) == 0

    assert ended(child(work)) == 0


@needs_fork
def test_children_that_run_at_once_do_not_disturb_each_other(programs: list[Program | Rejected]) -> None:
    def work() -> None:
        for _ in range(3):
            assert counts(programs) == expected()

    children = [child(work) for _ in range(4)]
    for _ in range(3):
        assert counts(programs) == expected()
    assert [ended(pid) for pid in children] == [0] * 4


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_while_threads_verify_leaves_both_sides_whole(programs: list[Program | Rejected]) -> None:
    """The threads compile, open instances and run rows all the while, so that they hold locks."""
    stop = threading.Event()
    wrong: list[object] = []

    def verify_on(start: int) -> None:
        number = start
        while not stop.is_set():
            number += 2
            fresh = llmerm.compile(f"def f(x):\n    return (x.count('1') + {2 * number}) % 2\n")
            if counts([fresh, programs[1], programs[2]]) != [300] * 3:
                wrong.append(number)

    def work() -> None:
        assert counts(programs) == expected()

    work()  # imports what is imported late: a child waits for ever for an import that a thread had begun
    threads = [threading.Thread(target=verify_on, args=(start,)) for start in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            assert [ended(pid) for pid in [child(work) for _ in range(3)]] == [0] * 3
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wrong


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_no_lock_of_a_thread_that_was_compiling_is_held_in_the_child() -> None:
    """Such a lock is held for a microsecond: without the gate of `fork.rs`, one fork in 150 hung."""
    stop = threading.Event()
    rows = Dataset(["0101"] * 20, [0] * 20)

    def compile_and_run(number: int) -> None:
        zero = llmerm.compile(f"def f(x):\n    return {number} - {number}\n")
        assert llmerm.verify([zero], rows, threads=1)[0].correct == 20

    def compile_on(start: int) -> None:
        number = start
        while not stop.is_set():
            number += 2
            compile_and_run(number)

    threads = [threading.Thread(target=compile_on, args=(start,)) for start in range(2)]
    for thread in threads:
        thread.start()
    try:
        for fork in range(300):
            assert ended(child(partial(compile_and_run, 10**9 + fork))) == 0, fork
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@needs_fork
def test_what_a_child_leaves_behind_is_not_seen_by_the_next(programs: list[Program | Rejected]) -> None:
    """Memory images are shared by all processes: a candidate that fills its memory changes its own only."""
    greedy = llmerm.compile(
        "store = []\ndef f(x):\n    store.append(bytearray(b'\\xff' * 100000))\n    return len(store) % 2\n",
        tier="cpython",
    )

    def work() -> None:
        llmerm.verify([greedy], Dataset(ROWS, ONES), threads=2)

    children = [child(work) for _ in range(2)]
    assert counts(programs) == expected()
    assert [ended(pid) for pid in children] == [0, 0]


def of_a_pool(number: int) -> list[int]:
    """In a worker: the counts of programs made there."""
    assert number >= 0
    return counts(compiled(), threads=1)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_workers_of_a_pool_count_the_same(method: str) -> None:
    if method == "fork":
        assert counts(compiled()) == expected()
    with multiprocessing.get_context(method).Pool(2) as pool:
        answers = pool.map_async(of_a_pool, range(4), chunksize=1).get(timeout=SECONDS)
    assert answers == [expected()] * 4
