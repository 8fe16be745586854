"""Packed bits: what is written packed is read as the same text, and memory does not grow with the rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import llmerm
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llmerm import Dataset
from llmerm.errors import DataError, UsageError
from llmerm.packed_bits import PackedBits, bits_of, pack_bits, pack_text
from llmerm.stream import Block, write_packed
from pyarrow import parquet
from stream_blocks import check_same, small


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    width=st.integers(1, 19),
    sizes=st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any),
    labels=st.sampled_from(["integers", "names", "none"]),
    seed=st.integers(0, 99),
)
def test_written_packed_and_read_back(
    tmp_path: Path, width: int, sizes: list[int], labels: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    bits = [rng.integers(0, 2, (size, width)) for size in sizes]
    rows = ["".join(map(str, row)) for part in bits for row in part.tolist()]
    y: Any = None
    if labels != "none":
        y = [("u", "v")[i % 2] if labels == "names" else i % 3 for i in range(len(rows))]
    batches, at = [], 0
    for i, part in enumerate(bits):
        own = None if y is None else np.array(y[at : at + len(part)], str if labels == "names" else np.int8)
        batches.append((pack_bits(part) if i % 2 else part, own))
        at += len(part)
    path = tmp_path / "rows.parquet"
    with small(), mock.patch("llmerm.stream.write.GROUP", 8):
        assert write_packed(path, batches, width) == len(rows)
        expected = Dataset(rows, y)
        stream = llmerm.scan(path, labelled=y is not None)
        check_same(stream, expected)
        assert all(isinstance(block.packed, PackedBits) for block in stream.blocks())
        assert llmerm.read(path, labelled=y is not None).hash == expected.hash
        packed = np.concatenate([np.packbits(part.astype(np.uint8), axis=1) for part in bits])
        np.save(tmp_path / "rows.npy", packed)
        check_same(llmerm.scan(tmp_path / "rows.npy", bits=width, labelled=False), Dataset(rows))
        column = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(packed.shape[1]), len(rows), [None, pa.py_buffer(packed.tobytes())]
        )
        parquet.write_table(pa.table({"bits": column}), path)  # no metadata: the caller says it
        check_same(llmerm.scan(path, x="bits", bits=width, labelled=False), Dataset(rows))
    groups = parquet.ParquetFile(path).metadata
    assert groups.num_rows == len(rows)
    assert pack_text(Dataset(rows).packed()).data.tolist() == packed.tolist()


def test_row_groups_end_where_blocks_do(tmp_path: Path) -> None:
    with mock.patch("llmerm.stream.write.GROUP", 8):
        write_packed(tmp_path / "a.parquet", [(np.zeros((5, 3), bool), [0] * 5)] * 4, 3)
    meta = parquet.ParquetFile(tmp_path / "a.parquet").metadata
    assert [meta.row_group(i).num_rows for i in range(meta.num_row_groups)] == [8, 8, 4]


@pytest.mark.parametrize(
    ("batches", "width", "said"),
    [
        ([(np.full((1, 3), 2), [0])], 3, "symbols are 0 and 1, but these reach from 2 to 2"),
        ([(np.zeros((1, 3), int), [0])], 4, "rows of 3 bits, not of 4"),
        ([(np.zeros((2, 3), int), [0])], 3, "2 rows but 1 labels"),
        ([(np.zeros((1, 3), int), [0]), (np.zeros((1, 3), int), None)], 3, "give one type to all"),
        ([(np.zeros(3, int), [0])], 3, "a 2-D array of 0 and 1"),
        ([], 3, "no rows to write"),
    ],
)
def test_what_cannot_be_written(tmp_path: Path, batches: Any, width: int, said: str) -> None:
    with pytest.raises(DataError, match=said):
        write_packed(tmp_path / "a.parquet", batches, width)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(UsageError, match="a width of 1 or more"):
        write_packed(tmp_path / "a.parquet", batches, 0)


def test_what_cannot_be_packed() -> None:
    for rows in (["01", "0"], [""], ["0a"], ["é"]):
        with pytest.raises(DataError, match="can be packed as bits"):
            pack_text(Dataset(rows).packed())
    with pytest.raises(DataError, match="2 bytes a row, not uint8"):
        bits_of(np.zeros((2, 1), np.uint8), 9)
    assert len(Block(bits_of(np.zeros((2, 1), np.uint8), 8), None)) == 2


PEAK = """
import resource, sys, llmerm
options = {"bits": 100} if sys.argv[1].endswith("npy") else {}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(sum(len(block) for block in llmerm.scan(sys.argv[1], **options).blocks()))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("format", ["parquet", "npy", "txt", "strings.parquet"])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, format: str) -> None:
    peaks = []
    for blocks in (8, 40):
        path, n = tmp_path / f"{blocks}.{format}", blocks * llmerm.stream.BLOCK
        rng = np.random.default_rng(0)
        bits, y = rng.integers(0, 256, (n, 13), dtype=np.uint8), rng.integers(0, 2, n)
        if format == "parquet":
            with mock.patch("llmerm.stream.write.GROUP", 4 * llmerm.stream.BLOCK):
                write_packed(path, [(bits_of(bits, 100), y)], 100)
        elif format == "npy":
            np.save(path, bits)
            np.save(path.with_suffix(".y.npy"), y)
        else:
            text = np.full((n, 100 if "strings" in format else 106), ord("0"), np.uint8)
            if format == "txt":
                text[:, 100:104], text[:, 104], text[:, 105] = np.frombuffer(b" -> ", np.uint8), 48 + y, 10
                text.tofile(path)
            else:
                offsets = np.arange(n + 1) * 100
                column = pa.Array.from_buffers(
                    pa.large_string(), n, [None, pa.py_buffer(offsets), pa.py_buffer(text.reshape(-1))]
                )
                table = pa.table({"x": column, "y": y})
                parquet.write_table(
                    table, path, row_group_size=131_072, use_dictionary=False, compression="none"
                )
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True, timeout=100
        )
        rows, peak = map(int, done.stdout.split())
        assert rows == n
        peaks.append(peak)
    grown = 32 * llmerm.stream.BLOCK * (13 if format in {"parquet", "npy"} else 100) / 1024
    assert peaks[1] - peaks[0] < grown / 2, peaks
