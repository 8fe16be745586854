"""Files of rows: what is read, what round-trips, and that no bad row goes unsaid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llmerm.dataset import Dataset
from llmerm.errors import DataError
from llmerm.readers import FORMATS, read, write

RECORDED = sorted((Path(__file__).parent.parent / "examples" / "proposals").glob("*.txt"))

TEXT = Dataset(["0110", '1,"0', "[x", "é -> y"], [0, 1, 1, 0])
NAMED = Dataset(["a", "b", "c"], ["spam", "ham", "spam"])
INTS = Dataset([[1, -2], [], [2**62]], [0, 1, 0])
FLOATS = Dataset([[0.5, float("inf")], [1e-300], [-0.0]], [1, 0, 1])
RECORDS = Dataset([{"a": 1, "b": "u", "c": None}, {"a": 2, "b": "", "c": 0.5}], [1, 0])
NUMERIC = Dataset([{"a": 1, "b": 0.5}, {"a": 2, "b": -1.5}], [-1, 1])


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_recorded_rows(path: Path) -> None:
    rows = read(path)
    lines = path.read_text().splitlines()
    assert rows.input_type == "text" and len(rows) == len(lines)
    assert [f"{x} -> {y}" for x, y in zip(rows.x, rows.y.tolist(), strict=True)] == lines


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("data", [TEXT, NAMED, INTS, FLOATS, RECORDS, NUMERIC], ids=str)
def test_what_is_written_is_read_back(tmp_path: Path, data: Dataset, format: str) -> None:
    path = tmp_path / f"rows.{format}"
    if format == "npz" and data.input_type == "record":
        with pytest.raises(DataError, match=r"write \.jsonl or \.parquet"):
            write(data, path)
        return
    write(data, path)
    back = read(path)
    assert (back.x, back.y.tolist(), back.classes) == (data.x, data.y.tolist(), data.classes)
    assert back.hash == data.hash
    unlabelled = Dataset(data.x)
    write(unlabelled, path)
    assert read(path, labelled=False).x == unlabelled.x


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=8
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_survives_or_is_refused(tmp_path: Path, rows: list[str]) -> None:
    data = Dataset(rows, [i % 2 for i in range(len(rows))])
    for format in ("jsonl", "npz", "parquet", "txt", "csv"):
        path = tmp_path / f"any.{format}"
        try:
            write(data, path)
        except DataError:
            assert format == "txt" and any("\n" in row or row.endswith("\r") for row in rows)
            continue
        assert read(path, input_type="text").hash == data.hash, format


def test_text_conventions(tmp_path: Path) -> None:
    rows = read(put(tmp_path, "a.txt", "\ufeffa -> b -> 1\r\n\n c  -> 0\r\n -> 1\n"))
    assert (rows.x, rows.y.tolist()) == (["a -> b", " c ", ""], [1, 0, 1])
    numbers = put(tmp_path, "b.txt", "1 2 -> 1\n3,4 -> 0\n[] -> 0\n")
    assert read(numbers).x == ["1 2", "3,4", "[]"]
    assert read(numbers, input_type="ints").x == [[1, 2], [3, 4], []]
    assert read(numbers, input_type="floats").x == [[1.0, 2.0], [3.0, 4.0], []]
    assert read(put(tmp_path, "c", "[1, 2] -> 1\n[3] -> 0\n")).input_type == "ints"
    assert read(put(tmp_path, "c", "[[]] -> 1\n[] -> 0\n")).input_type == "text"
    assert read(put(tmp_path, "c", "[] -> 1\n[] -> 0\n")).input_type == "text"
    assert read(put(tmp_path, "d.txt", "ab\ncd\n"), labelled=False).x == ["ab", "cd"]


def test_csv_conventions(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "id,n,s,f,b,label\n007,1,,0.5,True,yes\n008,,q,2,False,no\n\n")
    rows = read(path)
    assert rows.x == [
        {"id": "007", "n": 1, "s": "", "f": 0.5, "b": True},
        {"id": "008", "n": None, "s": "q", "f": 2.0, "b": False},
    ]
    assert (rows.y.tolist(), rows.classes) == ([1, 0], ("no", "yes"))
    assert read(path, x="id").x == ["007", "008"]
    assert read(path, x=["f", "n"], y="b").x == [{"f": 0.5, "n": 1}, {"f": 2.0, "n": None}]
    assert read(path, x=["f", "n"], y="b").y.tolist() == [1, 0]
    assert read(path, classes=["yes", "no"]).y.tolist() == [0, 1]
    matrix = read(put(tmp_path, "m.csv", "u,v,y\n1,2,0\n3,4,1\n"), input_type="floats")
    assert matrix.x == [[1.0, 2.0], [3.0, 4.0]]
    assert read(put(tmp_path, "t.tsv", "x\ty\n01\t0\n10\t1\n")).x == ["01", "10"]
    long = put(tmp_path, "long.csv", "x,y\n" + "a" * 200_000 + ",1\nb,0\n")
    assert len(read(long).x[0]) == 200_000


def test_jsonl_conventions(tmp_path: Path) -> None:
    flat = put(
        tmp_path, "a.jsonl", '{"a": 1, "label": true, "b": null}\n{"b": "q", "a": 2, "label": false}\n'
    )
    rows = read(flat)
    assert rows.x == [{"a": 1, "b": None}, {"a": 2, "b": "q"}]
    assert rows.y.tolist() == [1, 0]
    assert read(put(tmp_path, "b.jsonl", '{"x": [1, 2.5], "y": "1"}\n{"x": [], "y": "0"}\n')).x == [
        [1.0, 2.5],
        [],
    ]
    assert read(put(tmp_path, "c.jsonl", '{"x": "01", "y": "1"}\n{"x": "", "y": "0"}\n')).classes is None


def test_npz_conventions(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=np.array([[1, 2], [3, 4]], np.int32), y=np.array([True, False]))
    assert (read(path).x, read(path).y.tolist()) == ([[1, 2], [3, 4]], [1, 0])
    assert read(path, input_type="floats").input_type == "floats"
    np.savez(path, x=np.array(["ab", "c"]), y=np.array(["u", "v"]))
    assert (read(path).x, read(path).classes) == (["ab", "c"], ("u", "v"))
    np.savez(path, x=np.array([0.5, 1, 2]), offsets=np.array([0, 1, 3]), y=np.array([1.0, 0.0]))
    assert read(path).x == [[0.5], [1.0, 2.0]]
    np.savez(path, rows=np.eye(2), labels=np.array([0, 1]))
    assert read(path, x="rows", y="labels").x == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("raw", "labels"),
    [
        (["1", "+1", "-1", "1.0"], [1, 1, -1, 1]),
        (["true", "False", "TRUE", "false"], [1, 0, 1, 0]),
        (["01", "1a", "nan", "01"], ["01", "1a", "nan", "01"]),
    ],
)
def test_label_spellings(tmp_path: Path, raw: list[str], labels: list[int] | list[str]) -> None:
    rows = read(put(tmp_path, "a.txt", "".join(f"x -> {label}\n" for label in raw)))
    found = rows.y.tolist() if rows.classes is None else [rows.classes[code] for code in rows.y.tolist()]
    assert found == labels


BAD = [
    ("a.txt", "01 -> 0\n10 -> 1\nbad\n11 -> 1\n", {}, ["1 of 4 rows", "line 3: not `<x> -> <y>`: 'bad'"]),
    ("a.txt", "a -> 0\nb -> 1\nc -> O\n", {}, ["1 of 3", "line 3: label 'O' among integers"]),
    ("a.txt", "a -> u\nb -> v\nc -> 0\n", {}, ["line 3: label 0 among class names"]),
    ("a.txt", "a -> 0\nb -> 0.5\nc -> \n", {}, ["2 of 3", "line 2: label '0.5'", "line 3: no label"]),
    ("a.txt", "a -> 0\nb -> 99999999999999999999\n", {}, ["line 2", "beyond int64"]),
    (
        "a.txt",
        "a -> u\nb -> w\n",
        {"classes": ["u", "v"]},
        ["line 2: label 'w' is not one of the classes u, v"],
    ),
    ("a.txt", "1 2 -> 0\n1 q -> 1\n", {"input_type": "ints"}, ["line 2: cannot be read as ints"]),
    ("a.txt", "[1] -> 0\n[1.5] -> 1\n", {"input_type": "ints"}, ["line 2: ints expected"]),
    ("a.txt", "01\n10\n", {}, ["no line is `<x> -> <y>`", "labelled=False"]),
    ("a.txt", "".join(f"{i}\n" for i in range(20)) + "a -> 1\n", {}, ["20 of 21", "line 5", "and 15 more"]),
    ("a.txt", "".join(f"a -> label {i}\n" for i in range(50)), {}, ["50 distinct labels", "no finite set"]),
    ("a.txt", "a -> 0\n", {"y": "label"}, ["no columns"]),
    ("a.csv", "x,y\na,0\nb\nc,1,2\n", {}, ["2 of 3", "line 3: 1 cells", "line 4: 3 cells"]),
    ("a.csv", "x,z\na,0\n", {}, ["no column y or label", "x, z"]),
    ("a.csv", "x,y\na,0\n", {"y": "target"}, ["no column 'target'"]),
    ("a.csv", "x,x,y\na,b,0\n", {}, ["two columns are named 'x'"]),
    ("a.csv", "y\n0\n", {}, ["no column is left"]),
    ("a.csv", "x,y\n", {}, ["no rows"]),
    ("a.csv", 'x,y\n"a,0\n', {}, ["is not CSV"]),
    ("a.csv", "a,b,y\n1,q,0\n2,r,1\n", {"input_type": "ints"}, ["2 of 2", "line 2: expected numbers"]),
    (
        "a.jsonl",
        '{"x": "a", "y": 0}\n{"x": "b"}\n[1]\n{oops\n',
        {},
        ["3 of 4", "line 2: no 'y'", "line 3", "line 4"],
    ),
    ("a.jsonl", '{"x": "a", "y": 0}\n{"x": [1], "y": 0}\n', {}, ["line 2: expected text, found numbers"]),
    ("a.jsonl", '{"x": null, "y": 0}\n', {}, ["line 1: expected text, numbers or a record, found nothing"]),
    ("a.jsonl", '{"x": {"a": 1}, "y": 0}\n{"x": {"b": 1}, "y": 1}\n', {}, ["line 2: no column 'a'"]),
    ("a.jsonl", '{"x": {"a": [1]}, "y": 0}\n', {}, ["line 1: column 'a' holds list"]),
    ("a.jsonl", '{"x": [99999999999999999999], "y": 0}\n', {}, ["line 1: an integer beyond int64"]),
    ("a.jsonl", '{"x": "a", "y": {}}\n{"x": "b", "y": null}\n', {}, ["2 of 2", "line 2: no label"]),
    ("a.txt", "", {}, ["is empty"]),
    ("a.txt", "  \n\n", {}, ["is empty"]),
    ("a.txt", b"\x7fELF\0\0\1", {}, ["not text"]),
    ("a.txt", "a -> 1\n".encode("utf-16"), {}, ["UTF-16", "save it as UTF-8"]),
    ("a.csv", "x,y\ncafé,1\n".encode("latin1"), {}, ["not UTF-8 at line 2", "iconv"]),
    ("a.parquet", b"PAR1 nonsense", {}, ["Parquet"]),
    ("a.npz", b"PK\3\4 nonsense", {}, ["NumPy archive"]),
    ("a.npz", b"nonsense", {}, ["NumPy archive"]),
    ("a.xlsx", "x", {}, ["unknown suffix '.xlsx'", ".csv"]),
]


@pytest.mark.parametrize(("name", "text", "options", "said"), BAD)
def test_bad_files(tmp_path: Path, name: str, text: str | bytes, options: dict, said: list[str]) -> None:
    path = put(tmp_path, name, text)
    with pytest.raises(DataError) as caught:
        read(path, **options)
    message = str(caught.value)
    assert str(path) in message
    for words in said:
        assert words in message


def test_npz_and_parquet_that_cannot_be_rows(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "a.npz"
    for arrays, said in (
        ({"y": np.array([0])}, "no array 'x'"),
        ({"x": np.zeros((2, 2))}, "no array 'y'"),
        ({"x": np.zeros(2), "y": np.zeros(2)}, "1-D float64"),
        ({"x": np.zeros((2, 2)), "y": np.zeros(3)}, "2 rows but 3 labels"),
        ({"x": np.zeros((2, 2)), "y": np.array([0.5, 1])}, "row 1: label 0.5"),
        ({"x": np.zeros(3), "offsets": np.array([0, 2]), "y": np.zeros(1)}, "offsets"),
        (
            {"x": np.zeros(2, np.uint8), "offsets": np.array([0, 2]), "kind": "odd", "y": np.zeros(1)},
            "offsets",
        ),
        (
            {"x": np.full(1, 255, np.uint8), "offsets": np.array([0, 1]), "kind": "text", "y": [0]},
            "rows of text",
        ),
        ({"x": np.array([{}], object), "y": [0]}, "NumPy archive of plain"),
    ):
        np.savez(path, **arrays)
        with pytest.raises(DataError, match=said):
            read(path)
    with path.open("wb") as file:
        np.save(file, np.eye(2))
    with pytest.raises(DataError, match="one array, not an archive"):
        read(path)
    table = pa.table({"x": ["a", None, "c"], "y": [1, 0, None]})
    parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(DataError, match="2 of 3 rows") as caught:
        read(tmp_path / "a.parquet")
    assert "row 2: expected text, found nothing" in str(caught.value)
    assert "row 3: no label" in str(caught.value)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        read(tmp_path / "none.txt")
    with pytest.raises(DataError, match="is a folder"):
        read(tmp_path)
    with pytest.raises(DataError, match="no format 'xml'"):
        read(put(tmp_path, "a", "x -> 1"), format="xml")
    with pytest.raises(DataError, match="no input type"):
        read(put(tmp_path, "a", "x -> 1"), input_type="string")


def test_parquet_text_slices_are_not_shifted(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    rows = [f"row {i} é" for i in range(100)]
    parquet.write_table(pa.table({"x": rows, "label": list(range(100))}), tmp_path / "a.pq", row_group_size=7)
    assert read(tmp_path / "a.pq").x == rows
    records = [{"a": i, "b": [None, 0.5][i % 2]} for i in range(4)]
    parquet.write_table(
        pa.Table.from_pylist([r | {"y": i} for i, r in enumerate(records)]), tmp_path / "r.parquet"
    )
    assert read(tmp_path / "r.parquet").x == records


def test_integers_too_long_for_python(tmp_path: Path) -> None:
    """Python refuses to convert more than 4,300 digits; a reader says what is wrong, or keeps the text."""
    digits = "9" * 5_000
    labels = tmp_path / "labels.txt"
    labels.write_text(f"01 -> 1\n10 -> {digits}\n")
    with pytest.raises(DataError, match=r"line 2: label '9+[.]+ is beyond int64"):
        read(labels)
    table = tmp_path / "table.csv"
    table.write_text(f"a,y\n{digits},1\n2,0\n")
    assert read(table).x == [{"a": digits}, {"a": "2"}]
    with pytest.raises(DataError, match="beyond int64"):
        Dataset([[10**5_000]], [1])


def test_class_names_are_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"x": "a", "y": "\\ud800"}\n')
    with pytest.raises(DataError, match="lone surrogate"):
        read(path)
