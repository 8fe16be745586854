"""The usual learners and genetic programming: what they learn, how they read rows, what they leave alone."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import llmerm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.baselines.classical.apart import apart
from llmerm.baselines.classical.boolean import boolean
from llmerm.baselines.classical.features import MOST_SYMBOLS, Features
from llmerm.baselines.classical.gates import bits_of, bools_of
from llmerm.baselines.job import Fitted, Job
from llmerm.baselines.registry import METHODS
from llmerm.baselines.settings import build
from llmerm.dataset import Dataset, Split
from llmerm.errors import DataError

LEARNERS = ("svm", "decision_tree", "random_forest", "gradient_boosting", "xgboost")
ALL = (*LEARNERS, "genetic_programming")
TREES = ("decision_tree", "random_forest", "gradient_boosting", "xgboost")
SMALL: dict[str, dict[str, Any]] = {name: {"grid": "none"} for name in LEARNERS}
SMALL["genetic_programming"] = {"population": 200, "generations": 20}


def learn(name: str, rows: Dataset, seed: int = 0, tell: Any = lambda line: None, **settings: Any) -> Fitted:
    chosen = METHODS[name]
    job = Job(rows=rows, heldout=None, test=None, seed=seed, folder=None, tell=tell)
    return chosen.load()(job, build(chosen.settings, {**SMALL[name], **settings}))


def labels(fitted: Fitted, x: Any, **more: Any) -> list[int]:
    return fitted.predict(Dataset(x, **more)).labels.tolist()


def bits(count: int, n: int, seed: int = 0) -> list[str]:
    drawn = np.random.default_rng(seed).integers(0, 2, (count, n))
    return ["".join(map(str, row)) for row in drawn.tolist()]


def rows_of(x: list[Any], label: Callable[[Any], Any]) -> Dataset:
    return Dataset(x, [label(row) for row in x])


FRESH = bits(500, 12, seed=1)


@pytest.mark.parametrize("name", ALL)
def test_one_bit_is_learnt_from_a_hundred_rows(name: str) -> None:
    fitted = learn(name, rows_of(bits(100, 12), lambda row: int(row[3])))
    wrong = sum(a != int(row[3]) for a, row in zip(labels(fitted, FRESH), FRESH, strict=True))
    assert wrong == 0 if name != "svm" else wrong < 50  # its boundary leans on the other bits, too


@pytest.mark.parametrize("name", [*TREES, "genetic_programming"])
def test_the_and_of_two_bits_is_learnt(name: str) -> None:
    rule = lambda row: int(row[3] == row[7] == "1")  # noqa: E731
    fitted = learn(name, rows_of(bits(200, 12), rule))
    assert labels(fitted, FRESH) == [rule(row) for row in FRESH]


def test_genetic_programming_finds_the_xor_that_greedy_trees_do_not_see() -> None:
    rule = lambda row: int(row[2] != row[9])  # noqa: E731
    fitted = learn("genetic_programming", rows_of(bits(200, 12), rule))
    assert labels(fitted, FRESH) == [rule(row) for row in FRESH]
    assert all(part in fitted.facts["expression"] for part in ("^", "x[2]", "x[9]"))


@pytest.mark.parametrize("name", LEARNERS)
def test_the_grid_is_searched_and_what_it_chose_is_reported(name: str) -> None:
    told: list[str] = []
    rows = rows_of(bits(24, 6), lambda row: int(row[0]))
    facts = learn(name, rows, grid="paper", folds=2, tell=told.append).facts
    assert facts["chosen"] and facts["cv_folds"] == 2
    assert facts["cv_accuracy"] > 0.7  # one bit of six
    assert sum(line.endswith(f"of {facts['cv_fits']} fits") for line in told) == facts["cv_fits"] / 2
    assert json.loads(json.dumps(facts)) == facts


def test_the_papers_grids_have_as_many_points_as_the_papers() -> None:
    rows = rows_of(bits(8, 4), lambda row: int(row[0]))
    fits = {name: learn(name, rows, grid="paper", folds=2).facts["cv_fits"] for name in ("svm", "xgboost")}
    assert fits == {"svm": 2 * 40, "xgboost": 2 * 18}


@pytest.mark.parametrize("name", ALL)
def test_the_same_seed_gives_the_same_whatever_the_global_generators_are(name: str) -> None:
    rows = rows_of(bits(60, 10), lambda row: row.count("1") % 2)
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    first = learn(name, rows, seed=5)
    random.seed(2)
    np.random.seed(2)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index] # noqa: NPY002
    second = learn(name, rows, seed=5)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # type: ignore[index] # noqa: NPY002
    assert labels(first, FRESH) == labels(second, FRESH)
    assert first.facts == second.facts


@pytest.mark.parametrize("name", ["random_forest", "genetic_programming"])
def test_another_seed_gives_another_fit(name: str) -> None:
    rows = rows_of(bits(60, 10), lambda row: row.count("1") % 2)
    assert labels(learn(name, rows, seed=1), FRESH) != labels(learn(name, rows, seed=2), FRESH)


def test_deap_itself_is_left_as_it_was() -> None:
    from deap import creator, gp
    from deap.tools import selection

    before = dict(vars(gp)), dict(vars(selection)), dict(vars(creator))
    learn("genetic_programming", rows_of(bits(20, 4), lambda row: int(row[0])), generations=2)
    assert (dict(vars(gp)), dict(vars(selection)), dict(vars(creator))) == before


@pytest.mark.parametrize("height", [1, 4])
def test_no_tree_is_higher_than_allowed(height: int) -> None:
    rows = rows_of(bits(60, 10), lambda row: row.count("1") % 2)
    facts = learn("genetic_programming", rows, height=height).facts
    assert 0 < facts["height"] <= height
    assert facts["size"] < 2 ** (height + 1)


@pytest.mark.parametrize("name", LEARNERS)
def test_any_labels_and_more_than_two(name: str) -> None:
    values = {"a": -(2**62), "b": 7, "c": 2**62}
    x = [letter + other for letter in "abc" for other in "abc" for _ in range(4)]
    fitted = learn(name, rows_of(x, lambda row: values[row[0]]), grid="paper" if name == "svm" else "none")
    assert labels(fitted, x) == [values[row[0]] for row in x]


@pytest.mark.parametrize("name", ALL)
def test_class_names_are_predicted_by_their_codes(name: str) -> None:
    data = rows_of(bits(40, 4), lambda row: "yes" if row[1] == "1" else "no")
    assert data.classes == ("no", "yes")
    fitted = learn(name, data)
    assert labels(fitted, ["0000", "1111"]) == [0, 1]


@pytest.mark.parametrize("name", ALL)
def test_rows_of_other_lengths_are_read_at_the_positions_learnt(name: str) -> None:
    fitted = learn(name, rows_of(bits(60, 6), lambda row: int(row[1])))
    long = bits(50, 40, seed=2)
    assert labels(fitted, long) == labels(fitted, [row[:6] for row in long])
    assert set(labels(fitted, ["", "0", "01", "111"])) <= {0, 1}


@pytest.mark.parametrize("name", TREES)
def test_the_end_of_a_row_is_seen(name: str) -> None:
    x = ["0" * n for n in (1, 2, 3, 4, 5, 6)] * 5
    fitted = learn(name, rows_of(x, lambda row: int(len(row) > 3)))
    assert labels(fitted, ["0" * n for n in range(1, 12)]) == [0] * 3 + [1] * 8


def test_genetic_programming_sees_the_end_of_a_row() -> None:
    x = ["0" * n for n in (1, 2, 3, 4, 5, 6)] * 5
    fitted = learn("genetic_programming", rows_of(x, lambda row: int(len(row) > 3)))
    assert labels(fitted, ["0" * n for n in range(1, 12)]) == [0] * 3 + [1] * 8


@pytest.mark.parametrize("name", ALL)
def test_rows_without_labels_to_learn_are_refused(name: str) -> None:
    with pytest.raises(DataError, match=r"label"):
        learn(name, Dataset(["01", "10", "11"], [1, 1, 1]))
    with pytest.raises(DataError, match="nothing to learn from"):
        learn(name, Dataset(["", "", ""], [0, 1, 1]))


def test_genetic_programming_refuses_three_labels() -> None:
    with pytest.raises(DataError, match="two labels apart, and the rows have 3"):
        learn("genetic_programming", Dataset(["00", "01", "10"], [0, 1, 2]))


def test_a_label_of_few_rows_makes_fewer_folds_and_of_one_an_error() -> None:
    x = bits(12, 5)
    few = Dataset(x, [1, 1, 1] + [0] * 9)
    assert learn("decision_tree", few, grid="paper").facts["cv_folds"] == 3
    one = Dataset(x, [1] + [0] * 11)
    with pytest.raises(DataError, match="grid none"):
        learn("decision_tree", one, grid="paper")
    assert labels(learn("decision_tree", one), x) == [1] + [0] * 11


@pytest.mark.parametrize("name", ALL)
def test_records_with_every_kind_of_value(name: str) -> None:
    drawn = random.Random(0)
    x = [
        {
            "age": drawn.choice([None, drawn.randrange(18, 90)]),
            "job": drawn.choice(["clerk", "cook", "", None]),
            "rate": drawn.choice([drawn.random() * 1e300, float("inf"), float("nan")]),
            "big": drawn.choice([10**400, -(10**400), 0]),
            "flag": drawn.choice([True, False, None]),
            "mixed": drawn.choice([1, "one", None]),
            "key": f"unique {i}",
        }
        for i in range(120)
    ]
    fitted = learn(name, rows_of(x, lambda row: int(row["job"] == "cook")))
    assert labels(fitted, x) == [int(row["job"] == "cook") for row in x]
    other = [
        {"age": "old", "job": "cook", "flag": "cook", "new": 1},
        dict.fromkeys(["age", "job", "flag", "new"]),
    ]
    assert labels(fitted, other)[1] == 0


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kind", ["ints", "floats"])
def test_numbers_of_any_size(name: str, kind: str) -> None:
    drawn = np.random.default_rng(0)
    low, high = (-(2**63), 2**63 - 1) if kind == "ints" else (-1e308, 1e308)
    flags = drawn.integers(0, 2, 60).tolist()
    cast = int if kind == "ints" else float
    x = [[cast(low if flag else high), *map(cast, drawn.integers(0, 9, 3).tolist())] for flag in flags]
    fitted = learn(name, Dataset(x, flags, kind))
    assert labels(fitted, x, input_type=kind) == flags
    assert len(labels(fitted, [[], x[0] * 3], input_type=kind)) == 2


def test_an_svm_is_told_nothing_by_the_unit_of_a_column() -> None:
    drawn = np.random.default_rng(0)
    x = np.column_stack([drawn.normal(size=80), drawn.normal(size=80) * 1e6])
    fitted = learn("svm", Dataset(x, (x[:, 0] > 0).astype(int)))
    assert np.mean(np.array(labels(fitted, x)) == (x[:, 0] > 0)) > 0.9


TEXTS = st.lists(st.text("0123456789uv\x00é🎲", max_size=6), min_size=1, max_size=12)


@given(TEXTS, TEXTS)
def test_columns_are_those_of_the_training_rows(train: list[str], other: list[str]) -> None:
    features = Features(Dataset(train, input_type="text"))
    matrix = features.matrix(Dataset(other, input_type="text"))
    assert matrix.shape == (len(other), len(features)) == (len(other), len(features.names))
    assert np.isfinite(matrix.astype(np.float32)).all()
    one = [features.matrix(Dataset([row], input_type="text"))[0].tolist() for row in other]
    assert one == matrix.tolist()  # a row is coded by itself


@given(TEXTS)
def test_rows_that_differ_differ_in_a_column(train: list[str]) -> None:
    rows = Dataset(train, input_type="text")
    codes = [tuple(row) for row in Features(rows).matrix(rows).tolist()]
    assert len(set(codes)) == len(set(train))
    gates = [tuple(row) for row in Features(rows, boolean).matrix(rows).tolist()]
    assert len(set(gates)) == len(set(train))


@given(st.lists(st.text("01", min_size=5, max_size=5), min_size=1, max_size=12))
def test_bits_are_themselves(train: list[str]) -> None:
    rows = Dataset(train)
    varied = [i for i in range(5) if len({row[i] for row in train}) > 1]
    expected = [[float(row[i]) for i in varied] for row in train]
    for features in (Features(rows), Features(rows, boolean)):
        assert features.names == [f"x[{i}]" for i in varied]
        assert features.matrix(rows).tolist() == expected


def test_digits_are_one_number_or_four_bits() -> None:
    rows = Dataset(list("0123456789"))
    assert Features(rows).matrix(rows).tolist() == [[digit] for digit in range(10)]
    gates = Features(rows, boolean)
    assert gates.names == [f"bit(x[0], {i})" for i in range(4)]
    assert gates.matrix(rows)[[0, 5, 9]].tolist() == [[0, 0, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]]


def test_letters_are_one_column_each() -> None:
    rows = Dataset(["a1", "b1", "a2"])
    features = Features(rows)
    assert features.names == ["(x[0] == 'a')", "(x[0] == 'b')", "x[1]"]
    assert features.matrix(Dataset(["b2", "c1", ""])).tolist() == [[0, 1, 2], [0, 0, 1], [0, 0, 0]]


def test_an_empty_cell_is_below_all_that_training_rows_have() -> None:
    rows = Dataset([[5, 2], [3, 4], [7]])
    matrix = Features(rows).matrix(Dataset([[], [3]], input_type="ints"))
    assert matrix[0, 0] < 3 and (matrix[:, 1] < 2).all()


def test_a_field_of_many_strings_has_a_bounded_number_of_columns() -> None:
    rows = Dataset([{"id": f"{i % 400:03}"} for i in range(500)])
    assert len(Features(rows)) == MOST_SYMBOLS
    assert "(x['id'] == '000')" in Features(rows).names  # one of the hundred that occur twice


@given(st.lists(st.booleans(), max_size=70))
def test_columns_as_integers_and_back(column: list[bool]) -> None:
    assert bools_of(bits_of(np.array(column, bool)), len(column)).tolist() == column


@given(st.integers(0, 2**32 - 1))
def test_the_expression_says_what_the_tree_computes(seed: int) -> None:
    x = bits(24, 5, seed % 7)
    rows = rows_of(x, lambda row: int(row[0] != row[4]))
    if len(set(rows.y.tolist())) < 2:  # type: ignore[union-attr]
        return
    fitted = learn("genetic_programming", rows, seed=seed, population=10, generations=2, height=6)
    said = eval(fitted.facts["expression"], {"x": np.array([list(row) for row in x]).T == "1"})
    assert said.tolist() == [bool(label) for label in labels(fitted, x)]


def test_fitting_leaves_the_filters_of_warnings_alone() -> None:
    rows = rows_of(bits(30, 4), lambda row: int(row[0]))
    before = list(warnings.filters)
    learn("random_forest", rows)
    assert list(warnings.filters) == before


def test_what_fails_apart_fails_here() -> None:
    def fail() -> None:
        raise DataError("told apart")

    with pytest.raises(DataError, match="told apart"):
        apart(fail)


SLOW = """
import functools, numpy as np, llmerm
from llmerm.dataset import Dataset, Split
drawn = np.random.default_rng(0)
rows = Dataset(drawn.normal(size=(20_000, 100)), drawn.integers(0, 2, 20_000))
tell = functools.partial(print, flush=True)
llmerm.baselines.fit("svm", Split(rows, None, None, {}), grid="none", progress=tell)
"""


def test_ctrl_c_is_heard_within_one_long_fit() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", SLOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdout.readline() == "fitting on all rows\n"
    time.sleep(0.5)  # into the fit, which takes half a minute
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGINT, errors
    assert errors.rstrip().endswith("KeyboardInterrupt") and "in apart" in errors
    assert "sklearn" not in errors  # as it would if the call had first come to its end


def test_the_usual_learners_get_nothing_out_of_parity_and_much_out_of_palindromes() -> None:
    parity, palindrome = (
        llmerm.task(name, n=30).split(100, 100, 4000, seed=0) for name in ("parity_all", "palindrome")
    )
    for name in ("random_forest", "xgboost"):
        hard, easy = (llmerm.baselines.fit(name, data, grid="none").test for data in (parity, palindrome))
        assert hard is not None and 0.46 < hard.risk < 0.54
        assert easy is not None and easy.risk < 0.25


def test_lengths_of_test_rows_through_fit() -> None:
    rows = rows_of(bits(60, 6), lambda row: int(row[1]))
    longer = {n: rows_of(bits(50, n), lambda row: int(row[1])) for n in (6, 20)}
    data = Split(rows, None, None, {})
    result = llmerm.baselines.fit("decision_tree", data, test_by_n=longer, grid="none")
    assert [verdict.risk for verdict in result.test_by_n.values()] == [0, 0]
