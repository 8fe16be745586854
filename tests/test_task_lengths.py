"""`Task.at`: the same rule at another length; and the test rows that are made of it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from llmerm.errors import TaskError
from llmerm.tasks import DEFINITIONS, rows_by_n, task

DRAWN = {"parity_random_3": 10, "parity_random_10": 20, "poly_f2_deg3": 50}  # with their coordinates at an n


def other_length(name: str) -> int:
    definition = DEFINITIONS[name]
    return definition.default_n + 12 * definition.step


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_rows_of_another_length_have_the_labels_of_the_rule(name: str) -> None:
    """`split` checks rows against the oracle of that length; what was drawn is that of the first length."""
    first = task(name, DRAWN.get(name))
    other = first.at(n := other_length(name))
    rows = other.split(20, 20, 20, seed=3).train
    assert {len(x) for x in rows.x} == {n} and other.n == n and other.name == name
    assert [other.oracle(x) for x in rows.x] == rows.y.tolist()
    if name in DRAWN:
        assert other.spec["parameters"] == first.spec["parameters"] != task(name, n).spec["parameters"]
        assert other.spec["drawn_at"] == first.n
    else:
        assert other.spec == task(name, n).spec
        assert rows.hash == task(name, n).split(20, 20, 20, seed=3).train.hash


@pytest.mark.parametrize(("name", "n"), sorted(DRAWN.items()))
def test_the_coordinates_drawn_decide_at_every_length(name: str, n: int) -> None:
    """What follows the first n characters changes no label: the rule has not moved."""
    first = task(name, n)
    rows = first.split(40, 0, 0).train
    for longer in (n + 1, 100):
        other = first.at(longer)
        for x, y in zip(rows.x, rows.y.tolist(), strict=True):
            assert other.oracle(x + "1" * (longer - n)) == other.oracle(x + "0" * (longer - n)) == y


def test_the_rule_of_a_prefix_grows_with_n() -> None:
    assert task("parity_first_half", 10).at(20).spec["parameters"]["support"] == list(range(10))


def test_a_way_there_and_back_changes_nothing() -> None:
    first = task("parity_random_3", 10, seed=5, reference=False)
    assert first.at(20).at(10).spec == first.at(10).spec == first.spec
    assert first.at(20).at(30).spec == first.at(30).spec
    assert first.at(30).spec["drawn_at"] == 10 and "drawn_at" not in first.spec
    assert "drawn_at=10" in repr(first.at(20))
    assert first.at(20).split(20, 0, 0).spec_hash != task("parity_random_3", 20).split(20, 0, 0).spec_hash


def test_a_variant_stays() -> None:
    assert task("palindrome", 20, variant="near_miss").at(30).variant == "near_miss"


def test_a_smaller_length_must_hold_the_coordinates() -> None:
    first = task("parity_random_3", 50)  # the authors' {17, 30, 42}
    assert first.at(43).oracle("0" * 42 + "1") == 1
    with pytest.raises(TaskError, match=r"coordinate that was drawn is 42 .* at least 43"):
        first.at(42)
    with pytest.raises(TaskError, match="at least 43"):
        first.at(100).at(20)


@pytest.mark.parametrize(
    ("name", "n", "said"),
    [
        ("dyck2", 30, "a multiple of 4"),
        ("pattern_run", 7, r"8\.\.1000"),
        ("parity_all", 0, r"2\.\.10000"),
        ("parity_all", 20.5, "n must be an integer"),
        ("parity_random_3", 2, "3 coordinates"),
    ],
)
def test_lengths_that_a_task_does_not_have(name: str, n: int, said: str) -> None:
    with pytest.raises(TaskError, match=said):
        task(name).at(n)


def test_a_table_has_no_other_lengths(tmp_path: Path) -> None:
    path = tmp_path / "HTRU_2.csv"
    path.write_text("".join(f"{','.join([str(i)] * 8)},{i % 2}\n" for i in range(40)))
    table = task("htru2", path=path)
    with pytest.raises(TaskError, match="no other lengths"):
        rows_by_n(table, [20])
    assert len(table.split(10, 10, None).test) == 20


def test_test_rows_by_length() -> None:
    first = task("parity_random_3", 10)
    rows = rows_by_n(first, [20, 50], 40, seed=2)
    assert {n: (len(part), {len(x) for x in part.x}) for n, part in rows.items()} == {
        20: (40, {20}),
        50: (40, {50}),
    }
    for n, part in rows.items():
        assert part.y.sum() == 20 and [first.at(n).oracle(x) for x in part.x] == part.y.tolist()
    assert rows_by_n(first, [50], 40, seed=2)[50].hash == rows[50].hash
    assert rows_by_n(first, [50], 40, seed=3)[50].hash != rows[50].hash
    assert rows_by_n(task("parity_random_3", 20), [50], 40, seed=2)[50].hash != rows[50].hash


def test_as_many_test_rows_as_there_are() -> None:
    """1024 rows of 10 bits: 200 are learnt from, all others are there to test on."""
    small = task("parity_all", 10)
    split = small.split(100, 100, None)
    assert len(split.test) == 824 == split.spec["sizes"]["test"]
    assert len(set(split.train.x) | set(split.heldout.x) | set(split.test.x)) == 1024
    assert split.spec == small.split(100, 100, 824).spec
    by_n = rows_by_n(task("parity_all", 20), [8, 30], None)
    assert {n: len(rows) for n, rows in by_n.items()} == {8: 254, 30: 10_000}
    assert len(task("prime", 3).split(20, 20, None).test) > 100  # how many there are is found by drawing
    assert len(small.split(100, 100, None, allow_duplicates=True).test) == 10_000


def test_nothing_left_to_test_on() -> None:
    with pytest.raises(TaskError, match="at most 1024 rows in all"):
        task("parity_all", 10).split(512, 512, None)


@pytest.mark.parametrize(
    ("lengths", "rows", "said"),
    [
        ([10], 20, "is the task's own"),
        ([20], 0, "above 0"),
        ([20], 21, "even number"),
        ([20], -2, "even number"),
        ([8], 10_000, "at n = 8 has only 128 distinct rows"),
        ([20, 1], 10**9, r"2\.\.10000"),  # before any row is drawn
    ],
)
def test_test_rows_that_cannot_be_made(lengths: list[int], rows: int, said: str) -> None:
    with pytest.raises(TaskError, match=said):
        rows_by_n(task("parity_all", 10), lengths, rows)


def test_the_rarer_label_bounds_what_is_left_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "HTRU_2.csv"
    lines = [f"{','.join([str(i)] * 8)},{int(i < 30)}" for i in range(100)]
    path.write_text("\n".join(itertools.chain(lines, lines[:5])) + "\n")
    split = task("htru2", path=path).split(20, 20, None)
    assert len(split.test) == 20  # 30 distinct rows of the rarer label
    with pytest.raises(TaskError, match="at most 60 in all"):
        task("htru2", path=path).split(30, 30, None)
