"""`llmerm enumerate`, and `--proposer` of `learn` and `propose`: what a user types and sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from canned_search import PARITY, can
from fixture_server import FixtureServer
from llmerm.cli.byte_size import ByteSize, size_text

EXAMPLES = Path(__file__).parent.parent / "examples" / "proposals"
NOTE = "no model configured: enumerating programs by size (give --model to ask one)\n"


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def files(task: str, *parts: str) -> list[object]:
    names = {"train": "--data", "heldout": "--heldout-data", "test": "--test-data"}
    return [word for part in parts for word in (names[part], EXAMPLES / f"{task}.{part}.txt")]


def test_a_rule_is_found_and_shown(cli):
    code, out, err = cli("enumerate", "parity_first_half", "-n", 20)
    assert (code, err) == (0, "")
    for words in (
        "100 training rows of text, grammar bits over 01",
        "size  programs  distinct",
        "distinct behaviours grow as 2^(",
        "would take about",
        "fits all 100 rows",
        "errors  size  bits  program",
        "-: not needed inside a larger program yet",
        'count(match("1", first_half(x)))',
        '    def f(x):\n        return x[:len(x) // 2].count("1") % 2',
    ):
        assert words in out, words


def test_json_has_no_times_and_is_the_same_on_any_threads(cli):
    runs = [cli("enumerate", "dyck2", "-n", 16, "--json", "--threads", n) for n in (1, 2)]
    assert runs[0] == runs[1] and runs[0][0] == 0
    document = json.loads(runs[0][1])
    assert document["fits"] and document["ended"] == "found" and document["programs"][0]["errors"] == 0
    assert document["programs_seen"] == sum(level["programs"] for level in document["levels"])
    assert "seconds" not in runs[0][1] and document["grammar"]["name"] == "bits"


def test_nothing_fits_and_it_says_what_was_searched(cli):
    rows = files("prime", "train")
    code, out, _ = cli("enumerate", *rows, "--unsplit", "--max-size", 12, "-k", 2)
    assert code == 0 and "not found: no program of size <= 12 (" in out and "--max-size ended" in out
    assert len([line for line in out.splitlines() if line.strip()[:2].isdigit() and "(" in line]) == 2
    code, out, _ = cli("enumerate", *rows, "--unsplit", "--time-limit", 0.05, "--json")
    assert code == 0 and json.loads(out)["ended"] == "time"


def test_the_programs_are_written_as_proposals(cli, tmp_path):
    code, _, _ = cli("enumerate", "parity_all", "-n", 20, "-o", "found.jsonl", "-k", 2)
    assert code == 0
    code, out, err = cli(
        "learn", "parity_all", "-n", 20, "--test", 100, "--proposals", "found.jsonl", "--json"
    )
    document = json.loads(out)
    assert (code, err) == (0, "") and document["test"]["correct"] == 100
    assert document["best"]["origin"] == "enumerate" and document["bound"]["code"]["size"] > 0
    assert document["search"] is None  # nothing was searched this time
    code, _, err = cli("enumerate", "parity_all", "-o", "none/found.jsonl")
    assert code == 2 and "there is no folder none" in err


def test_a_grammar_of_my_own(cli, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'extends = "bits"\n[[feature]]\npython = "x.count(\'1\') % 2"\ntype = "bool"\nsize = 1\n'
    )
    code, out, _ = cli("enumerate", "parity_all", "-n", 20, "--grammar", "mine.toml")
    assert code == 0 and "size 1 fits all" in out and "grammar mine" in out
    (tmp_path / "bad.toml").write_text('extends = "bits"\n[rules]\nparity = 3\n')
    code, out, err = cli("enumerate", "parity_all", "--grammar", "bad.toml")
    assert (code, out) == (2, "") and "bad.toml, rule 'parity'" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "name a task"),
        (("nothing",), 3, "no task"),
        (("parity_all", "--max-size", "0"), 2, "max-size"),
        (("parity_all", "--memory", "lots"), 2, "500M, 4G"),
        (("parity_all", "--memory", "1K"), 2, "memory is"),
        (("parity_all", "--grammar", "digitz"), 2, "digits"),
        (("parity_all", "--grammar", "integers"), 2, "ints rows"),
    ],
)
def test_wrong_use(cli, arguments, code, message):
    got, out, err = cli("enumerate", *arguments)
    assert (got, out) == (code, "") and message in err and "Traceback" not in err


def test_the_limits_are_those_asked_for(cli, monkeypatch):
    canned = can(monkeypatch)
    cli(
        "enumerate",
        "parity_all",
        "--max-size",
        9,
        "--time-limit",
        0,
        "--memory",
        "1.5G",
        "--threads",
        2,
        "-k",
        3,
    )
    asked = canned.calls[0]["settings"]
    assert (asked.max_size, asked.seconds, asked.memory, asked.threads, asked.k) == (9, 0, 3 << 29, 2, 3)


def test_sizes_in_bytes():
    def read(text):
        return ByteSize().convert(text, None, None)

    assert [read(text) for text in ("12", "4G", "500M", "1.5k", "2 GiB", "1TB")] == [
        12, 4 << 30, 500 << 20, 1536, 2 << 30, 1 << 40,
    ]  # fmt: skip
    assert [size_text(n) for n in (12, 4096, 5 << 20, 3 << 30)] == ["12 bytes", "4 KiB", "5 MiB", "3.0 GiB"]


def test_ctrl_c_shows_what_was_found(cli, monkeypatch):
    can(monkeypatch, ended="interrupted", errors=4)
    code, out, err = cli("enumerate", "parity_all", "-n", 20, "-o", "found.jsonl")
    assert (code, err.strip()) == (130, "interrupted")
    assert "not found: no program of size <= 11" in out and "; interrupted" in out and "def f(x):" in out
    assert len(Path("found.jsonl").read_text().splitlines()) == 2
    code, out, _ = cli("enumerate", "parity_all", "-n", 20, "--json")
    assert code == 130 and json.loads(out)["ended"] == "interrupted"


# --- learn and propose


def test_learn_without_a_model_enumerates_and_says_so(cli):
    runs = [cli("learn", *files("parity_all", "train", "heldout", "test"), "--json", *more)
            for more in ((), ("--proposer", "enumerate", "--threads", 1))]  # fmt: skip
    document = json.loads(runs[0][1])
    assert [code for code, _, _ in runs] == [0, 0] and [err for _, _, err in runs] == [NOTE, ""]
    assert runs[0][1] == runs[1][1]
    assert document["test"]["correct"] == 10_000 and document["best"]["origin"] == "enumerate"
    searched = document["search"]
    assert searched["exact"] == {"index": 0, "size": searched["best_size"]}
    assert searched["programs"] == sum(level["programs"] for level in searched["levels"])
    assert document["config"]["proposer"]["grammar"]["name"] == "bits"


def test_the_report_says_what_was_searched(cli):
    rows = files("palindrome", "train", "heldout")
    code, out, _ = cli("learn", *rows)
    assert (
        code == 0 and "enumeration      exact rule found, size 11: no training and no held-out error" in out
    )
    code, out, _ = cli("learn", *rows, "--max-size", 8)
    assert code == 0 and "enumeration      not found: the best has" in out
    assert "programs of size <= 8, grammar bits, the largest asked for" in out


@pytest.mark.parametrize("verb", ["learn", "propose"])
def test_rows_that_no_grammar_is_for(cli, tmp_path, verb):
    rows = tmp_path / "rows.csv"
    rows.write_text("a,b,y\n" + "".join(f"{i},{i * 7 % 11},{i % 2}\n" for i in range(300)))
    code, _, err = cli(verb, "--data", rows, "--train", 20, "--heldout", 20)
    assert code == 2 and "these are record" in err and "--model" in err


def test_propose_enumerates_too(cli):
    code, out, err = cli("propose", "parity_all", "-n", 20, "-k", 2, "--json")
    document = json.loads(out)
    assert (code, err) == (0, NOTE) and document["run"] is None
    assert [one["origin"] for one in document["proposals"]] == ["enumerate"] * 2
    assert document["proposals"][0]["code_size"] == 11 and document["proposals"][0]["code_bits"] > 0
    code, out, _ = cli("propose", "parity_all", "--dry-run", "--json")
    assert code == 0 and json.loads(out)["cost_at_most"] == 0


def test_enumerate_and_a_model(cli, tmp_path, monkeypatch):
    can(monkeypatch)
    rows = files("parity_all", "train", "heldout")
    asked = ("--proposer", "enumerate+llm", "--model", "m", "-k", 2)
    with FixtureServer(["refusal", "answer"]) as server:
        code, out, err = cli("learn", *rows, *asked, "--base-url", server.url, "--proposals-in-flight", 1)
        again = cli("learn", *rows, *asked, "--base-url", server.url, "--json")
    assert (code, err) == (0, "") and "origin" in out and len(server.requests) == 2
    assert "runs/learn-" in out  # replies are paid for, so they are recorded
    candidates = json.loads(again[1])["candidates"]
    assert [(c["index"], c["origin"]) for c in candidates] == [
        (0, "enumerate"), (1, "enumerate"), (2, "m"), (3, "m"),
    ]  # fmt: skip
    code, out, _ = cli("propose", *files("parity_all", "train"), "--unsplit", *asked, "--dry-run", "--json")
    assert code == 0 and json.loads(out)["proposer"] == "m"


def test_a_model_that_cannot_be_reached_leaves_the_enumerated(cli, monkeypatch):
    can(monkeypatch)
    rows = files("parity_all", "train", "heldout")
    asked = ("--proposer", "enumerate+llm", "--model", "m", "-k", 2, "--retries", 0)
    code, out, _ = cli("learn", *rows, *asked, "--base-url", "http://127.0.0.1:9/v1")
    assert code == 0 and out.count("failed") == 2 and PARITY[0].split("\n")[1] in out
