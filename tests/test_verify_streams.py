"""Verification of rows that are streamed: the same verdicts as from memory, partial ones, certificates."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pytest
from llmerm import Dataset, Program
from llmerm.errors import DataError, Interrupted, UsageError
from llmerm.packed_bits import PackedBits, pack_bits
from llmerm.sequential import Claim
from llmerm.stream import BLOCK, write_packed

ROWS = BLOCK + 3000
WIDTH = 20

SOURCES = (
    "def f(x): return x.count('1') % 2",
    "def f(x): return int(x[0]) if x[1] == '1' else 1 // 0",
    "seen = []\ndef f(x):\n    seen.append(1)\n    return len(seen) % 2",
    "def f(x: return 1",
)

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def bits() -> np.ndarray[Any, Any]:
    return np.random.default_rng(3).integers(0, 2, (ROWS, WIDTH), dtype=np.uint8)


@pytest.fixture(scope="module")
def dataset(bits: np.ndarray[Any, Any]) -> Dataset:
    return Dataset(["".join(map(str, row)) for row in bits.tolist()], bits.sum(1) % 2)


@pytest.fixture(scope="module")
def packed(bits: np.ndarray[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    write_packed(path, [(pack_bits(bits), bits.sum(1) % 2)], WIDTH)
    return path


def programs() -> list[Any]:
    return [llmerm.compile(source) for source in SOURCES]


def test_a_stream_has_the_verdicts_of_memory(dataset: Dataset, packed: Path) -> None:
    whole = llmerm.verify(programs(), dataset, threads=1)
    assert whole[0].correct == ROWS and whole[1].faults["exception"] > 0
    assert whole[2].pure is False and whole[3].rejected

    def batches() -> Iterator[Dataset]:
        for start in range(0, ROWS, 10_001):
            yield dataset[start : start + 10_001]

    for rows in (packed, str(packed), llmerm.scan(packed), batches()):
        for_threads = 2 if rows is packed else 3
        assert llmerm.verify(programs(), rows, threads=for_threads, row_buffer=1) == whole


def test_what_a_reader_raises_is_raised(dataset: Dataset) -> None:
    def batches(error: Exception) -> Iterator[Dataset]:
        yield dataset[:BLOCK]
        raise error

    with pytest.raises(ZeroDivisionError):
        llmerm.verify(programs(), batches(ZeroDivisionError()))
    with pytest.raises(DataError, match="no more"):
        llmerm.verify(programs(), batches(DataError("no more")))


def test_streams_need_labels_and_sense(dataset: Dataset, packed: Path) -> None:
    with pytest.raises(UsageError, match="labels"):
        llmerm.verify(programs(), llmerm.scan(Dataset(dataset.x)))
    with pytest.raises(UsageError, match="row_buffer"):
        llmerm.verify(programs(), packed, row_buffer=0)
    with pytest.raises(DataError, match="does not exist"):
        llmerm.verify(programs(), "no such file.parquet")


def test_a_claim_ends_a_candidate_where_it_is_settled(dataset: Dataset, packed: Path) -> None:
    claim = Claim.parse("risk <= 0.01 at 0.99")
    for rows in (dataset, packed):
        verdicts = llmerm.verify(programs(), rows, certify=claim)
        assert [v.stopped for v in verdicts] == ["holds", "fails", "fails", None]
        first, second = verdicts[0].certificate, verdicts[1].certificate
        assert first is not None and (first.decision, first.k, first.rows) == ("holds", 4, verdicts[0].rows)
        assert 460 < verdicts[0].rows < 4096 and second is not None and second.decision == "fails"
        assert verdicts[3].certificate is None
        assert verdicts == llmerm.verify(programs(), rows, certify="risk <= 1% at 0.99", threads=1)
    undecided = llmerm.verify(programs()[:1], dataset[:50], certify=claim)[0]
    assert undecided.stopped is None and undecided.certificate is not None
    assert undecided.certificate.decision == "undecided"


def test_ctrl_c_gives_what_was_counted(dataset: Dataset) -> None:
    """The reader stops giving rows after two blocks and presses Ctrl-C."""
    release = threading.Event()

    def batches() -> Iterator[Dataset]:
        yield dataset[:BLOCK]
        yield dataset[:BLOCK]
        yield dataset[:BLOCK]
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        release.wait(60)

    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            llmerm.verify(programs()[:1], batches(), threads=2)
    finally:
        release.set()
    assert isinstance(caught.value, Interrupted)
    (verdict,) = caught.value.verdicts
    assert verdict.stopped == "interrupted" and verdict.risk is None
    assert verdict.rows % BLOCK == 0 and verdict.rows >= BLOCK and verdict.correct == verdict.rows


def test_ctrl_c_is_heard_though_all_rows_are_done(dataset: Dataset) -> None:
    """When it is noticed nothing is left to stop. The caller is to end all the same."""
    heard, ended = threading.Event(), threading.Event()

    def batches() -> Iterator[Dataset]:
        yield dataset
        assert heard.wait(60)
        yield dataset[:10]
        ended.set()

    def progress(_: int) -> None:
        heard.set()
        assert ended.wait(60)
        time.sleep(0.5)  # for the core to end
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        llmerm.verify(programs()[:1], batches(), progress=progress)
    assert caught.value.verdicts[0].rows == ROWS + 10 and caught.value.verdicts[0].stopped is None


def test_the_reader_ends_with_the_run(dataset: Dataset) -> None:
    """A claim is settled long before the last row: the thread lets go of the rows."""
    closed = threading.Event()

    def batches() -> Iterator[Dataset]:
        try:
            while True:
                yield dataset[:BLOCK]
        finally:
            closed.set()

    (verdict,) = llmerm.verify(programs()[:1], batches(), certify="risk <= 0.01 at 0.99")
    assert verdict.stopped == "holds" and closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "llmerm-reader"]


def test_batches_may_fill_one_array_again_and_again() -> None:
    row, bits = np.empty((20_000, 1), np.int64), np.empty((20_000, 1), np.uint8)

    def ints() -> Iterator[tuple[Any, Any]]:
        for number in range(10):
            row[:] = number
            yield row, np.full(len(row), number)

    def packed() -> Iterator[tuple[Any, Any]]:
        for number in range(10):
            bits[:] = number % 2 << 7
            yield PackedBits(bits, 1), np.full(len(bits), number % 2)

    first = llmerm.compile("def f(x): return x[0]", input_type="ints")
    bit = llmerm.compile("def f(x): return int(x)")
    assert llmerm.verify([first], ints())[0].correct == llmerm.verify([bit], packed())[0].correct == 200_000


def test_rows_that_come_later_do_not_reject_what_was_settled_before() -> None:
    """Text beyond ASCII in a later block: what a claim settles before that does not depend on it."""
    rows = ["1"] * (BLOCK + 1000)
    rows[BLOCK + 7] = "\u00e9"
    dataset = Dataset(rows, np.ones(len(rows), np.int64))
    module = llmerm.compile(
        '(module (memory (export "memory") 1) (func (export "f") (param i32 i32) (result i64) i64.const 1))',
        "wat",
    )
    batches = [dataset[:BLOCK], dataset[BLOCK:]]
    for certify in (None, "risk <= 0.01 at 0.99"):
        (whole,) = llmerm.verify([module], dataset, certify=certify)
        assert [whole] == llmerm.verify([module], batches, certify=certify)
        assert (whole.rejected is None) == (whole.stopped == "holds") == (certify is not None)


def test_the_command_line_streams(cli: Cli, packed: Path, tmp_path: Path) -> None:
    program = tmp_path / "ones.py"
    program.write_text(SOURCES[0])
    folder = str(packed.parent)
    for data in (folder, folder + "/*.parquet"):
        code, out, _ = cli("verify", program, "--data", data, "--row-buffer", 1_000_000)
        assert code == 0 and f"{ROWS:,}" in out and "100.00 %" in out
    code, out, _ = cli("verify", program, "--data", folder, "--json", "--certify", "risk <= 0.05 at 0.95")
    document = json.loads(out)
    assert code == 0 and document["fingerprint"] and document["rows"] == ROWS
    (verdict,) = document["verdicts"]
    assert verdict["stopped"] == "holds" and verdict["certificate"]["decision"] == "holds"
    code, _, err = cli("verify", program, "--data", folder, "--certify", "it works")
    assert code == 2 and "risk <= 1e-6 at 0.99" in err
    code, _, err = cli("verify", program, "--data", folder, "--predictions", tmp_path / "p.npz")
    assert code == 2 and "memory" in err
    code, _, err = cli("verify", program, "--data", tmp_path / "none" / "*.parquet")
    assert code == 3 and err.startswith("error: ")


def test_a_profile_says_where_the_time_went(cli: Cli, packed: Path, tmp_path: Path) -> None:
    program = tmp_path / "ones.py"
    program.write_text(SOURCES[0])
    code, out, err = cli("verify", program, "--data", packed, "--json", "--profile")
    assert code == 0 and json.loads(out)["rows"] == ROWS
    phases = ("wait", "compile", "instantiate", "copy", "run", "compare", "other")
    assert [line.split()[0] for line in err.splitlines()[1:8]] == list(phases)
    told: list[dict[str, float]] = []
    llmerm.verify(programs(), packed, profile=told.append, threads=1)
    assert [set(spent) for spent in told] == [set(phases)]
    assert all(seconds > 0 for phase, seconds in told[0].items() if phase != "wait")


def test_an_interrupted_command_prints_the_partial_counts(packed: Path, tmp_path: Path) -> None:
    """A candidate that takes minutes; a row of it takes too little for the limits."""
    program = tmp_path / "slow.py"
    program.write_text("def f(x):\n    n = 0\n    for i in range(300000): n += i % 7\n    return n % 2")
    command = [sys.executable, "-m", "llmerm", "verify", str(program), "--data", str(packed.parent), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        threading.Timer(4, process.send_signal, (signal.SIGINT,)).start()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted" in err
    (verdict,) = json.loads(out)["verdicts"]
    assert verdict["stopped"] == "interrupted" and verdict["risk"] is None and verdict["rows"] < ROWS


def test_programs_are_typed_before_anything_runs(packed: Path) -> None:
    program = llmerm.compile("def f(x): return 1", input_type="ints")
    assert isinstance(program, Program)
    with pytest.raises(UsageError, match="ints"):
        llmerm.verify([program], packed)
