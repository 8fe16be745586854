"""`llmerm compare`: the table, going on where it stopped, the same rows for all."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from llmerm.baselines.settings import Classical
from small_methods import CALLS, FAULTS, SMALL, document, install

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"
RECORDED = EXAMPLES / "{task}.proposals.jsonl"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "small")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


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
    assert CALLS == []
