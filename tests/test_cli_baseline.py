"""`llmerm baseline`: label budgets and sweeps, files, other lengths, run folders, what is said."""

from __future__ import annotations

import json
from pathlib import Path

import one_bit
import pytest
from llmerm.baselines import fit
from llmerm.tasks import task
from one_bit import toys

__all__ = ["toys"]


@pytest.fixture
def third(tmp_path: Path) -> Path:
    """Rows of 8 bits; the label is the third."""
    path = tmp_path / "third.txt"
    path.write_text("".join(f"{i:08b} -> {'yes' if f'{i:08b}'[2] == '1' else 'no'}\n" for i in range(256)))
    return path


def lines_of(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines() if line]


def test_one_document_as_python_has_it(cli) -> None:
    code, out, err = cli(
        "baseline", "one_bit", "palindrome", "-n", 26, "--labels", 60, "--test", 80, "--seed", 3, "--json"
    )
    document = json.loads(out)
    assert (code, err) == (0, "")
    rules = document.pop("cheap_rules")
    assert [rule["rule"] for rule in rules] == ["first bit equals last"] and 0 < rules[0]["test_risk"] < 0.5
    split = task("palindrome", 26).split(30, 30, 80, seed=3)
    assert document == json.loads(json.dumps(fit("one_bit", split, seed=3).to_json()))
    assert document["train"]["rows"] == 60 and document["heldout"] is None
    assert list(document["versions"]) == ["llmerm", "numpy"]


def test_the_rows_are_those_of_learn(cli, tmp_path: Path) -> None:
    """Same budget, same seed: what a baseline learns from is what `learn` shows and selects by."""
    program = tmp_path / "p.py"
    program.write_text("def f(x): return 0")
    row_options = ("parity_all", "-n", 20, "--test", 40, "--seed", 2, "--json")
    _, out, _ = cli("learn", *row_options, "--files", program)
    _, other, _ = cli("baseline", "one_bit", *row_options)
    learnt, fitted = (json.loads(text)["config"] for text in (out, other))
    assert learnt["rows"] == fitted["rows"] and learnt["spec_hash"] == fitted["spec_hash"]


def test_the_report_for_a_person(cli) -> None:
    code, out, err = cli(
        "baseline", "one_bit", "palindrome", "-n", 26, "--labels", 60, "--test", 80, "--fit-on", "train"
    )
    assert (code, err) == (0, "")
    lines = lines_of(out)
    assert lines[0] == ["one_bit:", "a", "bit", "of", "the", "row"]
    for setting in (["rounds", "3"], ["rate", "-"], ["patience", "1"], ["seed", "0"], ["fit_on", "train"]):
        assert setting in lines
    assert "palindrome (uniform), n = 26, 60 labels: 30 training rows, 30 held-out rows kept apart" in out
    assert ["inside.rate", "0.1"] in lines and ["turned", "false"] in lines
    counted = {line[0]: int(line[1]) for line in lines if line[0] in {"train", "held-out", "test"}}
    assert counted == {"train": 30, "held-out": 30, "test": 80}
    assert "majority class   0.5000 held-out, 0.5000 test error" in out
    assert "test error (first bit equals last)" in out and "recorded" not in out


def test_rows_that_were_learnt_from_are_not_called_held_out(cli) -> None:
    _, out, _ = cli("baseline", "one_bit", "palindrome", "-n", 26, "--labels", 60, "--test", 80)
    assert "30 held-out rows learnt from too" in out
    assert "majority class   0.5000 test error" in out and "held-out," not in out


def test_a_sweep(cli) -> None:
    arguments = ("baseline", "one_bit", "parity_all", "-n", 12, "--labels", "40,20", "--test", 60)
    code, out, err = cli(*arguments)
    assert (code, err, one_bit.fits) == (0, "", [(40, 0), (20, 0)])
    assert out.count("one_bit: a bit of the row") == 1  # the settings, once
    table = lines_of(out)[-3:]
    assert table[0] == ["labels", "train", "test", "note"]
    assert [row[0] for row in table[1:]] == ["40", "20"]
    runs = json.loads(cli(*arguments, "--json")[1])["runs"]
    assert [(run["labels"], run["error"], run["train"]["rows"]) for run in runs] == [
        (40, None, 40), (20, None, 20),
    ]  # fmt: skip
    alone = json.loads(cli(*arguments[:-4], "--labels", 20, "--test", 60, "--json")[1])
    assert {k: v for k, v in runs[1].items() if k not in {"labels", "error"}} == alone


def test_a_budget_that_cannot_be_had_costs_the_others_nothing(cli) -> None:
    """1024 rows of 10 bits; 66 rows are not to the method's taste."""
    arguments = ("baseline", "one_bit", "parity_all", "-n", 10, "--labels", "2000,66,20", "--test", 60)
    code, out, _ = cli(*arguments, "--json")
    runs = json.loads(out)["runs"]
    assert code == 0 and list(runs[0]) == list(runs[1]) == ["labels", "error"]
    assert "only 512 distinct rows" in runs[0]["error"] and "to its taste" in runs[1]["error"]
    assert runs[2]["error"] is None and runs[2]["test"]["rows"] == 60
    code, out, _ = cli(*arguments)
    assert code == 0 and lines_of(out)[-3][:3] == ["2,000", "-", "-"] and "only 512" in out
    assert out.splitlines()[-2].endswith("not fitted: 66 rows are not to its taste")


def test_no_budget_that_can_be_had(cli) -> None:
    arguments = ("baseline", "one_bit", "parity_all", "-n", 10, "--labels", "2000,4000")
    code, out, err = cli(*arguments, "--json")
    assert code == 3 and "none of the 2 label budgets" in err
    assert [run["labels"] for run in json.loads(out)["runs"]] == [2000, 4000]
    code, out, err = cli(*arguments)
    assert code == 3 and out.count("only 512 distinct rows") == 4  # when it happens, and in the table
    code, out, err = cli("baseline", "one_bit", "parity_all", "-n", 10, "--labels", 2000, "--json")
    assert (code, out) == (3, "") and "only 512 distinct rows" in err


@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_done_before_an_interrupt_is_shown(cli, as_json: bool) -> None:
    one_bit.stop_at.append(30)
    json_flag = ["--json"] if as_json else []
    code, out, err = cli(
        "baseline", "one_bit", "parity_all", "-n", 12, "--labels", "20,30,40", "--test", 60, *json_flag
    )
    assert code == 130 and "interrupted" in err and len(one_bit.fits) == 2
    if as_json:
        assert [run["labels"] for run in json.loads(out)["runs"]] == [20]
    else:
        assert lines_of(out)[-2][0] == "labels" and lines_of(out)[-1][0] == "20"


def test_one_file_is_split_and_the_rest_is_for_testing(cli, third: Path) -> None:
    code, out, _ = cli("baseline", "one_bit", "--data", third, "--labels", 40, "--json")
    document = json.loads(out)
    assert code == 0 and document["classes"] == ["no", "yes"] and document["cheap_rules"] == []
    assert document["facts"]["bit"] == 2 and document["train"]["rows"] == 40
    assert (document["test"]["rows"], document["test"]["correct"]) == (216, 216)
    code, out, _ = cli("baseline", "one_bit", "--data", third, "--labels", 40, "--test", 100)
    assert code == 0 and "your rows, 40 labels: 20 training rows" in out
    code, _, err = cli("baseline", "one_bit", "--data", third, "--labels", 300)
    assert code == 3 and "too few rows" in err


def test_three_files(cli, third: Path, tmp_path: Path) -> None:
    lines = third.read_text().splitlines(keepends=True)
    names = {"a": lines[::4], "b": lines[1::4], "c": lines[2::4]}
    for name, part in names.items():
        (tmp_path / f"{name}.txt").write_text("".join(part))
    files = ("--data", tmp_path / "a.txt", "--heldout-data", tmp_path / "b.txt")
    tested = (*files, "--test-data", tmp_path / "c.txt")
    code, out, _ = cli("baseline", "one_bit", *tested, "--json")
    document = json.loads(out)
    assert code == 0 and document["train"]["rows"] == 128 and document["test"]["correct"] == 64
    code, out, _ = cli("baseline", "one_bit", *files, "--fit-on", "train")
    assert code == 0 and "128 labels: 64 training rows, 64 held-out rows kept apart" in out
    for option in ("--labels", "--test", "--test-n"):
        code, _, err = cli("baseline", "one_bit", *tested, option, 100)
        assert code == 2 and option in err and "Traceback" not in err
    code, _, err = cli("baseline", "one_bit", "--data", tmp_path / "a.txt", "--test-data", tmp_path / "c.txt")
    assert code == 2 and "--heldout-data" in err


def test_rows_that_a_baseline_cannot_have(cli, third: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.txt"
    bare.write_text("0101\n0110\n")
    code, _, err = cli("baseline", "one_bit", "--data", third, "--heldout-data", bare)
    assert code == 3 and "error: " in err
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "1.txt").write_text("111111111 -> no\n")
    code, _, err = cli("baseline", "one_bit", "--data", third, "--heldout-data", folder)
    assert code == 2 and "a baseline holds its rows in memory" in err and one_bit.fits == []


def test_other_lengths(cli) -> None:
    """Every budget is tested on the same rows of the other lengths, as Python makes them."""
    arguments = ("baseline", "one_bit", "parity_random_3", "-n", 10, "--test-n", "50,10,20", "--labels", 40)
    code, out, _ = cli(*arguments, "--json")
    document = json.loads(out)
    assert code == 0 and document["test"]["rows"] == 1024 - 40
    assert {n: v["rows"] for n, v in document["test_by_n"].items()} == {"20": 10_000, "50": 10_000}
    assert list(document["config"]["test_by_n"]) == ["20", "50"]
    split = task("parity_random_3", 10).split(20, 20, None)
    other = task("parity_random_3", 10).at(50).split(2, 0, None).test
    same = fit("one_bit", split, test_by_n={50: other})
    assert same.test_by_n[50].correct == document["test_by_n"]["50"]["correct"]
    code, out, _ = cli(*arguments[:-1], "40,60", "--test", 100)
    names = [line.split("  ")[0] for line in out.splitlines() if line.startswith("test, ")]
    assert names == ["test, n = 10", "test, n = 20", "test, n = 50"] * 2
    assert out.splitlines()[-3].split("  ")[2:6] == ["train", *names[:3]]


def test_a_run_is_recorded_and_read_again(cli, tmp_path: Path) -> None:
    arguments = ("baseline", "one_bit", "parity_all", "-n", 12, "--labels", 20, "--test", 60)
    run = ("--run", tmp_path / "r")
    first = cli(*arguments, *run, "--json")
    assert first[0] == 0 and one_bit.fits == [(20, 0)]
    recorded = json.loads((tmp_path / "r" / "result.json").read_text())
    assert recorded == {k: v for k, v in json.loads(first[1]).items() if k != "cheap_rules"}
    assert json.loads((tmp_path / "r" / "config.json").read_text())["config"] == recorded["config"]
    assert cli(*arguments, *run, "--json") == first and len(one_bit.fits) == 1
    assert cli(*arguments, *run, "--patience", 9, "--json") == first  # it changes nothing
    assert "recorded in" in cli(*arguments, *run)[1]
    for other, said in {
        ("--rounds", 4): "(settings.rounds is 4, was 3);",
        ("--fit-on", "train"): '(fit_on is "train", was "all");',
        ("--test-n", 20): "(test_by_n is ",
        ("--seed", 1): "; seed is 1, was 0);",
    }.items():
        code, _, err = cli(*arguments, *run, *other)
        assert code == 2 and "another run" in err and said in err
    (tmp_path / "file").write_text("")
    code, _, err = cli(*arguments, "--run", tmp_path / "file")
    assert code == 2 and "is not a folder" in err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"facts"', '"factz"'),
        ('"method"', '"methud"'),
        ('"correct": ', '"correct": 1'),
        ('"rows": 30', '"rows": "30"'),
        ('"test": {', '"test": [1], "more": {'),
        ("{", "[{"),
    ],
)
def test_a_damaged_result_is_named(cli, tmp_path: Path, old: str, new: str) -> None:
    command = ("baseline", "one_bit", "parity_all", "-n", 12, "--labels", 40, "--test", 30, "--run", tmp_path)
    assert cli(*command)[0] == 0
    path = tmp_path / "result.json"
    path.write_text(path.read_text().replace(old, new))
    code, _, err = cli(*command)
    assert code == 2 and f"{path} is damaged" in err and "remove it" in err


def test_a_sweep_records_each_budget_in_its_folder(cli, tmp_path: Path) -> None:
    arguments = (
        "baseline",
        "one_bit",
        "parity_all",
        "-n",
        10,
        "--test",
        60,
        "--run",
        tmp_path / "r",
        "--json",
    )
    first = cli(*arguments, "--labels", "20,30,2000")
    assert first[0] == 0
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == ["labels-20", "labels-30"]
    assert cli(*arguments, "--labels", "20,30,2000") == first and len(one_bit.fits) == 2
    assert cli(*arguments, "--labels", "20,40")[0] == 0 and one_bit.fits[2:] == [(40, 0)]


def test_what_takes_long_is_recorded_unasked(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ("baseline", "long_bit", "parity_all", "-n", 12, "--test", 60, "--json")
    first = cli(*arguments, "--labels", 20)
    folders = list((tmp_path / "runs").iterdir())
    assert len(folders) == 1 and folders[0].name.startswith("long_bit-")
    assert cli(*arguments, "--labels", 20, "--patience", 5) == first and one_bit.fits == [(20, 0)]
    swept = json.loads(cli(*arguments, "--labels", "20,30")[1])["runs"]  # a sweep finds it too
    assert one_bit.fits == [(20, 0), (30, 0)] and swept[0]["facts"] == json.loads(first[1])["facts"]
    for changed in (("--seed", 1), ("--rounds", 4), ("--fit-on", "train"), ("--test-n", 20)):
        assert cli(*arguments, "--labels", 20, *changed)[0] == 0
    assert len(list((tmp_path / "runs").iterdir())) == 6 == len(one_bit.fits)
    cli("baseline", "one_bit", "parity_all", "-n", 12, "--test", 60, "--labels", 20)
    assert len(list((tmp_path / "runs").iterdir())) == 6


def test_what_it_may_cost(cli) -> None:
    arguments = ("baseline", "paid_bit", "parity_all", "-n", 12, "--test", 60, "--dry-run")
    code, out, _ = cli(*arguments, "--labels", 20, "--test-n", 20, "--json")
    assert code == 0 and json.loads(out)["draws"] == 120 and one_bit.fits == []
    code, out, _ = cli(*arguments, "--labels", "20,30", "--json")
    assert [(plan["labels"], plan["draws"]) for plan in json.loads(out)["plans"]] == [(20, 60), (30, 60)]
    code, out, _ = cli(*arguments, "--labels", "20,30")
    assert (
        code == 0 and "30 labels\n60 draws from one-bit; nothing was sent" in out and "    20 shots\n" in out
    )


@pytest.mark.parametrize("name", ["svm", "decision_tree"])
def test_learners_of_the_registry(cli, third: Path, name: str) -> None:
    """One bit decides and both find it; a parity of all bits neither can learn from 200 labels."""
    code, out, _ = cli("baseline", name, "--data", third, "--labels", 80, "--grid", "none", "--json")
    document = json.loads(out)
    assert code == 0 and document["test"]["rows"] == 176 and document["test"]["risk"] < 0.03
    assert document["test"]["tier"] == "host" and document["config"]["settings"]["grid"] == "none"
    assert "scikit-learn" in document["versions"]
    code, out, _ = cli(
        "baseline", name, "parity_all", "-n", 20, "--test", 2000, "--test-n", 30, "--grid", "none", "--json"
    )
    document = json.loads(out)
    assert code == 0 and document["train"]["rows"] == 200
    assert all(0.4 < verdict["risk"] < 0.6 for verdict in (document["test"], document["test_by_n"]["30"]))
