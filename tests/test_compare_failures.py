"""`llmerm compare`: cells that fail, records that are damaged, wrong input."""

from __future__ import annotations

from pathlib import Path

import pytest
from llmerm.baselines import METHODS, Method
from llmerm.disk import lock_folder
from small_methods import CALLS, FAULTS, SMALL, document, install

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"
RECORDED = EXAMPLES / "{task}.proposals.jsonl"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "small")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


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
