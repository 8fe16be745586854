"""Iterables of batches and Datasets as streams, and what can be read only once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import llmerm
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmerm import Dataset
from llmerm.errors import DataError, UsageError
from llmerm.packed_bits import pack_bits
from stream_blocks import check_same, gather, small

SIZES = st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any)


def batch_of(kind: str, rows: list[str], labels: list[Any]) -> Any:
    if kind == "dataset":
        return Dataset(rows, labels)
    if kind == "pair":
        return rows, labels
    if kind == "bits":
        return pack_bits(
            np.array([[c == "1" for c in row] for row in rows]).astype(bool).reshape(len(rows), 6)
        ), labels
    table = pa.table({"x": pa.array(rows, pa.string()), "y": pa.array(labels)})
    return table if kind == "table" or not rows else table.combine_chunks().to_batches()[0]


@settings(deadline=None)
@given(sizes=SIZES, names=st.booleans(), data=st.data())
def test_batches_of_any_kind_and_size(sizes: list[int], names: bool, data: Any) -> None:
    rows = [f"{i:06b}" for i in range(sum(sizes))]
    labels: list[Any] = [("ham", "spam")[i % 2] if names else i % 3 for i in range(len(rows))]
    bounds = np.cumsum([0, *sizes]).tolist()
    kinds = st.sampled_from(["dataset", "pair", "bits", "table", "batch"])
    batches = [batch_of(data.draw(kinds), rows[a:b], labels[a:b]) for a, b in pairwise(bounds)]
    classes = ["ham", "spam"] if names else None
    expected = Dataset(rows, labels, classes=classes)
    with small():
        check_same(llmerm.scan(batches, classes=classes), expected)
        once = llmerm.scan(iter(batches), classes=classes)
        assert not once.rereadable and once.fingerprint is None and once.content_hash() is None
        assert once.head(7).x == rows[:7]
        assert once.head(3).hash == expected[:3].hash
        assert gather(once) == (rows, expected.y.tolist())
        for again in (lambda: list(once.blocks()), lambda: once.head(1), once.count, once.label_counts):
            with pytest.raises(UsageError, match="once"):
                again()


def test_classes_are_found_in_the_first_block() -> None:
    with small():
        stream = llmerm.scan([(["a", "b"], ["v", "u"]), (["c", "d"], ["u", "w"])])
        check_same(stream, Dataset(["a", "b", "c", "d"], ["v", "u", "u", "w"]))
        late = llmerm.scan([(list("abcd"), ["u"] * 4), (["e"], ["v"])])
        with pytest.raises(DataError, match="'v' is not among those of the first rows; name all classes"):
            list(late.blocks())
        check_same(
            llmerm.scan([(list("abcd"), ["u"] * 4), (["e"], ["v"])], classes=["v", "u"]),
            Dataset(list("abcde"), [1, 1, 1, 1, 0], classes=["v", "u"]),
        )
        ordered = Dataset(["a"], [1], classes=["z", "b"])
        check_same(llmerm.scan([ordered, ordered]), Dataset(["a", "a"], [1, 1], classes=["z", "b"]))


def test_input_types_of_batches() -> None:
    with small():
        mixed = [([[1], [2]], None), ([[0.5]], None)]
        check_same(llmerm.scan(mixed), Dataset([[1], [2], [0.5]]))
        late = [([[1]] * 4, None), ([[0.5]], None)]
        with pytest.raises(DataError, match="a batch of floats among rows of ints; give the input_type"):
            list(llmerm.scan(late).blocks())
        check_same(
            llmerm.scan(late, input_type="floats"), Dataset([[1], [1], [1], [1], [0.5]], None, "floats")
        )
        check_same(llmerm.scan([(np.eye(3), [0, 1, 2])]), Dataset(np.eye(3), [0, 1, 2]))
        records = [{"a": 1, "b": "u"}, {"a": 2, "b": None}]
        check_same(llmerm.scan([(records, [0, 1])] * 3), Dataset(records * 3, [0, 1] * 3))


def test_an_iterator_is_read_as_far_as_is_needed() -> None:
    taken: list[int] = []

    def batches() -> Iterator[tuple[list[str], list[int]]]:
        for i in range(1000):
            taken.append(i)
            yield [str(i)] * 2, [0, 1]

    with small():
        blocks = llmerm.scan(batches()).blocks(start=1)
        next(blocks)
        assert len(taken) <= 6
        assert len(next(llmerm.scan(batches()).blocks(3, 4))) == 4


@pytest.mark.parametrize(
    ("source", "options", "said"),
    [
        ([], {}, "no batch with any rows"),
        ([([], [])], {}, "no batch with any rows"),
        ([1], {}, "batch 1: a int; a batch is a Dataset"),
        ([(["a"], [0]), (["b"], [0, 1])], {}, "batch 2: 1 rows but 2 labels"),
        ([(["a"], [0]), (["b"], None)], {}, "some batches have labels, others none"),
        ([(["a"], ["u"]), (["b"], [1])], {"classes": ["u"]}, "labels must lie in 0 to 0"),
        ([pa.table({"x": ["a"], "y": [0]}), pa.table({"x": ["a"]})], {}, "batch 2: no column 'y'"),
        ([pa.table({"x": ["a", None], "y": [0, 0]})], {}, "row 2: expected text, found nothing"),
        ([pa.table({"x": ["a"]})], {}, "no column y or label"),
        (
            [([{"a": 1, "b": 2}], [0]), ([{"b": 1, "a": 2}], [0])],
            {},
            "columns b, a after a, b; all need the same",
        ),
        (np.eye(2), {}, "a ndarray is no source of rows"),
        (7, {}, "a int is no source of rows"),
    ],
)
def test_bad_batches(source: Any, options: dict[str, Any], said: str) -> None:
    with small(), pytest.raises(DataError, match=said):
        list(llmerm.scan(source, **options).blocks())


def test_a_dataset_is_not_copied() -> None:
    data = Dataset(np.arange(40).reshape(20, 2), np.arange(20) % 2)
    with small():
        stream = llmerm.scan(data)
        check_same(stream, data)
        blocks = list(stream.blocks())
        assert all(np.shares_memory(block.packed.data, data.packed().data) for block in blocks)
        assert all(np.shares_memory(block.y, data.y) for block in blocks)
        assert stream.fingerprint == data.hash
        check_same(llmerm.scan(data, labelled=False), Dataset(data.x))
        records = Dataset([{"a": i, "b": 0.5} for i in range(9)], [0] * 9)
        assert [block.packed.matrix.tolist() for block in llmerm.scan(records).blocks(2)] == [[[8.0, 0.5]]]
        check_same(llmerm.scan(records), records)
    with pytest.raises(UsageError, match="a Dataset takes no classes="):
        llmerm.scan(data, classes=["a"])
    with pytest.raises(UsageError, match="a range of blocks"):
        stream.blocks(3, 2)
    assert list(stream.blocks(1, 1)) == list(llmerm.scan(Dataset([])).blocks()) == []
    assert len(llmerm.scan(Dataset([])).head(5)) == 0
