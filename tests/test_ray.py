"""`engine="ray"` on a cluster of two workers: the totals of one process, whatever dies in the middle."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pyarrow as pa
import pytest
from llmerm.errors import DataError, Interrupted, LlmermError, MissingExtraError, UsageError
from pyarrow import parquet

ray = pytest.importorskip("ray")

ROWS = 6 * 65_536 + 500
LIMITS = llmerm.Limits(fuel_per_row=50_000, fuel_per_candidate=700_000_000)
MODULE = """(module (memory (export "memory") 1) (global $n (mut i64) (i64.const 0))
  (func (export "f") (param i32 i32) (result i64) %s))"""
STARTING_1111 = """(if (i32.eq (i32.load (local.get 0)) (i32.const 0x31313131)) (then %s)) (i64.const 1)"""
CANDIDATES = [
    ("def f(x): return x.count('1') % 2", "python"),
    ("def f(x):\n    if x.endswith('1111'): raise KeyError(x)\n    return 1 // int(x[0])", "python"),
    ("def f(x) return", "python"),
    (MODULE % "(global.set $n (i64.xor (global.get $n) (i64.const 1))) (global.get $n)", "wat"),
    (MODULE % STARTING_1111 % "(loop (br 0))", "wat"),
    (MODULE % STARTING_1111 % "unreachable", "wat"),
    ("(module", "wat"),
    ("long long f(const char *x, long n) { return x[0] - '0'; }", "c"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two workers of one CPU."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        ray.init(
            address="local",
            num_cpus=2,
            include_dashboard=False,
            object_store_memory=256 << 20,
            log_to_driver=False,
            logging_level="ERROR",
        )
        yield
        ray.shutdown()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bits = np.random.default_rng(5).integers(0, 2, (ROWS, 8), np.uint8) + ord("0")
    path = tmp_path_factory.mktemp("ray") / "rows.parquet"
    text = [row.decode() for row in bits.view("S8").reshape(-1)]
    table = pa.table({"x": text, "y": bits.sum(axis=1) % 2})
    parquet.write_table(table, path, row_group_size=50_000)
    return path


@pytest.fixture(scope="module")
def programs() -> list[Any]:
    return [llmerm.compile(source, language, limits=LIMITS) for source, language in CANDIDATES]


@pytest.fixture(scope="module")
def expected(rows: Path, programs: list[Any]) -> list[llmerm.Verdict]:
    return llmerm.verify(programs, llmerm.scan(rows), limits=LIMITS)


def test_a_cluster_gives_the_totals_of_one_process(
    cluster: None, rows: Path, programs: list[Any], expected: list[llmerm.Verdict]
) -> None:
    good, raises, syntax, state, loops, trap, broken, c = expected
    assert good.correct == ROWS and trap.faults["trap"] > 1000 and len(raises.exceptions) == 2
    assert syntax.stage == "load" and broken.stage == "compile" and state.pure is False and c.rejected is None
    assert 65_536 < loops.correct + loops.wrong < ROWS - 65_536  # its fuel ends far behind the first part
    seen: list[int] = []
    given = llmerm.verify(programs, llmerm.scan(rows), limits=LIMITS, engine="ray", progress=seen.append)
    assert given == expected and len(seen) > 4 and seen == sorted(seen)
    assert seen[-1] >= sum(verdict.rows for verdict in expected)
    assert llmerm.verify(programs, llmerm.read(rows), limits=LIMITS, engine="ray") == expected
    batches = iter([llmerm.read(rows)[start : start + 90_000] for start in range(0, ROWS, 90_000)])
    buffered = llmerm.verify(programs, batches, limits=LIMITS, engine="ray", row_buffer=1 << 20)
    assert buffered == expected
    assert ray.is_initialized()


def test_many_programs_on_few_rows(cluster: None) -> None:
    rows = llmerm.Dataset(["0", "1", "11"], [0, 1, 1])
    programs = [llmerm.compile(f"def f(x): return len(x) + {i}") for i in range(70)]
    assert llmerm.verify(programs, rows, engine="ray") == llmerm.verify(programs, rows)
    empty = llmerm.Dataset([], [], input_type="text")
    assert llmerm.verify(programs[:2], empty, engine="ray") == llmerm.verify(programs[:2], empty)
    named = llmerm.Dataset(["a", "b"], ["ham", "spam"])
    [verdict] = llmerm.verify([llmerm.compile("def f(x): return 'spam'")], named, engine="ray")
    assert (verdict.correct, verdict.wrong) == (1, 1)


COUNTING = """(local $i i32)
  (if (i32.ge_u (i32.load8_u (local.get 0)) (i32.const 48)) (then (loop
    (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))))
  (i64.const 1)"""


def worker_pids() -> set[int]:
    """The processes of the two workers, which tasks to come run in."""

    def where() -> int:
        time.sleep(0.5)  # so that the other worker takes the other task
        return os.getpid()

    task = ray.remote(num_cpus=1)(where)
    return set(ray.get([task.remote(), task.remote()]))


def kill_workers(pids: set[int], seen: list[int]) -> Any:
    """A progress callback that kills these processes once, after the first part."""

    def progress(done: int) -> None:
        seen.append(done)
        if len(seen) == 1:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)

    return progress


def test_a_killed_worker_changes_no_total(cluster: None, rows: Path) -> None:
    program = llmerm.compile(MODULE % COUNTING, "wat")
    stream = llmerm.scan(rows)
    seen: list[int] = []
    pids = worker_pids()
    given = llmerm.verify([program], stream, engine="ray", progress=kill_workers(pids, seen))
    assert given == llmerm.verify([program], stream)
    assert seen[0] < ROWS == seen[-1]
    assert len(pids) == 2 and not pids & worker_pids()


def test_a_task_that_loses_every_worker_is_given_up(
    cluster: None, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmerm.engines import ray_engine

    monkeypatch.setattr(ray_engine, "TRIES", 1)
    program = llmerm.compile(MODULE % COUNTING, "wat")
    with pytest.raises(LlmermError, match="lost their worker 1 times"):
        llmerm.verify([program], llmerm.scan(rows), engine="ray", progress=kill_workers(worker_pids(), []))


def test_ctrl_c_cancels_the_tasks_and_keeps_what_was_counted(cluster: None) -> None:
    endless = llmerm.compile(MODULE % STARTING_1111 % "(loop (br 0))", "wat")
    rows = llmerm.Dataset(["0000"] * 65_536 + ["1111"] * 3 * 65_536, [1] * 4 * 65_536)
    pids = worker_pids()

    def interrupt_soon(done: int) -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(Interrupted) as stopped:
        llmerm.verify([endless], rows, engine="ray", progress=interrupt_soon)
    [verdict] = stopped.value.verdicts
    assert (verdict.stopped, verdict.rows, verdict.correct, verdict.risk) == (
        "interrupted",
        65_536,
        65_536,
        None,
    )
    assert not pids & worker_pids()  # or these would wait for hours


def test_errors_of_workers_come_back_as_themselves(cluster: None, rows: Path, tmp_path: Path) -> None:
    program = llmerm.compile("def f(x): return 1")
    for damage, said in ((lambda path: path.unlink(), "every node"), (replace_rows, "other rows")):
        path = tmp_path / f"{said}.parquet"
        path.write_bytes(rows.read_bytes())
        stream = llmerm.scan(path)
        assert stream.fingerprint
        damage(path)
        with pytest.raises(DataError, match=said):
            llmerm.verify([program], stream, engine="ray")
    with pytest.raises(UsageError, match="no labels"):
        llmerm.verify([program], llmerm.Dataset(["0"]), engine="ray")
    with pytest.raises(UsageError, match="text rows cannot run on ints rows"):
        llmerm.verify([program], llmerm.Dataset([[1]], [1]), engine="ray")


def replace_rows(path: Path) -> None:
    parquet.write_table(pa.table({"x": ["0", "1"] * 50_000, "y": [0, 1] * 50_000}), path)


def test_arguments_that_cannot_be_honoured(cluster: None) -> None:
    program, rows = llmerm.compile("def f(x): return 1"), llmerm.Dataset(["0"], [0])
    with pytest.raises(UsageError, match="no node of the cluster has 3 CPUs"):
        llmerm.verify([program], rows, engine="ray", threads=3)
    with pytest.raises(UsageError, match="connected to a Ray cluster already"):
        llmerm.verify([program], rows, engine="ray", address="10.0.0.1:6379")
    with pytest.raises(UsageError, match="certify goes with"):
        llmerm.verify([program], rows, engine="ray", certify="risk <= 0.5 at 0.9")
    with pytest.raises(UsageError, match='engine must be "local" or "ray"'):
        llmerm.verify([program], rows, engine="spark")  # type: ignore[arg-type]


def test_a_worker_of_another_version_refuses() -> None:
    """A task needs no cluster: it is a function."""
    from dataclasses import replace

    from llmerm.engines import tasks
    from llmerm.stream.memory import DatasetStream
    from llmerm.verification import settings_of

    rows = DatasetStream(llmerm.Dataset(["0"], [1]))
    held = tasks.Held(rows, 0, list(rows.blocks()))
    batch = tasks.Batch.of([llmerm.compile("def f(x): return 1")])
    [verdict] = tasks.run(batch, [0], held, (0, 1), settings_of())  # type: ignore[misc]
    assert verdict.correct == 1
    for other in (replace(batch, llmerm="0.0"), replace(batch, runtime="?")):
        assert "another llmerm" in str(tasks.run(other, [0], held, (0, 1), settings_of()))


def test_an_address_where_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    program, rows = llmerm.compile("def f(x): return 1"), llmerm.Dataset(["0"], [0])
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    for address in ("127.0.0.1:1", "127.0.0.1:123456"):
        with pytest.raises(UsageError, match=f"no Ray cluster can be had at {address}"):
            llmerm.verify([program], rows, engine="ray", address=address)


def test_the_command_line(cli, cluster: None, rows: Path, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("def f(x): return x.count('1') % 2")
    given = ["verify", tmp_path / "p.py", "--data", rows, "--json"]
    local = cli(*given)
    assert json.loads(local[1])["verdicts"][0]["correct"] == ROWS
    assert cli(*given, "--engine", "ray") == local


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "llmerm.engines.ray_engine", raising=False)
    rows = llmerm.Dataset(["0"], [0])
    with pytest.raises(MissingExtraError, match=r"llmerm\[ray\]"):
        llmerm.verify([llmerm.compile("def f(x): return 1")], rows, engine="ray")
