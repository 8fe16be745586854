"""`llmerm verify`: exact counts, every candidate in the table, and a start that imports nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import llmerm
import numpy as np
import pytest
from llmerm.errors import UsageError

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.txt"
    path.write_text("00 -> 0\n01 -> 1\n10 -> 1\n11 -> 0\n")
    return path


def test_exact_counts_of_recorded_proposals(cli) -> None:
    code, out, err = cli(
        "verify", EXAMPLES / "dyck2.proposals.jsonl", "--data", EXAMPLES / "dyck2.heldout.txt", "--json"
    )
    document = json.loads(out)
    assert (code, err, document["rows"]) == (0, "", 100)
    assert [v["correct"] for v in document["verdicts"]] == [100, 100, 100, 100, 99]
    assert [v["wrong"] for v in document["verdicts"]] == [0, 0, 0, 0, 1]
    assert all(
        v["correct"] + v["wrong"] + sum(v["faults"].values()) == v["rows"] for v in document["verdicts"]
    )


def test_no_candidate_is_left_out(cli, rows: Path, tmp_path: Path) -> None:
    lines = [
        {"code": "def f(x): return x.count('1') % 2"},
        {"code": "def f(x) return"},
        {"code": "def f(x): return {'00': 0}[x]"},
        {
            "index": 3,
            "status": "truncated",
            "source": None,
            "language": "python",
            "origin": "p:4",
            "detail": "max",
        },
    ]
    jsonl, one = tmp_path / "p.jsonl", tmp_path / "one.py"
    jsonl.write_text("".join(json.dumps(line) + "\n" for line in lines))
    one.write_text("def f(x): return 1")
    code, out, _ = cli("verify", jsonl, one, "--data", rows, "--json")
    verdicts = json.loads(out)["verdicts"]
    assert code == 0 and len(verdicts) == 5
    assert [v["risk"] for v in verdicts] == [0.0, None, 0.75, None, 0.5]
    assert verdicts[2]["faults"]["exception"] == 3 and verdicts[2]["exceptions"] == {"KeyError": 3}
    assert verdicts[3]["stage"] == "propose" and verdicts[3]["rejected"] == "truncated: max"
    code, table, _ = cli("verify", jsonl, one, "--data", rows)
    assert code == 0 and "exception 3 (KeyError 3)" in table and "rejected (propose): truncated: max" in table
    assert "25.00 %" in table and len(table.splitlines()) == 7


def test_predictions_are_written_where_they_were_asked_for(cli, rows: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text("def f(x): return int(x)")
    bad.write_text("def f(x) return")
    code, _, _ = cli("verify", good, bad, "--data", rows, "--predictions", tmp_path / "out.npz")
    found = np.load(tmp_path / "out.npz")
    assert code == 0 and found["labels"][0].tolist() == [0, 1, 10, 11]
    assert found["faults"].tolist() == [[False] * 4, [True] * 4] and found["labels"].dtype == np.int64


def test_a_limit_flag_limits(cli, rows: Path, tmp_path: Path) -> None:
    """Every limit has a flag with its unit; one of them, too small, stops a candidate and is no crash."""
    import dataclasses

    from llmerm.verification import Limits

    code, text, _ = cli("verify", "--help")
    flat = " ".join(text.split())
    assert code == 0
    for field in dataclasses.fields(Limits):
        assert "--" + field.name.replace("_", "-") in flat
        assert field.metadata["unit"] in flat
    slow = tmp_path / "slow.py"
    slow.write_text("def f(x):\n    for i in range(1000000): pass\n    return 0")
    code, out, _ = cli("verify", slow, "--data", rows, "--fuel-per-row", 1_000_000, "--json")
    assert code == 0 and json.loads(out)["verdicts"][0]["faults"]["out_of_fuel"] == 4


def test_class_names_and_language(cli, tmp_path: Path) -> None:
    rows, program = tmp_path / "rows.txt", tmp_path / "program.txt"
    rows.write_text("a -> cat\nb -> dog\n")
    program.write_text("def f(x): return 'cat'")
    code, out, _ = cli("verify", program, "--language", "python", "--data", rows, "--json")
    document = json.loads(out)
    assert code == 0 and document["classes"] == ["cat", "dog"]
    assert (document["verdicts"][0]["correct"], document["verdicts"][0]["wrong"]) == (1, 1)


def test_text_of_a_candidate_cannot_drive_the_terminal(cli, rows: Path, tmp_path: Path) -> None:
    program = tmp_path / "evil.py"
    program.write_text("E = type('\\x1b[2Jgone', (Exception,), {})\ndef f(x): raise E")
    code, out, _ = cli("verify", program, "--data", rows)
    assert code == 0 and "\x1b" not in out and "gone" in out


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("nothere.py", "--data", "ROWS"), (3, "nothere.py")),
        (("PROGRAM", "--data", "nothere.txt"), (3, "nothere.txt")),
        (("PROGRAM", "--data", "ROWS", "--language", "cobol"), (2, "cobol")),
        (("ROWS", "--data", "ROWS"), (2, "suffix")),
        (("--data", "ROWS"), (2, "CANDIDATES")),
    ],
)
def test_wrong_use(cli, rows: Path, arguments: tuple[str, ...], wanted: tuple[int, str]) -> None:
    program = rows.parent / "p.py"
    program.write_text("def f(x): return 1")
    code, out, err = cli("verify", *({"ROWS": rows, "PROGRAM": program}.get(a, a) for a in arguments))
    assert code == wanted[0] and wanted[1] in err and out == "" and "Traceback" not in err


def test_start_imports_nothing_heavy(rows: Path, tmp_path: Path) -> None:
    program = tmp_path / "p.py"
    program.write_text("def f(x): return 1")
    script = (
        "import sys; from llmerm.cli import main\n"
        f"sys.argv = ['llmerm', 'verify', {str(program)!r}, '--data', {str(rows)!r}]\n"
        "main()\n"
        "print('HEAVY', [m for m in ('scipy', 'openai', 'jinja2', 'pyarrow', 'gmpy2') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_our_own_failures_have_their_exit_codes(cli, rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **settings: object) -> None:
        raise OSError(28, "No space left on device")

    def broken(*args: object, **settings: object) -> None:
        raise ZeroDivisionError

    for failure, code, said in (
        (full, 1, "error: [Errno 28] No space left on device\n"),
        (broken, 70, "please report it"),
    ):
        monkeypatch.setattr("llmerm.readers.read", failure)
        assert (got := cli("verify", "x.py", "--data", rows))[:2] == (code, "")
        assert said in got[2] and ("Traceback" in got[2]) == (code == 70)


@pytest.mark.parametrize("value", ["inf", "nan", "0", "-1", str(2**64)])
def test_limits_that_cannot_be_kept(cli, rows: Path, tmp_path: Path, value: str) -> None:
    (tmp_path / "a.py").write_text("def f(x): return 1\n")
    code, out, err = cli("verify", tmp_path / "a.py", "--data", rows, "--wall-seconds", value)
    assert (code, out) == (2, "") and "limit wall_seconds must be positive" in err


def test_a_name_that_is_no_class_is_not_the_first_class() -> None:
    labelled = llmerm.Dataset(["a", "b"], ["ham", "spam"])
    predictions = llmerm.predict(llmerm.compile("def f(x): return 'eggs' if x == 'a' else 'spam'"), labelled)
    assert predictions.labels.tolist() == [-1, 1] and not predictions.faults.any()
    with pytest.raises(UsageError, match="cannot be run"):
        llmerm.predict(llmerm.compile("(modul", "wat"), labelled)
