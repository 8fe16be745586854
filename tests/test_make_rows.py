"""The rows that the benchmarks of streams are run on have the labels that the tasks' oracles give them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import llmerm
import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
TASKS = {
    "parity": "parity_all",
    "palindrome": "palindrome",
    "dyck2": "dyck2",
    "pattern": "pattern_alternating",
}


def made(path: Path, *options: str) -> llmerm.Stream:
    command = [
        sys.executable,
        str(BENCHMARKS / "make_rows.py"),
        options[0],
        options[1],
        str(path),
        *options[2:],
    ]
    subprocess.run(command, check=True, timeout=100)
    return llmerm.scan(path, input_type="text")


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("length", [12, 100])
def test_labels_are_those_of_the_oracle(tmp_path: Path, task: str, length: int) -> None:
    rows = made(tmp_path / "rows.parquet", task, "3000", "--length", str(length)).head(3000)
    oracle = llmerm.task(TASKS[task], n=length).oracle
    assert rows.y.tolist() == [oracle(row) for row in rows.x]
    assert {len(row) for row in rows.x} == {length}
    assert 0.45 < np.mean(rows.y) < 0.55
    assert length < 50 or len(set(rows.x)) > 2900


def test_formats_and_seeds(tmp_path: Path) -> None:
    options = ("dyck2", "20001", "--length", "20")
    first = made(tmp_path / "a.parquet", *options).head(20_001)
    for name, format in (("b.txt", "text"), ("b.parquet", "parquet")):
        assert made(tmp_path / name, *options, "--format", format).head(30_000).hash == first.hash
    assert made(tmp_path / "c.parquet", *options, "--seed", "1").head(20_001).hash != first.hash
    assert made(tmp_path / "d.parquet", "dyck2", "100", "--length", "20").head(100).hash == first[:100].hash
