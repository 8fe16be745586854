"""`llmerm learn` on a task, on one file and on three, with recorded proposals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"


def example(task: str) -> list[object]:
    part = {name: EXAMPLES / f"{task}.{name}.txt" for name in ("train", "heldout", "test")}
    return [
        "--data", part["train"], "--heldout-data", part["heldout"],
        "--proposals", EXAMPLES / f"{task}.proposals.jsonl",
    ]  # fmt: skip


@pytest.fixture
def proposals(tmp_path: Path) -> Path:
    path = tmp_path / "p.jsonl"
    sources = [
        "def f(x): return int(x[0])",
        "def f(x): return x.count('1') % 2",
        "def f(x): return x.count('1') % 2",
    ]
    path.write_text("".join(json.dumps({"code": source}) + "\n" for source in sources))
    return path


def test_three_files_of_the_examples(cli) -> None:
    test = EXAMPLES / "dyck2.test.txt"
    code, out, err = cli("learn", *example("dyck2"), "--test-data", test, "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["best"]["risk"] == 0.0
    assert (document["test"]["rows"], document["test"]["correct"]) == (10_000, 10_000)
    assert [c["heldout"]["correct"] for c in document["candidates"]] == [100, 100, 100, 100, 99]
    assert document["bound"]["k"] == 5 and document["bound"]["upper"] == pytest.approx(0.0450, abs=1e-4)
    chosen = document["candidates"][document["best"]["index"]]
    zero = [c["length"] for c in document["candidates"] if c["heldout"]["risk"] == 0]
    assert chosen["length"] == min(zero) and document["best"]["source"] == chosen["source"]


def test_the_report_for_a_person(cli) -> None:
    code, out, err = cli("learn", *example("palindrome"))
    assert (code, err) == (0, "")
    for words in (
        "x == x[::-1]",
        "with probability 0.95",
        "5 candidates",
        "majority class   0.5000 held-out",
        "*",
    ):
        assert words in out


def test_two_runs_are_byte_identical(cli, tmp_path: Path) -> None:
    runs = [
        cli("learn", *example("pattern_alternating"), "--json", *more)
        for more in ((), ("--threads", 1), ("--run", tmp_path / "a"), ("--run", tmp_path / "a"))
    ]
    assert all(run == runs[0] for run in runs) and runs[0][0] == 0


def test_a_task_by_name(cli, proposals: Path) -> None:
    code, out, _ = cli("learn", "parity_all", "-n", 20, "--test", 200, "--proposals", proposals, "--json")
    document = json.loads(out)
    assert code == 0 and document["best"]["index"] == 1 and document["test"]["correct"] == 200
    assert [c["status"] for c in document["candidates"]] == ["scored", "scored", "duplicate"]
    assert document["config"]["spec"]["task"] == "parity_all" and document["bound"]["k"] == 2


def test_cheap_rules_stand_beside_the_result(cli) -> None:
    recorded = EXAMPLES / "prime.proposals.jsonl"
    code, out, _ = cli("learn", "prime", "-n", 20, "--test", 0, "-k", 2, "--proposals", recorded, "--json")
    rules = json.loads(out)["cheap_rules"]
    assert code == 0 and rules and all(0 < rule["heldout_risk"] < 0.3 for rule in rules)
    assert all(rule["test_risk"] is None for rule in rules)


def test_one_file_is_split(cli, proposals: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("".join(f"{i:08b} -> {'odd' if i.bit_count() % 2 else 'even'}\n" for i in range(200)))
    named = tmp_path / "named.jsonl"
    named.write_text(json.dumps({"code": "def f(x): return 'odd' if x.count('1') % 2 else 'even'"}))
    code, out, _ = cli(
        "learn", "--data", rows, "--train", 40, "--heldout", 60, "--test", 80, "--proposals", named, "--json"
    )
    document = json.loads(out)
    assert code == 0 and document["classes"] == ["even", "odd"] and document["best"]["risk"] == 0.0
    assert {name: part["rows"] for name, part in document["config"]["rows"].items()} == {
        "train": 40, "heldout": 60, "test": 80,
    }  # fmt: skip


def test_class_names_have_one_code_over_three_files(cli, tmp_path: Path) -> None:
    """Held-out rows hold a class that the training rows do not: the codes must not shift."""
    texts = {"train": "a -> cat\nb -> dog\n", "heldout": "c -> ant\nd -> cat\n", "test": "e -> dog\n"}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text)
    program = tmp_path / "p.py"
    program.write_text("def f(x): return {'a': 'cat', 'b': 'dog', 'c': 'ant', 'd': 'cat', 'e': 'dog'}[x]")
    code, out, _ = cli(
        "learn", "--data", tmp_path / "train.txt", "--heldout-data", tmp_path / "heldout.txt",
        "--test-data", tmp_path / "test.txt", "--files", program, "--json",
    )  # fmt: skip
    document = json.loads(out)
    assert code == 0 and document["classes"] == ["ant", "cat", "dog"]
    assert document["best"]["risk"] == 0.0 and document["test"]["correct"] == 1


def test_rows_shared_between_files_are_refused(cli, tmp_path: Path, proposals: Path) -> None:
    (tmp_path / "a.txt").write_text("00 -> 0\n01 -> 1\n")
    (tmp_path / "b.txt").write_text("01 -> 1\n11 -> 0\n")
    code, _, err = cli(
        "learn", "--data", tmp_path / "a.txt", "--heldout-data", tmp_path / "b.txt", "--proposals", proposals
    )
    assert code == 3 and "1 rows of" in err and "b.txt" in err and "a.txt" in err


def test_nothing_selected_is_exit_6_and_still_a_document(cli, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text(json.dumps({"code": "def f(x) return"}) + "\n")
    arguments = ("learn", "parity_all", "--test", 0, "--proposals", broken)
    code, out, err = cli(*arguments, "--json")
    assert code == 6 and json.loads(out)["best"] is None and "none of 1 candidates" in err
    code, out, err = cli(*arguments)
    assert code == 6 and "rejected" in out


def test_an_own_run_folder_resumes_and_another_is_refused(cli, tmp_path: Path, proposals: Path) -> None:
    arguments = (
        "learn",
        "parity_all",
        "-n",
        20,
        "--test",
        0,
        "--proposals",
        proposals,
        "--run",
        tmp_path / "r",
    )
    first = cli(*arguments, "--json")
    assert first[0] == 0 and cli(*arguments, "--json") == first
    code, _, err = cli(*arguments, "--seed", 1)
    assert code == 2 and "another run" in err and "spec_hash" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a task"),
        (("parity_all", "--base-url", "http://127.0.0.1:9/v1"), "--base-url is for --model NAME"),
        (("parity_all", "--proposer", "llm"), "exactly one of --model, --proposals and --files"),
        (("parity_all", "--proposer", "enumerate+llm"), "--model"),
        (("parity_all", "--proposer", "enumerate", "--model", "m"), "leave out --model"),
        (("parity_all", "--max-size", 9, "--model", "m"), "--max-size is for --proposer enumerate"),
        (("parity_all", "--language", "c"), "--model"),
        (("parity_all", "--grammar", "integers"), "for ints rows"),
        (("parity_all", "--search-memory", "4 sheep"), "no size"),
        (("--proposals", "P"), "--data"),
        (("parity_all", "--data", "P", "--proposals", "P"), "one of the two"),
        (("parity_all", "--proposals", "P", "--model", "m"), "exactly one"),
        (("parity_all", "--proposals", "P", "--test-data", "P"), "--test-data"),
        (("--data", "P", "--proposals", "P", "-n", "5"), "--n"),
        (("--data", "P", "--heldout-data", "P", "--train", "5", "--proposals", "P"), "--train"),
        (("parity_all", "--proposals", "P", "--delta", "1"), "delta"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(
    cli, proposals: Path, arguments: tuple[object, ...], message: str
) -> None:
    code, out, err = cli("learn", *(str(proposals) if a == "P" else a for a in arguments))
    assert code == 2 and message in err and out == "" and "Traceback" not in err


def test_an_interrupt_is_exit_130(cli, monkeypatch: pytest.MonkeyPatch, proposals: Path) -> None:
    def interrupted(*args: object, **settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("llmerm.judging.verify", interrupted)
    code, _, err = cli("learn", "parity_all", "--test", 0, "--proposals", proposals)
    assert code == 130 and "interrupted" in err


def test_the_plan_of_a_model_is_shown_before(cli) -> None:
    code, out, _ = cli(
        "learn",
        "parity_all",
        "--test",
        0,
        "--model",
        "m",
        "--base-url",
        "http://127.0.0.1:9/v1",
        "--dry-run",
        "--json",
    )
    assert code == 0 and isinstance(json.loads(out), dict)


def test_one_file_cannot_be_training_and_heldout(cli, tmp_path: Path) -> None:
    rows = EXAMPLES / "prime.train.txt"
    proposals = EXAMPLES / "prime.proposals.jsonl"
    code, out, err = cli(
        "learn", "--data", rows, "--heldout-data", rows, "--proposals", proposals, "--run", tmp_path / "run"
    )
    assert (code, out) == (3, "")
    assert "100 rows of" in err and "(heldout)" in err and "(train)" in err


def test_a_pattern_that_the_shell_took_apart(cli, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(x): return 1\n")
    code, _, err = cli("learn", "--data", tmp_path / "rows.txt", "--files", tmp_path / "a.py", "b.py")
    assert code == 2 and "got a task, 'b.py'" in err and "quote a pattern" in err
