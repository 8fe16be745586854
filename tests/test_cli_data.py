"""`llmerm tasks` and `llmerm data`, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from llmerm import scan
from llmerm.cli import cli
from llmerm.errors import DataError, TaskError, UsageError
from llmerm.readers import read
from llmerm.tasks import names, task

FORMATS = ("txt", "csv", "jsonl", "parquet", "npz")


def run(*words: object) -> Result:
    result = CliRunner().invoke(cli, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_tasks_lists_every_task() -> None:
    listed = [line.split()[0] for line in run("tasks").output.splitlines()[1:-1]]
    assert listed == names()
    documents = json.loads(run("tasks", "--json").output)
    assert [document["name"] for document in documents] == names()


def test_tasks_describes_one() -> None:
    text = run("tasks", "prime").output
    assert "the number is prime" in text and "no factor below 300: accuracy 99.6 %" in text
    document = json.loads(run("tasks", "palindrome", "--json").output)
    assert document["variants"] == ["uniform", "near_miss"] and document["n"]["min"] == 2
    assert "adult.data" in run("tasks", "adult").output
    with pytest.raises(TaskError, match="did you mean prime"):
        run("tasks", "primes")


@pytest.mark.parametrize("format", FORMATS)
def test_data_writes_the_parts_of_a_task(tmp_path: Path, format: str) -> None:
    out = tmp_path / "new" / "folder"
    made = run(
        "data", "dyck2", "-n", 20, "--test", 40, "--seed", 7, "--out", out, "--format", format, "--json"
    )
    document = json.loads(made.output)
    split = task("dyck2", 20).split(100, 100, 40, seed=7)
    spec = json.loads((out / "spec.json").read_text())
    assert document["spec_hash"] == split.spec_hash == spec.pop("spec_hash")
    assert spec == split.spec == document["spec"]
    for name, part in (("train", split.train), ("heldout", split.heldout), ("test", split.test)):
        assert read(out / f"{name}.{format}").hash == part.hash == spec["hashes"][name]
    assert sorted(path.name for path in out.iterdir()) == sorted(
        ["spec.json", *(f"{name}.{format}" for name in ("train", "heldout", "test"))]
    )


def test_data_overwrites_only_when_told(tmp_path: Path) -> None:
    run("data", "parity_all", "--test", 10, "--out", tmp_path)
    with pytest.raises(UsageError, match="--force"):
        run("data", "parity_all", "--test", 0, "--out", tmp_path)
    run("data", "parity_all", "--test", 0, "--out", tmp_path, "--force")
    assert not (tmp_path / "test.txt").exists()  # it would not belong to the spec beside it


def test_data_shows_a_task_without_writing() -> None:
    text = run("data", "prime", "-n", 6, "--train", 10, "--heldout", 0, "--test", 20).output
    assert "train   10 rows of text, 6 bytes each, 2 classes (0: 5, 1: 5)" in text
    assert "heldout" not in text
    drawn = json.loads(run("data", "parity_random_3", "--drawn", "--task-seed", 2, "--json").output)
    assert drawn["spec"]["parameters"] == task("parity_random_3", seed=2, reference=False).instance.parameters


def test_data_inspects_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("x,label\nab,u\ncde,v\nab,u\nab,v\n")
    document = json.loads(run("data", "--data", path, "--json").output)
    assert document == {
        "file": str(path),
        "rows": 4,
        "input_type": "text",
        "labels": {"u": 2, "v": 2},
        "length": {"unit": "bytes", "min": 2, "max": 3},
        "duplicates": 2,
        "conflicts": [[1, 3, 4]],
        "conflicting_rows": 3,
        "sha256": read(path).hash,
    }
    text = run("data", "--data", path).output
    assert "4 rows of text, 2 to 3 bytes each, 2 classes (u: 2, v: 2), 2 repeat another" in text
    assert "3 rows repeat another under another label, first rows 1, 3, 4" in text
    assert "  ab -> u\n" in text
    assert "no labels" in run("data", "--data", path, "--unlabelled").output


def test_data_inspects_records(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1, "b": null, "y": 0}\n{"a": 0.5, "b": "\\u001b[31m", "y": 1}\n')
    document = json.loads(run("data", "--data", path, "--json").output)
    assert document["columns"] == {"a": ["float", "int"], "b": ["null", "str"]}
    assert "2 columns" in run("data", "--data", path).output
    path.write_text('{"x": "\\u001b[31mred", "y": 0}\n')
    assert "\x1b" not in run("data", "--data", path).output  # no escape reaches the terminal


def test_data_splits_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text("".join(f"{i:03} -> {i % 2}\n" for i in range(100)))
    document = json.loads(
        run(
            "data", "--data", path, "--train", 20, "--heldout", 30, "--out", tmp_path / "out", "--json"
        ).output
    )
    assert document["spec"]["sizes"] == {"train": 20, "heldout": 30, "test": 50}
    rows = [x for name in ("train", "heldout", "test") for x in read(tmp_path / "out" / f"{name}.txt").x]
    assert sorted(rows) == read(path).x


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ([], UsageError, "name a task"),
        (["prime", "--data", "a.txt"], UsageError, "one of the two"),
        (["prime", "--format", "csv"], UsageError, "--out"),
        (["prime", "--input-type", "text"], UsageError, "belong to --data"),
        (["--data", "a.txt", "-n", "5"], UsageError, "belong to a task"),
        (["--data", "a.txt", "--task-seed", "5"], UsageError, "belong to a task"),
        (["--data", "none.txt"], DataError, "does not exist"),
        (["palindrome", "-n", "20"], TaskError, "at most 2048"),
        (["adult"], TaskError, "archive.ics.uci.edu"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        run("data", *words)


def test_bad_rows_stop_the_command(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_text("01 -> 0\n10 1\n")
    with pytest.raises(DataError, match="1 of 2 rows"):
        run("data", "--data", path)


def test_what_a_file_holds_cannot_write_to_the_terminal(cli, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\x1b[2Ja,\x1b[2Ja,y\n1,2,3\n", encoding="utf-8")
    code, _, err = cli("data", "--data", path)
    assert code == 3 and "two columns" in err and "\x1b" not in err
    path.write_text("a,y\n\x1b[2J,\x1b[2K\n", encoding="utf-8")
    code, out, _ = cli("data", "--data", path)
    assert code == 0 and "\x1b" not in out


def test_data_writes_packed_bits(tmp_path: Path) -> None:
    out = tmp_path / "rows"
    words = ["data", "palindrome", "-n", 30, "--out", out, "--format", "parquet", "--packed"]
    document = json.loads(run(*words, "--json").output)
    stream = scan(out / "test.parquet")
    assert next(stream.blocks()).packed.kind == "bits"
    assert read(out / "test.parquet").hash == stream.head(10_000).hash == document["parts"]["test"]["sha256"]
    with pytest.raises(DataError, match="can be packed as bits"):
        run("data", "prime", "--out", tmp_path / "other", "--format", "parquet", "--packed")
    with pytest.raises(UsageError, match="--packed goes with --out and --format parquet"):
        run("data", "palindrome", "--out", tmp_path / "more", "--packed")
