"""Dataset, its packed form and the splits of the user's rows."""

from __future__ import annotations

import json
import marshal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm.dataset import INPUT_TYPES, Dataset, Packed, Split
from llmerm.errors import DataError
from llmerm.tasks.rows import group_rows

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=20)
ints = st.lists(st.lists(st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("aé€😀", max_size=3)
)


@given(texts)
def test_text_survives(rows: list[str]) -> None:
    data = Dataset(rows, input_type="text")
    assert data.x == rows
    packed = data.packed()
    assert packed.data.dtype == np.uint8 and packed.offsets.dtype == np.int64
    assert packed.data.tobytes() == "".join(rows).encode()
    assert np.diff(packed.offsets).tolist() == [len(row.encode()) for row in rows]


@given(ints)
def test_ints_survive(rows: list[list[int]]) -> None:
    data = Dataset(rows)
    assert (data.input_type, data.x) == ("ints", rows)


@given(st.lists(st.lists(st.floats(allow_nan=False)), min_size=1, max_size=10))
def test_floats_survive(rows: list[list[float]]) -> None:
    assert Dataset(rows, input_type="floats").x == rows


@given(st.lists(st.tuples(scalars, scalars), min_size=1, max_size=10))
def test_records_survive_and_are_marshalled_one_by_one(values: list[tuple[object, object]]) -> None:
    rows = [{"b": b, "a": a} for b, a in values]
    data = Dataset(rows)
    assert data.x == rows
    assert data.row_bytes() == [marshal.dumps(row, 2) for row in rows]


@given(texts.filter(len), st.data())
@settings(max_examples=50)
def test_indexing_equals_that_of_a_list(rows: list[str], data: st.DataObject) -> None:
    index = data.draw(st.lists(st.integers(-len(rows), len(rows) - 1), max_size=10))
    step = data.draw(st.slices(len(rows)))
    dataset = Dataset(rows, list(range(len(rows))))
    assert dataset[index if index else np.empty(0, int)].x == [rows[i] for i in index]
    assert dataset[step].x == rows[step]
    assert dataset[step].y.tolist() == list(range(len(rows)))[step]


def test_mask_and_fixed_length_indexing() -> None:
    data = Dataset(["ab", "cd", "ef"], ["u", "v", "u"])
    kept = data[np.array([True, False, True])]
    assert (kept.x, kept.y.tolist(), kept.classes) == (["ab", "ef"], [0, 0], ("u", "v"))
    with pytest.raises(TypeError, match="ds\\[i:i\\+1\\]"):
        data[0]


def test_arrays_are_not_copied_and_cannot_be_written() -> None:
    matrix = np.arange(12, dtype=np.int64).reshape(3, 4)
    packed = Dataset(matrix).packed()
    assert np.shares_memory(packed.data, matrix)
    with pytest.raises(ValueError, match="read-only"):
        packed.data[0] = 1
    assert np.shares_memory(Dataset(matrix)[1:].packed().data, matrix)
    assert Dataset(matrix.astype(np.int8)).x == matrix.tolist()
    assert Dataset(matrix, input_type="floats").x == matrix.astype(float).tolist()
    with pytest.raises(AttributeError):
        Dataset(matrix).y = [1]  # type: ignore[misc]


def test_the_matrix_stands_for_numeric_records_only() -> None:
    numeric = Dataset([{"a": 1, "b": 2.5, "c": True}, {"c": False, "b": 0.5, "a": -1}])
    assert numeric.packed().matrix.tolist() == [[1.0, 2.5, 1.0], [-1.0, 0.5, 0.0]]
    assert [list(row) for row in numeric.x] == [["a", "b", "c"]] * 2  # one column order
    assert numeric[1:].packed().matrix.tolist() == [[-1.0, 0.5, 0.0]]
    for value in (None, "s", 2**60):  # the last would not survive as a float
        assert Dataset([{"a": value}]).packed().matrix is None


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (["a", 1], "1 of 2 rows are not str: index 1"),
        (["a", "\ud800"], "lone surrogate"),
        ([[1], ["a"]], "no number"),
        ([[2**63]], "int64"),
        ([[2**63, -1]], "int64"),
        ([[-(2**63) - 1]], "int64"),
        (np.array([[2**63]], dtype=np.uint64), "int64"),
        ([{"a": 1}, {"b": 1}], "columns"),
        ([{"a": [1]}], "not int, float"),
        ([{"a": "\ud800"}], "not int, float"),
        ([{}], "one or more columns"),
        ([{1: 2}], "named by strings"),
        (np.array([1, 2]), "not lists"),
        ("0101", "list of rows"),
        (7, "list of rows"),
    ],
)
def test_rows_that_do_not_fit(x: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset(x)


def test_every_input_type_can_be_asked_for_and_refused() -> None:
    good = {"text": ["a"], "ints": [[1]], "floats": [[0.5]], "record": [{"a": 1}]}
    assert set(good) == set(INPUT_TYPES)
    for kind, rows in good.items():
        assert Dataset(rows).input_type == Dataset(rows, input_type=kind).input_type == kind
        for other in set(INPUT_TYPES) - {kind} - ({"floats"} if kind == "ints" else set()):
            with pytest.raises(DataError):
                Dataset(rows, input_type=other)
    with pytest.raises(DataError, match="no input type 'string'"):
        Dataset(["a"], input_type="string")


def test_labels() -> None:
    x = ["a", "b", "c"]
    assert Dataset(x, [True, 0.0, np.int8(3)]).y.tolist() == [1, 0, 3]
    assert Dataset(x, np.array([1.0, 0.0, -2.0])).y.dtype == np.int64
    named = Dataset(x, ["no", "yes", "no"])
    assert (named.y.tolist(), named.classes) == ([0, 1, 0], ("no", "yes"))
    assert Dataset(x, ["no", "yes", "no"], classes=["yes", "no"]).y.tolist() == [1, 0, 1]
    assert Dataset(x, [1, 0, 1], classes=["yes", "no"]).classes == ("yes", "no")


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        ([1, 2], None),
        ([1, 0.5, 0], None),
        ([1, float("nan"), 0], None),
        ([1, None, 0], None),
        (["a", 1, "b"], None),
        ([0, 2**63, 0], None),
        ("abc", None),
        (np.zeros((3, 1), int), None),
        (["a", "b", "z"], ["a", "b"]),
        ([0, 1, 2], ["a", "b"]),
        ([0, 1, 0], ["a", "a"]),
    ],
)
def test_labels_that_do_not_fit(y: object, classes: list[str] | None) -> None:
    with pytest.raises(DataError):
        Dataset(["a", "b", "c"], y, classes=classes)


def test_the_hash_tells_datasets_apart() -> None:
    variants = [
        Dataset(["ab", "c"], [0, 1]),
        Dataset(["a", "bc"], [0, 1]),
        Dataset(["ab", "c"], [1, 0]),
        Dataset(["c", "ab"], [0, 1]),
        Dataset(["ab", "c"]),
        Dataset(["ab", "c"], ["u", "v"]),
        Dataset([[97, 98], [99]], [0, 1]),
        Dataset([[97.0, 98.0], [99.0]], [0, 1]),
    ]
    assert len({d.hash for d in variants}) == len(variants)
    assert Dataset(["ab", "c", "x"], [0, 1, 0])[:2].hash == variants[0].hash
    # Pinned, so that a hash in a published report stays good.
    assert variants[0].hash == "b4aebe9063c0521d0c24aa07da33218f96d1180f9189dd806443c781701743cf"


def test_from_packed_checks_its_layout() -> None:
    data, offsets = np.frombuffer(b"abc", np.uint8), np.array([0, 1, 3])
    assert Dataset.from_packed(Packed("text", data, offsets, None)).x == ["a", "bc"]
    for bad in ([0, 2, 1, 3], [1, 3], [0, 2], []):
        with pytest.raises(DataError):
            Dataset.from_packed(Packed("text", data, np.array(bad, np.int64), None))
    with pytest.raises(DataError):
        Dataset.from_packed(Packed("ints", data, offsets, None))


def rows_of(split: Split) -> list[set[bytes]]:
    return [set(part.row_bytes()) for part in (split.train, split.heldout, split.test) if part is not None]


def test_split_is_disjoint_stratified_and_repeatable() -> None:
    data = Dataset([f"{i:04}" for i in range(1000)], [int(i % 4 == 0) for i in range(1000)])
    split = Split.of(data, 100, 60, seed=3)
    assert [len(split.train), len(split.heldout), len(split.test)] == [100, 60, 840]
    assert [int(p.y.sum()) for p in (split.train, split.heldout, split.test)] == [25, 15, 210]
    train, heldout, test = rows_of(split)
    assert not (train & heldout or train & test or heldout & test)
    assert len(train | heldout | test) == 1000
    again, other = Split.of(data, 100, 60, seed=3), Split.of(data, 100, 60, seed=4)
    assert again.spec_hash == split.spec_hash != other.spec_hash
    assert again.train.hash == split.train.hash != other.train.hash
    assert split.train.x != sorted(split.train.x)
    json.dumps(split.spec)


def test_split_is_balanced_where_that_is_possible() -> None:
    data = Dataset([f"{i:04}" for i in range(1000)], [int(i % 4 == 0) for i in range(1000)])
    split = Split.of(data, 100, 100, 200)
    assert [int(p.y.sum()) for p in (split.train, split.heldout, split.test)] == [50, 50, 100]
    assert split.spec["labels"] == "balanced"
    assert Split.of(data, 100, 100, 600).spec["labels"] == "proportional"
    with pytest.raises(DataError, match="rarest class allows 500"):
        Split.of(data, 100, 100, 600, balanced=True)


@given(st.lists(st.integers(0, 30), min_size=40, max_size=80), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_copies_of_a_row_never_part(values: list[int], seed: int) -> None:
    data = Dataset([str(v) for v in values], [v % 2 for v in values])
    try:
        split = Split.of(data, 10, 10, seed=seed)
    except DataError as error:
        assert "distinct" in str(error)
        return
    parts = rows_of(split)
    assert sum(map(len, parts)) == len(set(values)) == len(set().union(*parts))
    assert len(split.train) + len(split.heldout) + len(split.test) == len(values)
    assert split.spec["duplicates"] == len(values) - len(set(values))


def test_conflicting_labels_are_reported() -> None:
    data = Dataset(["a", "b", "a", "c", "d", "e"], [0, 1, 1, 0, 1, 0])
    assert group_rows(data).conflicting == [[0, 2]]
    assert Split.of(data, 2, 2).spec["conflicts"] == {"rows": 2, "distinct": 1, "example": [0, 2]}


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((8, 3, None), "too few rows: .* = 11, but there are 10"),
        ((0, 2, None), "one row at least"),
        ((2, 2, -1), "0 or"),
    ],
)
def test_splits_that_cannot_be(sizes: tuple[int, int, int | None], message: str) -> None:
    data = Dataset([str(i) for i in range(10)], [0, 1] * 5)
    with pytest.raises(DataError, match=message):
        Split.of(data, *sizes)
    with pytest.raises(DataError, match="without labels"):
        Split.of(Dataset(["a", "b"]), 1, 1)


def test_a_part_that_was_not_asked_for_is_none() -> None:
    split = Split.of(Dataset(["a", "b"], [0, 1]), 2, 0)
    assert (split.heldout, split.test) == (None, None)
