"""Files that are no rows: each says which file, where, and what to do; and identities of files."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from unittest import mock

import llmerm
import numpy as np
import pyarrow as pa
import pytest
from llmerm.errors import DataError, UsageError
from pyarrow import parquet
from stream_blocks import gather, small

GOOD = "".join(f"{i:03b} -> {i % 2}\n" for i in range(8))

TEXT = [
    (GOOD + "bad\n", {}, ["at least 1 rows are bad", "line 9: not `<x> -> <y>`: 'bad'"]),
    (GOOD + "x -> 0.5\n", {}, ["line 9: label '0.5' is neither"]),
    (GOOD + "x -> O\n", {}, ["line 9: label 'O' among integers; if it is a class"]),
    (GOOD + "x -> \n", {}, ["line 9: no label"]),
    (GOOD + "x -> 99999999999999999999\n", {}, ["line 9", "beyond int64"]),
    (GOOD + "x -> 2\n", {"classes": ["0", "1"]}, ["line 9: label '2' is not one of the classes 0, 1"]),
    ("[1] -> 0\n" * 8 + "1 2 -> 0\n", {}, ["line 9: '1 2' is text", "give the input_type"]),
    ("[1] -> 0\n" * 8 + "[0.5] -> 0\n", {}, ["line 9: ints expected"]),
    ("[1] -> 0\n" * 8 + "[1, -> 0\n", {"input_type": "ints"}, ["line 9: cannot be read as ints"]),
    ('{"a": 1} -> 0\n' * 8 + '{"b": 1} -> 0\n', {}, ["line 9"]),
    ("[] -> 0\n" * 9, {}, ["nothing but brackets; give the input_type"]),
    ("01\n10\n", {}, ["no line is `<x> -> <y>`", "labelled=False"]),
    ("\n \n", {}, ["no rows"]),
    ("", {}, ["no rows"]),
    (b"\x7fELF\0\0\1\n", {}, ["not text"]),
    ("a -> 1\n".encode("utf-16"), {}, ["UTF-16", "save it as UTF-8"]),
    ((GOOD + "caf\u00e9 -> 1\n").encode("latin1"), {}, ["not UTF-8 at line 9", "iconv"]),
    (gzip.compress(GOOD.encode() * 500)[:-30], {}, ["cannot be read or decompressed"]),
    (gzip.compress(GOOD.encode() * 500)[:40] + b"\xff" * 60, {}, ["cannot be read or decompressed"]),
    (bytes(pa.compress(GOOD.encode() * 500, "zstd", asbytes=True))[:-9], {}, ["cannot be read"]),
    (GOOD, {"y": "label"}, []),
]


@pytest.mark.parametrize(("text", "options", "said"), TEXT, ids=[str(i) for i in range(len(TEXT))])
def test_bad_text(tmp_path: Path, text: str | bytes, options: dict[str, Any], said: list[str]) -> None:
    path = tmp_path / "rows.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    kind = UsageError if "y" in options else DataError
    with small(), pytest.raises(kind) as caught:
        gather(llmerm.scan(path, **options))
    assert all(part in str(caught.value) for part in [*said, *([str(path)] if said else [])]), str(
        caught.value
    )


def test_the_first_five_bad_lines_and_their_number(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text(GOOD + "bad\n" * 7)
    with pytest.raises(DataError, match="at least 7 rows are bad") as caught:
        llmerm.scan(path)
    assert [line in str(caught.value) for line in ("line 9", "line 13", "line 14", "and 2 more")] == [
        1,
        1,
        0,
        1,
    ]


def test_a_line_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt.gz"
    path.write_bytes(gzip.compress(b"0" * 10_000))
    with (
        small(),
        mock.patch("llmerm.stream.text.LINE_MAX", 1000),
        pytest.raises(DataError, match="longer than 1,000"),
    ):
        llmerm.scan(path, labelled=False)
    assert len(llmerm.scan(path, labelled=False).head(1).x[0]) == 10_000


TABLES = [
    ({"x": ["a"] * 8 + [None], "y": [0] * 9}, {}, ["row 9: expected text, found nothing"]),
    ({"x": [b"a"] * 8 + [b"\xff"], "y": [0] * 9}, {}, ["row 9: not UTF-8"]),
    ({"x": [[1]] * 8 + [[1, None]], "y": [0] * 9}, {}, ["row 9: expected numbers, found list"]),
    (
        {"x": pa.array([[1]] * 8 + [[2**63]], pa.list_(pa.uint64())), "y": [0] * 9},
        {},
        ["row 9: an integer beyond int64"],
    ),
    ({"x": ["a"] * 9, "y": [0] * 8 + [None]}, {}, ["row 9: no label"]),
    ({"x": ["a"] * 9, "y": [0.0] * 8 + [0.5]}, {}, ["row 9: label 0.5 is neither"]),
    ({"x": ["a"] * 9, "y": pa.array([0] * 8 + [2**63], pa.uint64())}, {}, ["row 9", "beyond int64"]),
    ({"x": ["a"] * 9, "y": ["u"] * 8 + ["1"]}, {}, ["row 9: label '1' among class names"]),
    ({"x": ["a"] * 9, "y": [[0]] * 9}, {}, ["row 1: label [0] is neither", "row 3"]),
    ({"x": ["a"] * 9, "y": ["u"] * 8 + ["w"]}, {"classes": ["u"]}, ["row 9: label 'w' is not one of"]),
    ({"x": ["a"] * 90, "y": [f"name {i}" for i in range(90)]}, {}, ["90 distinct labels"]),
    ({"x": ["a"], "z": [0]}, {}, ["no column y or label"]),
    ({"x": ["a"], "y": [0]}, {"input_type": "ints"}, ["column 'x' holds string", "cannot be read as 'ints'"]),
    (
        {"x": pa.array([1], pa.date32()), "y": [0]},
        {},
        ["column 'x' holds date32", "as text, numbers or records"],
    ),
    ({"x": [b"ab"], "y": [0]}, {"bits": 9}, ["column 'x' is binary", "fixed_size_binary[2]"]),
    ({"x": pa.array([b"ab"], pa.binary(2)), "y": [0]}, {"bits": 17}, ["fixed_size_binary[3]"]),
    ({"u": ["a"], "v": [1], "y": [0]}, {"bits": 9}, ["2 columns of the row", "say which by x="]),
    ({"x": pa.array([], pa.string()), "y": pa.array([], pa.int64())}, {}, ["no rows"]),
]


@pytest.mark.parametrize("format", ["parquet", "arrow"])
@pytest.mark.parametrize(("columns", "options", "said"), TABLES, ids=[str(i) for i in range(len(TABLES))])
def test_bad_tables(
    tmp_path: Path, columns: dict[str, Any], options: dict[str, Any], said: list[str], format: str
) -> None:
    path, table = tmp_path / f"rows.{format}", pa.table(columns)
    if format == "parquet":
        parquet.write_table(table, path, row_group_size=3)
    else:
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    with small(), pytest.raises(DataError) as caught:
        gather(llmerm.scan(path, **options))
    assert all(part in str(caught.value) for part in [*said, str(path)]), str(caught.value)


def test_files_that_are_something_else(tmp_path: Path) -> None:
    for name in ("a.parquet", "a.arrow", "a.npy"):
        (tmp_path / name).write_bytes(b"PAR1 ARROW1 nonsense")
        with pytest.raises(DataError, match=f"{name}: not a"):
            llmerm.scan(tmp_path / name)
    table = pa.table({"x": ["a"] * 1000, "y": [0] * 1000})
    with pa.ipc.new_file(tmp_path / "cut.arrow", table.schema) as writer:
        writer.write_table(table)
    parquet.write_table(table, tmp_path / "cut.parquet")
    for name in ("cut.arrow", "cut.parquet"):
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-20])
        with pytest.raises(DataError, match=name):
            llmerm.scan(tmp_path / name)
    parquet.write_table(table, tmp_path / "p.parquet")
    parquet.write_table(pa.table({"x": [[1]], "y": [0]}), tmp_path / "q.parquet")
    with pytest.raises(DataError, match=r"q\.parquet: columns x, y are rows of ints, but those of"):
        list(llmerm.scan([tmp_path / "p.parquet", tmp_path / "q.parquet"]).blocks())

    parquet.write_table(pa.table({"x": [{"a": 1}], "y": [0]}), tmp_path / "p.parquet")
    parquet.write_table(pa.table({"x": [{"b": 1}], "y": [0]}), tmp_path / "q.parquet")
    with pytest.raises(DataError, match=r"q\.parquet: columns b are rows of record, but those of .* are a"):
        list(llmerm.scan([tmp_path / "p.parquet", tmp_path / "q.parquet"]).blocks())


def test_sources_and_options_that_do_not_go_together(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"x,y\n0,1\n"))
    np.save(tmp_path / "a.npy", np.eye(2))
    bad: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
        (tmp_path / "none.txt", {}, DataError, "does not exist"),
        (f"{tmp_path}/*.parquet", {}, DataError, "no file matches"),
        (tmp_path / "a.csv.gz", {}, DataError, "only text is read compressed"),
        ([tmp_path / "a.txt", tmp_path / "a.npy"], {}, DataError, "all of one format"),
        ([tmp_path / "a.npy"] * 2, {}, DataError, "all of one format"),
        (tmp_path / "a.txt", {"bits": 3}, UsageError, "takes no bits="),
        (tmp_path / "a.txt", {"labels": "b.npy"}, UsageError, "takes no labels="),
        (tmp_path / "a.npy", {"y": "label"}, UsageError, "takes no y="),
        (iter([]), {"format": "txt"}, UsageError, "takes no format="),
        (tmp_path / "a.npy", {}, DataError, "a.y.npy: cannot be read"),
        (
            tmp_path / "a.npy",
            {"input_type": "ints", "labelled": False},
            DataError,
            "cannot be read as input type",
        ),
        (tmp_path / "a.npy", {"bits": 3, "labelled": False}, DataError, "packed rows of 3 bits"),
        (tmp_path / "a.txt", {"input_type": "bits"}, DataError, "no input type 'bits'"),
        (tmp_path / "a.txt", {"format": "xml"}, DataError, "no format 'xml'"),
        (tmp_path / "a.txt", {"classes": ["a", "a"]}, DataError, "classes must be distinct"),
    ]
    (tmp_path / "empty").mkdir()
    bad.append((tmp_path / "empty", {}, DataError, "no file of rows in this folder"))
    for source, options, kind, said in bad:
        with pytest.raises(kind, match=said):
            llmerm.scan(source, **options)


def test_bad_arrays(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    for x, y, said in (
        (np.zeros((2, 2, 2)), [0, 1], "3-D float64"),
        (np.zeros(2), [0, 1], "1-D float64; rows are"),
        (np.asfortranarray(np.arange(6).reshape(2, 3)), [0, 1], "Fortran order"),
        (np.eye(2), [0, 1, 2], r"labels of shape \(3,\) for 2 rows"),
        (np.eye(2), [0, 0.5], "row 2: label 0.5"),
        (np.eye(2), ["u", "1"], "row 1: label 'u' among integers"),
        (np.full((2, 1), 2**63, np.uint64), [0, 1], "beyond int64"),
        (np.array([b"a", b"\xff"]), [0, 1], "lone surrogate"),
        (np.zeros((0, 2)), [], "no rows"),
    ):
        np.save(path, x)
        np.save(tmp_path / "a.y.npy", np.array(y))
        with pytest.raises(DataError, match=said):
            list(llmerm.scan(path).blocks())
    np.save(path, np.array([{}], object), allow_pickle=True)
    with pytest.raises(DataError, match=r"not a \.npy file of a plain array"):
        llmerm.scan(path)


def test_a_fingerprint_changes_with_the_rows_and_how_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text(GOOD)
    first = llmerm.scan(path)
    copy = tmp_path / "copy.txt"
    copy.write_text(GOOD)
    assert first.fingerprint == llmerm.scan(copy).fingerprint
    assert first.content_hash() == llmerm.scan(copy).content_hash() != first.fingerprint
    copy.write_text(GOOD.replace("001", "011"))
    others = [llmerm.scan(copy), llmerm.scan([path, path]), llmerm.scan(path, labelled=False)]
    others.append(llmerm.scan(path, classes=["1", "0"]))
    for hashed in (lambda s: s.fingerprint, lambda s: s.content_hash()):
        assert len({hashed(stream) for stream in [first, *others]}) == 5


def test_only_the_ends_of_a_file_are_in_the_fingerprint(tmp_path: Path) -> None:
    """What the documentation says it does not see, and the content hash does."""
    path = tmp_path / "rows.txt"
    lines = ["0000 -> 1\n"] * 400_000
    path.write_text("".join(lines))
    before = llmerm.scan(path)
    prints, contents = before.fingerprint, before.content_hash()
    lines[200_000] = "0001 -> 1\n"
    path.write_text("".join(lines))
    after = llmerm.scan(path)
    assert (after.fingerprint, after.content_hash() == contents) == (prints, False)
