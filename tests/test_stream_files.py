"""Files of rows as streams: what `llmerm.read` reads, and what was written, whatever the borders."""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llmerm import Dataset
from llmerm.errors import DataError
from llmerm.readers import write
from pyarrow import feather, parquet
from stream_blocks import check_same, gather, small

FILES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.one_of(
    st.text("01", max_size=5), st.text(CHARACTERS, max_size=6), st.sampled_from(["", " -> ", "[", "é"])
)
INTS = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4)
FLOATS = st.lists(st.floats(allow_nan=False), max_size=4)
LABELS = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=20, max_size=20),
    st.lists(st.sampled_from(["spam", "ham", "é"]), min_size=20, max_size=20),
    st.lists(st.integers(0, 9), min_size=20, max_size=20),
)


def arrow_rows(rows: list[Any], kind: str, draw: Any) -> pa.Array:
    """A column of these rows, of one of the types that can hold them."""
    if kind == "text":
        types = [
            pa.string(),
            pa.large_string(),
            pa.binary(),
            pa.large_binary(),
            pa.dictionary(pa.int32(), pa.string()),
        ]
        chosen = draw(st.sampled_from(types))
        return (
            pa.array(rows).cast(chosen)
            if pa.types.is_dictionary(chosen)
            else pa.array([row.encode() for row in rows] if "binary" in str(chosen) else rows, chosen)
        )
    element = pa.int64() if kind == "ints" else pa.float64()
    types = [pa.list_(element), pa.large_list(element)]
    if len(set(map(len, rows))) == 1 and rows[0]:
        types.append(pa.list_(element, len(rows[0])))
    return pa.array(rows, draw(st.sampled_from(types)))


@FILES
@given(data=st.data(), kind=st.sampled_from(["text", "ints", "floats"]), raw=LABELS)
@pytest.mark.parametrize("format", ["parquet", "arrow", "arrows", "feather"])
def test_columns_of_any_type(tmp_path: Path, format: str, data: Any, kind: str, raw: list[Any]) -> None:
    each = {"text": TEXTS, "ints": INTS, "floats": FLOATS}[kind]
    rows = data.draw(st.lists(each, min_size=1, max_size=20))
    labels = raw[: len(rows)]
    expected = Dataset(rows, labels, kind)
    table = pa.table({"other": labels, "y": labels, "x": arrow_rows(rows, kind, data.draw)})
    path = tmp_path / f"rows.{format}"
    group = data.draw(st.integers(1, 9))
    if format == "parquet":
        parquet.write_table(table, path, row_group_size=group)
        assert llmerm.read(path, x="x").hash == expected.hash
    elif format == "feather":
        feather.write_feather(table, path, chunksize=group)
    else:
        new = pa.ipc.new_file if format == "arrow" else pa.ipc.new_stream
        with new(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=group)
    with small():
        check_same(llmerm.scan(path, x="x"), expected)
        check_same(llmerm.scan(path, x="x", labelled=False), Dataset(rows, None, kind))


@FILES
@given(rows=st.lists(TEXTS, min_size=1, max_size=20), raw=LABELS, data=st.data())
def test_text_is_what_read_reads(tmp_path: Path, rows: list[str], raw: list[Any], data: Any) -> None:
    """Lines as they come: also blank ones, returns, rows with arrows, and what is no row at all."""
    path = tmp_path / "rows.txt"
    ends = st.sampled_from(["\n", "\n", "\r\n", "\n\n", "\n \n", " \n", "\n\u00a0\n"])
    text = "".join(f"{row} -> {label}{data.draw(ends)}" for row, label in zip(rows, raw, strict=False))
    text = data.draw(st.sampled_from(["", "\ufeff"])) + text[: data.draw(st.sampled_from([None, -1]))]
    content = text.encode()
    path.write_bytes(data.draw(st.sampled_from([content, gzip.compress(content), zstd(content)])))
    plain = tmp_path / "plain.txt"
    plain.write_bytes(content)
    for options in (
        {},
        {"labelled": False},
        {"input_type": "text"},
        {"classes": ["ham", "spam", "é", "1", "0"]},
    ):
        try:
            expected = llmerm.read(plain, **options)
        except DataError:
            with small(), pytest.raises(DataError):
                gather(llmerm.scan(path, **options))
            continue
        try:
            with small(block=data.draw(st.integers(1, 9)), buffer=data.draw(st.integers(1, 40))):
                stream = llmerm.scan(path, **options)
                size = llmerm.stream.block.BLOCK
                gather(stream, size)
                check_same(stream, expected, size)
        except DataError as error:  # what later rows show, the first block cannot know; but it is said
            assert "give the input_type" in str(error) or "name all classes" in str(error)
        with small(block=50, buffer=data.draw(st.integers(1, 40))):
            check_same(llmerm.scan(path, **options), expected, 50)


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, "zstd", asbytes=True))


@FILES
@given(data=st.data(), kind=st.sampled_from(["ints", "floats", "record"]), raw=LABELS)
def test_text_of_numbers_and_records(tmp_path: Path, data: Any, kind: str, raw: list[int]) -> None:
    record = st.fixed_dictionaries(
        {"b": st.integers(-9, 9), "a": st.one_of(st.none(), st.text("uv", max_size=2))}
    )
    each = {"ints": INTS.filter(bool), "floats": FLOATS.filter(bool), "record": record}[kind]
    rows = data.draw(st.lists(each, min_size=1, max_size=20))
    path = tmp_path / "rows.txt"
    write(Dataset(rows, raw[: len(rows)], kind), path)
    expected = llmerm.read(path)
    with small(block=50):
        check_same(llmerm.scan(path), expected, 50)
        check_same(llmerm.scan(path, input_type=kind), Dataset(rows, raw[: len(rows)], kind), 50)
    with small():
        check_same(
            llmerm.scan(path, input_type=kind, classes=expected.classes),
            Dataset(rows, expected.y, kind, expected.classes),
        )


@FILES
@given(data=st.data(), raw=LABELS)
def test_npy(tmp_path: Path, data: Any, raw: list[Any]) -> None:
    n = data.draw(st.integers(1, 20))
    columns = data.draw(st.integers(0, 4))
    dtype = data.draw(st.sampled_from(["i8", ">i4", "u1", "?", "f8", "f4", "<U3", ">U3", "S4", "u8"]))
    if "U" in dtype or "S" in dtype:
        texts = data.draw(st.lists(st.text("ab1é", max_size=3), min_size=n, max_size=n))
        if dtype[0] == "S":
            texts = [text[:2] for text in texts]
        x = np.array([text.encode() for text in texts] if dtype[0] == "S" else texts, dtype)
        expected = Dataset(texts, raw[:n])
    else:
        x = np.array(
            data.draw(st.lists(st.integers(0, 1), min_size=n * columns, max_size=n * columns)), dtype
        )
        x = x.reshape(n, columns)
        expected = Dataset(x, raw[:n])
    np.save(tmp_path / "rows.npy", x)
    np.save(tmp_path / "rows.y.npy", np.array(raw[:n]))
    np.savez(tmp_path / "rows.npz", x=x, y=np.array(raw[:n]))
    assert llmerm.read(tmp_path / "rows.npz").hash == expected.hash
    with small():
        check_same(llmerm.scan(tmp_path / "rows.npy"), expected)
        np.save(tmp_path / "labels.npy", np.array(raw[:n])[::-1])
        other = Dataset(expected.x, raw[:n][::-1], expected.input_type)
        check_same(llmerm.scan(tmp_path / "rows.npy", labels=tmp_path / "labels.npy"), other)


@FILES
@given(sizes=st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any), group=st.integers(1, 5))
@pytest.mark.parametrize("format", ["parquet", "arrow", "txt"])
def test_several_files_are_one(tmp_path_factory: Any, format: str, sizes: list[int], group: int) -> None:
    folder = tmp_path_factory.mktemp("rows")
    rows = [f"{i:05b}" for i in range(sum(sizes))]
    labels = ["odd" if i % 2 else "even" for i in range(len(rows))]
    at = 0
    for i, size in enumerate(sizes):
        table = pa.table(
            {
                "x": pa.array(rows[at : at + size], pa.string()),
                "y": pa.array(labels[at : at + size], pa.string()),
            }
        )
        path = folder / f"part-{i}.{format}"
        if format == "parquet":
            parquet.write_table(table, path, row_group_size=group)
        elif format == "arrow":
            feather.write_feather(table, path, chunksize=group)
        else:
            path.write_text(
                "".join(
                    f"{x} -> {y}\n" for x, y in zip(rows[at : at + size], labels[at : at + size], strict=True)
                )
            )
        at += size
    (folder / "_SUCCESS").write_text("")
    expected = Dataset(rows, labels)
    if len(rows) > 1:
        with small():
            for source in (folder, f"{folder}/part-*.{format}", sorted(map(str, folder.glob(f"*.{format}")))):
                check_same(llmerm.scan(source), expected)


@FILES
@given(
    st.lists(
        st.fixed_dictionaries({"u": st.integers(-5, 5), "v": st.floats(allow_nan=False), "w": st.booleans()}),
        min_size=1,
        max_size=12,
    )
)
def test_columns_as_records_and_as_lists(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "rows.parquet"
    rows = [{name: row[name] for name in "uvw"} for row in rows]
    labels = [i % 3 for i in range(len(rows))]
    table = pa.table({name: [row[name] for row in rows] for name in "uvw"} | {"label": labels})
    parquet.write_table(table, path, row_group_size=3)
    with small():
        stream = llmerm.scan(path)
        check_same(stream, llmerm.read(path))
        assert next(stream.blocks()).packed.matrix.tolist() == [
            list(map(float, row.values())) for row in rows[:4]
        ]
        check_same(llmerm.scan(path, input_type="floats"), llmerm.read(path, input_type="floats"))
        check_same(
            llmerm.scan(path, x=["w", "u"], input_type="ints"),
            llmerm.read(path, x=["w", "u"], input_type="ints"),
        )
        structs = pa.table({"x": rows, "y": labels})
        parquet.write_table(structs, path)
        check_same(llmerm.scan(path), Dataset(rows, labels))


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "npz"])
def test_other_files_are_read_whole(tmp_path: Path, suffix: str) -> None:
    data = Dataset(["01", "1", "", "0", "11"], [0, 1, 2, 1, 0])
    write(data, tmp_path / f"rows.{suffix}")
    with small():
        stream = llmerm.scan(tmp_path / f"rows.{suffix}", input_type="text" if suffix != "npz" else None)
        check_same(stream, data)
        assert stream.fingerprint == stream.content_hash() == data.hash


@pytest.mark.parametrize("suffix", ["txt", "parquet", "npz"])
def test_streams_of_files_go_to_other_processes(tmp_path: Path, suffix: str) -> None:
    data = Dataset([f"{i:04b}" for i in range(11)], ["u", "v", "u"] * 3 + ["v", "v"])
    write(data, tmp_path / f"rows.{suffix}")
    with small():
        stream = llmerm.scan(tmp_path / f"rows.{suffix}")
        copy = pickle.loads(pickle.dumps(stream))
        check_same(copy, data)
        assert copy.fingerprint == stream.fingerprint
