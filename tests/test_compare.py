"""`llmerm compare`: the table, going on where it stopped, cells that fail, wrong input."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
import small_methods
from fixture_server import FixtureServer
from llmerm.baselines import METHODS, Method
from llmerm.baselines.settings import Classical
from llmerm.disk import lock_folder
from llmerm.propose import Proposal
from llmerm.propose.recorded import write_jsonl
from small_methods import CALLS, FAULTS, install

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"
RECORDED = EXAMPLES / "{task}.proposals.jsonl"
SMALL = ("--test", 200, "--labels", 20)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "small")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def document(text: str) -> dict:
    """The JSON document, with its cells by method label, task and n as `by`."""
    read = json.loads(text)
    read["by"] = {
        (method["label"], column["task"], column["n"]): cell
        for method in read["methods"]
        for column, cell in zip(read["columns"], method["cells"], strict=True)
    }
    return read


def test_the_table(cli, out: Path) -> None:
    code, shown, err = cli(
        "compare", "parity_all", "palindrome", "-n", 50, "--methods", "learn,small,small:rule=first",
        "--seeds", 2, "--proposals", RECORDED, "--out", out, *SMALL,
    )  # fmt: skip
    assert (code, err) == (0, "")
    lines = {line.split()[0]: line.split() for line in shown.splitlines() if line}
    assert lines["n"] == ["n", "=", "50", "parity_all", "palindrome"]
    assert lines["learn"][1:] == ["100.0", "±", "0.0"] * 2
    assert lines["small"][1:4] == ["100.0", "±", "0.0"] and lines["small"][4] != "100.0"
    assert "over seeds 0, 1" in shown and "20 labels a method: 10 training rows and 10 held out." in shown
    assert "palindrome n = 50: 75 % (first bit equals last)" in shown
    assert "published" not in shown  # nothing is, at n = 50
    assert {call["labels"] for call in CALLS} == {20}
    assert f"recorded in {out}" in shown
    table = (out / "table.md").read_text()
    assert "| learn | 100.0 ± 0.0 | 100.0 ± 0.0 |" in table
    rows = list(csv.DictReader((out / "table.csv").read_text().splitlines()))
    assert [(row["method"], row["task"]) for row in rows] == [
        (method, task) for method in ("learn", "small", "small:rule=first")
        for task in ("parity_all", "palindrome")
    ]  # fmt: skip
    assert (rows[0]["accuracy"], rows[0]["seeds_done"], rows[0]["test_rows"]) == ("100.0", "2", "400")


def test_json_is_the_file_and_the_same_again(cli, out: Path) -> None:
    command = (
        "compare", "parity_all", "-n", 20, "--methods", "learn,small:rule=first", "--seeds", "4,2",
        "--proposals", RECORDED, "--out", out, "--json", *SMALL,
    )  # fmt: skip
    first, again = cli(*command), cli(*command)
    assert first == again and first[0] == 0
    assert first[1] == (out / "table.json").read_text()
    read = document(first[1])
    assert (read["labels"], read["train"], read["heldout"], read["seeds"]) == (20, 10, 10, [4, 2])
    assert read["columns"] == [
        {"task": "parity_all", "variant": None, "n": 20, "train_n": 20, "cheap_rules": []}
    ]
    learn = read["by"]["learn", "parity_all", 20]
    assert learn["results"] == [
        {"seed": seed, "rows": 200, "correct": 200, "accuracy": 1.0, "train_accuracy": 1.0} for seed in (4, 2)
    ]
    assert (learn["accuracy"], learn["spread"], learn["published"]) == (1.0, 0.0, [])
    first_bit = read["by"]["small:rule=first", "parity_all", 20]
    shares = [result["accuracy"] for result in first_bit["results"]]
    assert shares[0] != shares[1] and first_bit["accuracy"] == pytest.approx(sum(shares) / 2)
    assert first_bit["spread"] == pytest.approx(abs(shares[0] - shares[1]) / 2**0.5)
    assert read["methods"][1]["settings"] == {
        "fit_on": "all", "rule": "first", "bit": 0, "scale": 1.0, "needs": None,
    }  # fmt: skip
    assert read["failed"] == []


def test_interrupted_in_the_middle_and_on(cli, out: Path) -> None:
    command = (
        "compare", "parity_all", "palindrome", "-n", 50, "--methods", "small,small:bit=3", "--seeds", 2,
        "--json", *SMALL,
    )  # fmt: skip
    FAULTS[5] = KeyboardInterrupt
    code, shown, err = cli(*command, "--out", out)
    assert (code, shown, err.strip()) == (130, "", "interrupted") and len(CALLS) == 6
    partial = document((out / "table.json").read_text())
    assert [len(cell["results"]) for cell in partial["by"].values()] == [2, 1, 1, 1]
    assert "(1/2)" in (out / "table.md").read_text() and partial["failed"] == []
    FAULTS.clear()
    code, shown, err = cli(*command, "--out", out)
    assert (code, err) == (0, "") and len(CALLS) == 6 + 3  # the one that was interrupted, and two more
    assert cli(*command, "--out", out)[1] == shown and len(CALLS) == 9
    assert cli(*command, "--out", out.with_name("another"))[1] == shown and len(CALLS) == 9 + 8


def test_more_of_everything_in_the_same_folder(cli, out: Path) -> None:
    def cells(*arguments: object) -> int:
        """Cells that were run by a command."""
        before = len(CALLS)
        assert cli("compare", *SMALL, *arguments, "--out", out)[0] == 0
        return len(CALLS) - before

    assert cells("parity_all", "-n", 20, "--methods", "small") == 1
    assert cells("parity_all", "-n", 20, "--methods", "small", "--seeds", 3) == 2
    assert cells("parity_all", "dyck2", "-n", 20, "--methods", "small", "--seeds", 3) == 3
    assert cells("parity_all", "-n", "20,40", "--methods", "small,small:bit=1") == 3
    assert cells("parity_all", "-n", 20, "--methods", "small:rule=ones:bit=1,small:scale=1") == 0
    assert cells("parity_all", "-n", 20, "--methods", "small:scale=2") == 1
    assert cells("parity_all", "-n", 20, "--methods", "small", "--fit-on", "train") == 1
    assert cells("parity_all", "-n", 20, "--methods", "small:fit_on=train") == 0
    assert cells("parity_all", "-n", 20, "--methods", "small", "--labels", 40) == 1
    assert cells("parity_all", "-n", 20, "--methods", "small", "--test", 100) == 1
    assert cells("palindrome", "palindrome:v1", "palindrome:v2", "-n", 50, "--methods", "small") == 2


def test_a_cell_that_fails_leaves_the_others_alone(cli, out: Path) -> None:
    command = (
        "compare", "parity_all", "palindrome", "sha256_parity", "-n", 10, "--methods",
        "learn,small,small:bit=7,small:bit=1", "--proposals", RECORDED, "--out", out, *SMALL,
    )  # fmt: skip
    FAULTS[2] = ZeroDivisionError
    code, shown, err = cli(*command, "--json")
    read = document(shown)
    assert code == 1 and err.startswith("error: 8 of 12 cells failed, with the reasons above;")
    assert read["by"]["learn", "parity_all", 10]["accuracy"] == 1.0
    assert read["by"]["small:bit=1", "sha256_parity", 10]["accuracy"] > 0
    failed = {(each["method"], each["task"]): each for each in read["failed"]}
    assert len(failed) == 8 and failed["learn", "palindrome"]["seed"] == 0
    reasons = {key: each["reason"] for key, each in failed.items()}
    assert "palindrome at n = 10 has only 32 distinct rows" in reasons["small", "palindrome"]
    assert reasons["learn", "sha256_parity"].endswith("No such file or directory")
    assert reasons["small:bit=7", "parity_all"] == "give needs=, of which bit 7 is in need"
    assert (
        "ZeroDivisionError: a fault that was asked for (see failures/small-"
        in reasons["small:bit=1", "parity_all"]
    )
    (trace,) = (out / "failures").iterdir()
    assert trace.read_text().startswith("Traceback") and "small_methods.py" in trace.read_text()
    assert read["by"]["small", "palindrome", 10] == {
        "accuracy": None, "spread": None, "train_accuracy": None, "results": [], "published": [],
    }  # fmt: skip
    FAULTS.clear()
    code, shown, err = cli(*command)  # what can be done now is done
    assert code == 1 and "error: 7 of 12 cells failed" in err and len(CALLS) == 6 + 3
    assert "Failed; the same command tries them again:" in shown and " failed" in shown
    assert "small, palindrome n = 10 seed 0: palindrome at n = 10 has only 32 distinct rows" in shown
    assert "small:bit=7, parity_all n = 10 seed 0, sha256_parity n = 10 seed 0: give needs=" in shown


def test_a_seed_that_fails_is_not_left_out_in_silence(cli, out: Path) -> None:
    FAULTS[1] = MemoryError
    code, shown, _ = cli(
        "compare", "parity_all", "-n", 20, "--methods", "small", "--seeds", 3, "--out", out, *SMALL
    )
    assert code == 1 and "small 100.0 ± 0.0 (2/3)" in " ".join(shown.split())
    assert "small, parity_all n = 20 seed 1: MemoryError: a fault" in shown


def test_nothing_selected_is_a_failure_with_its_reason(cli, out: Path, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text(json.dumps({"code": "def f(x): return ("}))
    command = (
        "compare", "parity_all", "-n", 20, "--methods", "learn", "--proposals", tmp_path / "p.jsonl",
        "--out", out, "--json", *SMALL,
    )  # fmt: skip
    first, again = cli(*command), cli(*command)
    assert first == again and first[0] == 1
    assert document(first[1])["failed"][0]["reason"] == "none of 1 candidates can be selected"


def test_a_missing_extra_is_known_before_anything_runs(
    cli, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(*more: object) -> tuple[int, str, str]:
        return cli(
            "compare", "parity_all", "-n", 20, "--methods", "small,lacking", "--out", out, *SMALL, *more
        )

    install(monkeypatch, "lacking")
    assert compare()[0] == 0 and len(CALLS) == 2
    lacking = Method("lacking", "for tests", METHODS["small"].settings, "lacking_package.module:fit", ())
    monkeypatch.setitem(METHODS, "lacking", lacking)
    assert compare()[0] == 0  # what is there is read, and nothing is needed for that
    code, shown, err = compare("--seeds", 2)
    assert (code, shown) == (5, "") and err.startswith(
        "error: the baseline lacking needs lacking_package: pip install"
    )
    assert len(CALLS) == 2


def test_all_methods_have_the_same_rows(cli, out: Path) -> None:
    command = (
        "compare", "parity_all", "-n", 20, "--methods", "learn,small,small:bit=1", "--proposals", RECORDED,
        "--out", out, *SMALL,
    )  # fmt: skip
    assert cli(*command)[0] == 0
    assert len({call["rows"] for call in CALLS}) == 1
    results = {path: json.loads(path.read_text()) for path in out.glob("cells/*/result.json")}
    assert len({each["config"]["spec_hash"] for each in results.values()}) == 1
    (changed,) = out.glob("cells/learn-*/result.json")
    changed.write_text(changed.read_text().replace(results[changed]["config"]["spec_hash"], "0" * 64))
    code, shown, _ = cli(*command)
    assert code == 1 and len(CALLS) == 2
    assert f"its rows are not those of the other methods; remove cells/{changed.parent.name}" in shown
    shutil.rmtree(changed.parent)
    assert cli(*command)[0] == 0


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"config": 1}', '{"best": {"index": 9}, "candidates": []}']
)
def test_a_damaged_result_is_said_and_not_counted(cli, out: Path, text: str) -> None:
    command = ("compare", "parity_all", "-n", 20, "--methods", "small,small:bit=1", "--out", out, *SMALL)
    assert cli(*command)[0] == 0
    first = next(out.glob("cells/*/result.json"))
    first.write_text(text)
    code, shown, _ = cli(*command)
    assert code == 1 and f"{first} is damaged; remove it" in " ".join(shown.split()) and len(CALLS) == 2
    first.unlink()
    assert cli(*command)[0] == 0 and len(CALLS) == 3


@pytest.mark.parametrize(("old", "new"), [('"correct": 200', '"correct": 201'), ('"rows": 200', '"rows": 0')])
def test_counts_that_cannot_be_are_damage(cli, out: Path, old: str, new: str) -> None:
    command = ("compare", "parity_all", "-n", 20, "--methods", "small", "--out", out, *SMALL)
    assert cli(*command)[0] == 0
    result = next(out.glob("cells/*/result.json"))
    result.write_text(result.read_text().replace(old, new))
    code, shown, _ = cli(*command)
    assert code == 1 and "is damaged; remove it" in shown


def test_proposals_whose_numbers_have_gaps(cli, out: Path, tmp_path: Path) -> None:
    sources = {3: "def f(x): return 0", 9: "def f(x): return x.count('1') % 2"}
    proposals = [Proposal(index, "ok", source, "python", "here") for index, source in sources.items()]
    write_jsonl(tmp_path / "p.jsonl", proposals)
    code, shown, _ = cli(
        "compare", "parity_all", "-n", 20, "--methods", "learn", "--proposals", tmp_path / "p.jsonl", "--out",
        out, "--json", *SMALL,
    )  # fmt: skip
    (result,) = document(shown)["by"]["learn", "parity_all", 20]["results"]
    assert code == 0 and (result["accuracy"], result["train_accuracy"]) == (1.0, 1.0)


def test_paths_of_proposals_by_task_length_and_seed(cli, out: Path, tmp_path: Path) -> None:
    codes = {"ones": "def f(x): return x.count('1') % 2", "first": "def f(x): return int(x[0])"}
    for name, code in {
        "parity_all-20-0": "ones",
        "parity_all-20-1": "first",
        "parity_all-40-0": "first",
    }.items():
        (tmp_path / f"{name}.py").write_text(codes[code])
    code, shown, _ = cli(
        "compare", "parity_all", "-n", "20,40", "--methods", "learn", "--seeds", 2, "--out", out, "--json",
        "--files", tmp_path / "{task}-{n}-{seed}.py", *SMALL,
    )  # fmt: skip
    read = document(shown)
    perfect = [result["accuracy"] == 1 for result in read["by"]["learn", "parity_all", 20]["results"]]
    assert code == 1 and perfect == [True, False]
    assert [result["seed"] for result in read["by"]["learn", "parity_all", 40]["results"]] == [0]
    assert "no file matches" in read["failed"][0]["reason"]


def test_other_proposals_in_the_same_file_are_another_cell(cli, out: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    command = (
        "compare", "parity_all", "-n", 20, "--methods", "learn", "--proposals", path, "--out", out, "--json",
        *SMALL,
    )  # fmt: skip
    path.write_text(json.dumps({"code": "def f(x): return 0"}))
    constant = document(cli(*command)[1])
    path.write_text(json.dumps({"code": "def f(x): return x.count('1') % 2"}))
    parity = document(cli(*command)[1])
    key = ("learn", "parity_all", 20)
    assert (constant["by"][key]["accuracy"], parity["by"][key]["accuracy"]) == (0.5, 1.0)


def test_settings_of_learn_stand_in_the_method(cli, out: Path, tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("def f(x): return 1")
    code, shown, err = cli(
        "compare", "parity_all", "-n", 50, "--out", out, "--json", "--proposals", RECORDED, "--methods",
        f"learn:k=1,learn,learn:files={tmp_path}/*.py", *SMALL,
    )  # fmt: skip
    read = document(shown)
    assert (code, err) == (0, "")
    assert [method["cells"][0]["accuracy"] for method in read["methods"]] == [1.0, 1.0, 0.5]
    drawn = [json.loads(path.read_text())["config"]["k"] for path in out.glob("cells/*/result.json")]
    assert sorted(drawn) == [1, 1, 5]


def test_a_model_is_asked_once(cli, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with FixtureServer() as server:
        command = (
            "compare", "parity_all", "-n", 20, "--out", out, "--json", "-k", 2, *SMALL, "--methods",
            f"learn:model=m:api=chat:base_url={server.url},learn:model=m:api=chat:temperature=1.5:base-url={server.url}",
        )  # fmt: skip
        first = cli(*command)
        asked = len(server.requests)
        again = cli(*command)
        assert first == again and first[0] == 0 and asked == len(server.requests) == 4
    read = document(first[1])
    assert [method["cells"][0]["accuracy"] for method in read["methods"]] == [1.0, 1.0]
    assert [method["settings"]["temperature"] for method in read["methods"]] == [None, 1.5]
    assert cli(*command) == first  # the server is gone


def test_lengths_to_generalise_to(cli, out: Path) -> None:
    command = (
        "compare", "parity_all", "parity_random_3", "--train-n", 10, "-n", "10,20,40", "--methods",
        "small,learn", "--proposals", EXAMPLES / "parity_all.proposals.jsonl", "--out", out, *SMALL,
    )  # fmt: skip
    code, shown, err = cli(*command)
    assert (code, err) == (0, "") and len(CALLS) == 2  # one fit a task, however many lengths
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "parity_all, learnt at n = 10 n = 10 n = 20 n = 40" in lines
    assert "learn 100.0 ± n/a 100.0 ± n/a 100.0 ± n/a" in lines
    read = document(cli(*command, "--json")[1])
    assert [(c["task"], c["train_n"], c["n"]) for c in read["columns"]] == [
        (task, 10, n) for task in ("parity_all", "parity_random_3") for n in (10, 20, 40)
    ]
    shares = [read["by"]["small", "parity_random_3", n]["accuracy"] for n in (10, 20, 40)]
    assert all(0.3 < share < 0.7 for share in shares) and len(CALLS) == 2
    result = json.loads(next(out.glob("cells/small-parity_random_3-*/result.json")).read_text())
    assert result["test_by_n"]["40"]["correct"] == round(200 * shares[2])


def test_beside_the_published_figures(cli, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the support vector machine that knows parity."""
    install(monkeypatch, "svm", "small_methods:solve", Classical)
    command = (
        "compare", "parity_all", "sha256_parity", "--methods", "svm:fit_on=train,svm,small", "--seeds", 2,
        "--test", 2000, "--out", out,
    )  # fmt: skip
    code, shown, err = cli(*command)
    assert (code, err) == (0, "")
    rows = [line.split() for line in shown.splitlines()]
    assert ["published:", "SVM", "49.9", "50.2"] in rows and ["published", "~", "SVM", "49.9", "50.2"] in rows
    assert "svm:fit_on=train   100.0 ± 0.0!" in shown and "svm                100.0 ± 0.0 " in shown
    assert (
        "1 of 2 figures differ from the published ones by more than 3 points and 2 standard errors (!):"
        in shown
    )
    assert (
        "  svm:fit_on=train, parity_all n = 100: 100.0 ± 0.0 here; 49.9 published (SVM), +50.1 points,"
        " standard error 0.5\n" in shown
    )
    assert "  svm ~ SVM: fit_on=train\n" in shown
    read = document(cli(*command, "--json")[1])
    (same,) = read["by"]["svm:fit_on=train", "parity_all", 100]["published"]
    assert (same["title"], same["accuracy"], same["comparable"], same["differs"]) == (
        "SVM",
        0.499,
        True,
        True,
    )
    assert same["difference"] == pytest.approx(0.501) and same["standard_error"] == pytest.approx(
        0.005, rel=1e-3
    )
    (other,) = read["by"]["svm", "parity_all", 100]["published"]
    assert (other["comparable"], other["difference"], other["differs"]) == (False, None, None)
    assert read["by"]["small", "parity_all", 100]["published"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "Missing argument"),
        (("parity_all",), 2, "Missing option '--methods'"),
        (("parity_all", "--methods", "smal"), 2, "did you mean small"),
        (("parity_all", "--methods", "small,small"), 2, "twice"),
        (("parity_all", "--methods", "small:bit=x"), 2, "bit is a number"),
        (("parity_al", "--methods", "small"), 3, "did you mean parity_all"),
        (("dyck2", "-n", "50", "--methods", "small"), 3, "dyck2@N"),
        (("adult", "--methods", "small"), 2, "needs a file"),
        (("parity_all", "-n", "20,20", "--methods", "small"), 2, "twice"),
        (("parity_all", "-n", "x", "--methods", "small"), 2, "whole numbers"),
        (("parity_all", "--methods", "small", "--labels", "201"), 2, "even number"),
        (("parity_all", "--methods", "small", "--labels", "0"), 2, "even number"),
        (("parity_all", "--methods", "small", "--test", "11"), 2, "even number"),
        (("parity_all", "--methods", "small", "--test", "0"), 2, "--test"),
        (("parity_all", "--methods", "small", "--seeds", "0"), 2, "count"),
        (("parity_all", "--methods", "small", "--seeds", "-1"), 2, "count"),
        (("parity_all", "--methods", "small", "--seeds", "1,1"), 2, "twice"),
        (("parity_all", "--methods", "small", "--seeds", ","), 2, "count"),
        (("parity_all", "--methods", "small", "--seeds", "9999"), 2, "`9999,`"),
        (("parity_all", "--methods", "small", "--train-n", "1"), 3, "n = 1"),
        (("parity_all", "--methods", "small", "--fit-on", "test"), 2, "--fit-on"),
        (("parity_all", "--methods", "small", "--model", "m"), 2, "does not name"),
        (("parity_all", "--methods", "learn"), 2, "got none of them"),
        (
            ("parity_all", "--methods", "learn", "--model", "m", "--proposals", "p"),
            2,
            "--model and --proposals",
        ),
        (("parity_all", "--methods", "learn:model=m:proposals=p"), 2, "--model and --proposals"),
        (("parity_all", "--methods", "learn:mode=m"), 2, "learn:mode=m: No such option"),
        (("parity_all", "--methods", "learn:api=soap:model=m"), 2, "'soap' is not one of"),
        (("parity_all", "--methods", "learn:k=0:model=m"), 2, "learn:k=0"),
        (("parity_all", "--methods", "learn:help=1"), 2, "No such option"),
        (
            ("parity_all", "--methods", "learn", "--model", "m", "--tool", "hosted", "--api", "chat"),
            2,
            "local",
        ),
    ],
)
def test_wrong_input_is_known_before_anything_runs(
    cli, out: Path, arguments: tuple, code: int, message: str
) -> None:
    found, shown, err = cli("compare", *arguments, "--out", out)
    assert (found, shown) == (code, "") and message in err, err
    assert not out.exists() and not CALLS


def test_a_folder_that_is_something_else(cli, out: Path) -> None:
    command = ("compare", "parity_all", "-n", 20, "--methods", "small", "--out", out, *SMALL)
    out.mkdir()
    (out / "thesis.tex").write_text("")
    code, _, err = cli(*command)
    assert code == 2 and "holds something else than comparisons (thesis.tex)" in err
    (out / "thesis.tex").unlink()
    lock = lock_folder(out)
    code, _, err = cli(*command)
    assert code == 2 and "in use by another llmerm" in err and lock > 0
    assert cli(*command[:-1], 200, "--out", out / "lock")[2].startswith(
        f"error: {out / 'lock'} is not a folder"
    )


def test_what_a_kill_leaves_is_ours(cli, out: Path) -> None:
    out.mkdir()
    (out / ".table.json.x1y2").write_text("")
    assert cli("compare", "parity_all", "-n", 20, "--methods", "small", "--out", out, *SMALL)[0] == 0


def test_one_seed_by_its_number(cli, out: Path) -> None:
    command = ("compare", "parity_all", "-n", 20, "--methods", "small", "--out", out, "--json", *SMALL)
    assert document(cli(*command, "--seeds", "7,")[1])["seeds"] == [7] and CALLS[0]["seed"] == 7
    assert document(cli(*command)[1])["seeds"] == [0]


def test_a_classical_method_end_to_end(cli, out: Path) -> None:
    pytest.importorskip("sklearn")
    code, shown, err = cli(
        "compare", "palindrome", "-n", 50, "--methods", "svm:grid=none,random_forest:grid=none", "--out", out,
        "--json", "--test", 1000,
    )  # fmt: skip
    read = document(shown)
    assert (code, err) == (0, "")
    assert all(0.5 < cell["accuracy"] < 1 and cell["train_accuracy"] > 0.9 for cell in read["by"].values())
    assert small_methods.CALLS == []
