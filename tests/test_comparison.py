"""The parts of a comparison that are plain functions: names, specs, summaries, differences, blocks."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest
from llmerm.baselines import METHODS
from llmerm.baselines.published import Published, papers_tasks
from llmerm.baselines.settings import InContext, Transformer
from llmerm.comparison import Comparison, Difference, Score, Summary, columns_of, difference, specs_of
from llmerm.comparison.blocks import Block, blocks_of, percent, summary_text
from llmerm.comparison.learners import BaselineLearner
from llmerm.comparison.notes import Note
from llmerm.comparison.plan import entries_of
from llmerm.comparison.specs import typed
from llmerm.errors import TaskError, UsageError
from llmerm.tasks import DEFINITIONS


def named(columns: list) -> list[str]:
    return [f"{c.title}@{c.n}" for c in columns]


def test_lengths_are_those_of_n_unless_a_task_has_its_own() -> None:
    columns = columns_of(["parity_all", "cycle_count", "dyck2@40", "palindrome:near_miss"], [20, 100])
    assert named(columns) == [
        "parity_all@20", "parity_all@100", "cycle_count@300", "dyck2@40",
        "palindrome:near_miss@20", "palindrome:near_miss@100",
    ]  # fmt: skip
    assert [c.own for c in columns] == [False, False, True, True, False, False]
    assert columns[4].task.variant == "near_miss"
    assert named(columns_of(["cycle_count@60"], [20])) == ["cycle_count@60"]


def test_groups_and_doubles() -> None:
    assert [c.title for c in columns_of(["papers"], [100])] == papers_tasks()
    assert [c.title for c in columns_of(["all"], [100])] == list(DEFINITIONS)
    assert named(columns_of(["dyck2", "papers", "palindrome:v1"], [100])).count("palindrome@100") == 1
    assert len(columns_of(["dyck2", "papers", "palindrome:v1", "palindrome:v2"], [100])) == 14


def test_a_length_of_its_own_holds_within_a_group() -> None:
    columns = named(columns_of(["papers", "dyck2@40", "dyck2@60"], [50, 100]))
    assert len(columns) == 11 * 2 + 2 + 1 and "dyck2@50" not in columns
    assert columns.index("dyck2@60") == columns.index("palindrome@100") + 2


def test_a_column_of_another_length_has_the_rule_that_was_learnt() -> None:
    columns = columns_of(["parity_random_3"], [10, 20], train_n=10)
    assert [(c.task.n, c.n, c.generalises) for c in columns] == [(10, 10, False), (10, 20, True)]
    comparison = Comparison(tuple(columns), (), (0, 1), (2, 2), 2)
    draws = comparison.draws()
    assert [(draw.seed, draw.lengths) for draw in draws] == [(0, (20,)), (1, (20,))]
    split, others = draws[0].rows()
    assert {len(x) for x in split.train.x} == {10} and {len(x) for x in others[20].x} == {20}
    support = columns[0].task.spec["parameters"]["support"]
    assert [sum(int(x[i]) for i in support) % 2 for x in others[20].x] == others[20].y.tolist()


@pytest.mark.parametrize(
    ("name", "n", "train_n", "message"),
    [
        ("parity_al", 20, None, "did you mean parity_all"),
        ("paper", 20, None, "did you mean papers"),
        ("dyck2", 50, None, r"a multiple of 4.*; dyck2@N gives it"),
        ("parity_all@1", 20, None, "n = 1"),
        ("palindrome:v3", 20, None, "no variant 'v3'"),
        ("parity_all", 20, 1, "n = 1"),
        ("parity_random_3", 10, 50, "do not reach it"),
        ("cycle_count", 20, 20, "n = 20"),
    ],
)
def test_tasks_that_do_not_exist(name: str, n: int, train_n: int | None, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        columns_of([name], [n], train_n)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("papers@50", "stands alone"),
        ("all:v1", "stands alone"),
        ("adult", "needs a file"),
        ("parity_all@", "is no task"),
        ("parity_all@x", "is no task"),
        ("", "is no task"),
        ("@20", "is no task"),
        ("a:b:c", "is no task"),
        ("parity_all@" + "9" * 5000, "is no task"),
    ],
)
def test_names_that_make_no_sense(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        columns_of([name], [20])


def test_methods_and_their_settings() -> None:
    url = "http://127.0.0.1:8000/v1"
    learn, icl, recurrent = specs_of(f"learn, icl:model=a/b:base_url={url},recurrent:cell=linear:lr=1e-3")
    assert (learn.method, learn.given, learn.label) == ("learn", {}, "learn")
    assert icl.given == {"model": "a/b", "base_url": url} and icl.label == f"icl:model=a/b:base_url={url}"
    assert typed(InContext, icl.given)["base_url"] == url
    assert typed(METHODS["recurrent"].settings, recurrent.given) == {"cell": "linear", "lr": 0.001}
    on_and_off = [typed(Transformer, {"save_weights": text}) for text in ("yes", "true", "no", "false")]
    assert [given["save_weights"] for given in on_and_off] == [True, True, False, False]
    assert specs_of("finetune:model-path=C:/x=y")[0].given == {"model_path": "C:/x=y"}
    assert BaselineLearner.of(specs_of("svm:fit_on=train")[0], "all").fit_on == "train"
    assert BaselineLearner.of(specs_of("svm")[0], "all").settings["fit_on"] == "all"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no method ''"),
        ("svm,", "no method ''"),
        ("svmm", "did you mean svm"),
        ("nonsense", "the methods are learn, transformer"),
        ("transformer:tiny", "name=value"),
        ("transformer:size=tiny:size=tiny", "size twice"),
        ("svm,svm", "names 'svm' twice"),
    ],
)
def test_methods_that_make_no_sense(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        specs_of(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("transformer:size=huge", "size is one of"),
        ("transformer:epochs=many", "epochs is a number"),
        ("transformer:epochs=1.5", "epochs is a number"),
        ("transformer:epochs=0", "at least 1"),
        ("transformer:lr=nan", "lr"),
        ("transformer:save_weights=maybe", "save_weights is yes or no"),
        ("svm:kernel=rbf", "no setting 'kernel'"),
        ("svm:fit_on=test", "fit_on is one of all, train"),
    ],
)
def test_settings_that_make_no_sense(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        BaselineLearner.of(specs_of(text)[0], "all")


def test_settings_that_change_nothing_make_no_other_method() -> None:
    learners = [
        BaselineLearner.of(specs_of(f"transformer:checkpoint_every={seconds}")[0], "all")
        for seconds in (1, 60)
    ]
    assert learners[0].settings == learners[1].settings and isinstance(learners[0].chosen, Transformer)


def test_another_prompt_in_the_same_file_is_another_cell(tmp_path: Path) -> None:
    path = tmp_path / "prompt.j2"
    learner = BaselineLearner.of(specs_of(f"icl:model=x:prompt_file={path}")[0], "all")
    comparison = Comparison(tuple(columns_of(["parity_all"], [20])), (learner,), (0,), (100, 100))
    (cell,) = comparison.cells()
    names = []
    for text in ("{{ query }}", "{{ query }}?"):
        path.write_text(text)
        names.append(cell.name)
    assert names[0] != names[1]


def summary(*percents: float, rows: int = 1000, asked: int | None = None, failed: int = 0) -> Summary:
    scores = {i: Score(round(each * rows / 100), rows, 1.0) for i, each in enumerate(percents)}
    return Summary(scores, len(percents) if asked is None else asked, failed)


def figure(accuracy: float, test: int = 10_000) -> Published:
    return Published(accuracy, "title", "svm", {}, "parity_all", 100, 200, test)


def test_mean_and_spread() -> None:
    three = summary(50, 52, 57)
    assert three.mean == pytest.approx(53) and three.rows == 3000 and three.train == 100
    assert three.spread == pytest.approx(math.sqrt((9 + 1 + 16) / 2))
    one, none = summary(50), summary()
    assert (one.mean, one.spread) == (50, None)
    assert (none.mean, none.spread, none.train, none.rows) == (None, None, None, 0)
    assert Summary({0: Score(5, 10, None), 1: Score(5, 10, 1.0)}, 2, 0).train is None


def test_a_difference_and_its_standard_error() -> None:
    gap = difference(summary(60, 62, 64, 66), figure(50))
    spread = (9 + 1 + 1 + 9) / 3
    assert gap is not None and gap.points == pytest.approx(13)
    assert gap.error == pytest.approx(math.sqrt(spread / 4 + 63 * 37 / 4000 + 50 * 50 / 10_000))
    assert gap.matters
    alone = difference(summary(60), figure(50, test=100))
    assert alone is not None and alone.error == pytest.approx(math.sqrt(60 * 40 / 1000 + 50 * 50 / 100))
    assert difference(summary(), figure(50)) is None


@pytest.mark.parametrize(
    ("points", "error", "matters"),
    [
        (3.1, 1.0, True),
        (-3.1, 1.0, True),
        (3.0, 1.0, False),  # not more than 3 points
        (9.0, 4.5, False),  # not more than two standard errors
        (-9.0, 4.4, True),
        (50.0, 0.0, True),
        (0.0, 0.0, False),
    ],
)
def test_what_matters(points: float, error: float, matters: bool) -> None:
    assert Difference(points, error).matters is matters


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (summary(50, 52), " 51.0 ± 1.4"),
        (summary(50), " 50.0 ± n/a"),
        (summary(100, 100), "100.0 ± 0.0"),
        (summary(50, 52, asked=3), " 51.0 ± 1.4 (2/3)"),
        (summary(50, asked=3, failed=2), " 50.0 ± n/a (1/3)"),
        (summary(asked=3), "    -"),
        (summary(asked=3, failed=1), " failed"),
    ],
)
def test_cells_of_the_table(made: Summary, text: str) -> None:
    assert summary_text(made) == text


def test_nothing_is_rounded_up_to_perfect() -> None:
    assert [percent(value) for value in (100.0, 99.96, 99.999, 99.94, 0.0)] == [
        "100.0", "99.96", "99.999", " 99.9", "  0.0",
    ]  # fmt: skip


def test_wide_tables_are_folded_and_lines_without_a_figure_left_out() -> None:
    header = ("n = 100", *(f"a_task_with_a_long_name_{i}" for i in range(9)))
    block = Block(header, (("svm", *["50.0"] * 9), ("  published: SVM", *[""] * 8, "49.9")))
    parts = block.text().split("\n\n")
    assert len(parts) > 1 and all(len(line) <= 110 for line in block.text().splitlines())
    assert all(name in block.text() for name in header) and block.text().count("svm") == len(parts)
    assert [("published" in part) for part in parts] == [False] * (len(parts) - 1) + [True]
    markdown = block.markdown().splitlines()
    assert len(markdown) == 4 and {line.count("|") for line in markdown} == {11}


def test_what_a_name_holds_breaks_no_table() -> None:
    block = Block(("n", "x"), (("icl:model=a|b\x1b[2J", "50.0"),))
    assert "a\\|b\\x1b" in block.markdown() and "\x1b" not in block.markdown() + block.text()
    assert Note("a", ("b", "c")).markdown() == "a\n\n- b\n- c" and Note("a").text() == "a"


def blocks(names: list[str], lengths: list[int], train_n: int | None = None) -> list[Block]:
    learner = BaselineLearner.of(specs_of("svm")[0], "all")
    columns = columns_of(names, lengths, train_n)
    comparison = Comparison(tuple(columns), (learner,), (0,), (100, 100), None)
    return blocks_of(entries_of(comparison, {}))


def test_a_block_a_length() -> None:
    made = [block.header for block in blocks(["cycle_count", "parity_all", "dyck2@40"], [20, 100])]
    assert made == [
        ("n = 20", "parity_all"),
        ("n = 100", "cycle_count@300", "parity_all", "dyck2@40"),
    ]
    assert [block.header for block in blocks(["dyck2@40", "cycle_count"], [20])] == [
        ("method", "dyck2@40", "cycle_count@300")
    ]


def test_a_block_a_task_where_lengths_are_compared() -> None:
    made = blocks(["parity_all", "palindrome"], [20, 40], train_n=20)
    assert [block.header for block in made] == [
        ("parity_all, learnt at n = 20", "n = 20", "n = 40"),
        ("palindrome, learnt at n = 20", "n = 20", "n = 40"),
    ]


def test_nothing_heavy_is_imported_before_a_method_is_used() -> None:
    code = (
        "import sys, llmerm.comparison, llmerm.cli.compare\n"
        "print({'torch', 'transformers', 'sklearn', 'xgboost', 'deap', 'openai'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
