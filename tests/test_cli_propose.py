"""`llmerm propose` and `llmerm prompt`: what a user types, sees, and finds on disk."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from fixture_server import PARITY, FixtureServer
from llmerm.cli import cli
from llmerm.cli.model_options import build_proposer
from llmerm.errors import DataError, UsageError
from llmerm.propose import FileProposals, OpenAIProposer, RecordedProposals

TASK = ["parity_all", "-n", "20", "--train", "10", "--seed", "4"]


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def run(*arguments, expect=0):
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], standalone_mode=False)
    if expect:
        assert result.exception is not None
        return result.exception
    assert result.exception is None, result.exception
    return result.stdout


def test_prompt_is_exactly_what_is_sent():
    shown = run("prompt", *TASK)
    with FixtureServer() as server:
        run("propose", *TASK, "--model", "x", "--base-url", server.url, "-k", 1)
    assert server.requests[0]["body"]["input"] == [{"role": "user", "content": shown}]
    assert len([line for line in shown.splitlines() if line[:20].strip("01") == "" and "->" in line]) == 10


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_prompt_with_json_shows_the_body(api):
    model = ["--model", "x", "--api", api, "--tool", "local", "--max-output-tokens", 50]
    shown = json.loads(run("prompt", *TASK, *model, "--json"))
    with FixtureServer() as server:
        run("propose", *TASK, *model, "--base-url", server.url, "-k", 1)
    sent = server.requests[0]["body"]
    if api == "chat":  # named after who is asked
        sent["max_completion_tokens"] = sent.pop("max_tokens")
    assert shown["body"] == sent
    assert json.loads(run("prompt", *TASK, "--json"))["body"] is None


@pytest.mark.parametrize("language", ["c", "wat"])
def test_prompt_in_another_language(language):
    assert {"c": "int64_t f(", "wat": "WAT"}[language] in run("prompt", *TASK, "--language", language)


def test_propose_writes_what_recorded_proposals_reads(tmp_path):
    with FixtureServer(["answer", "refusal"]) as server:
        out = run("propose", *TASK, "--model", "x", "--base-url", server.url, "-k", 3,
                  "--proposals-in-flight", 1, "-o", "out.jsonl")  # fmt: skip
    assert "3 draws: 2 ok, 1 refused" in out
    assert "3,150 tokens" in out
    found = list(RecordedProposals(tmp_path / "out.jsonl").propose(None, None))
    assert [one.status for one in found] == ["ok", "refused", "ok"]
    assert found[0].source == PARITY
    again = json.loads(run("propose", *TASK, "--proposals", "out.jsonl", "--json"))
    assert [one["status"] for one in again["proposals"]] == ["ok", "refused", "ok"]


def test_the_same_command_again_asks_for_nothing(tmp_path):
    with FixtureServer() as server:
        for _ in range(2):
            run("propose", *TASK, "--model", "x", "--base-url", server.url, "-k", 2)
        assert len(server.requests) == 2
        run("propose", *TASK, "--model", "x", "--base-url", server.url, "-k", 2, "--temperature", 0.1)
        assert len(server.requests) == 4
        run("propose", *TASK, "--model", "x", "--base-url", server.url, "-k", 1, "--run", "mine")
    assert (tmp_path / "mine/draws/0000/proposal.json").exists()


def test_dry_run_sends_nothing_and_writes_nothing(tmp_path):
    with FixtureServer() as server:
        options = ["--model", "gpt-5", "--base-url", server.url, "-k", 5, "--dry-run"]
        text = run("propose", *TASK, *options)
        plan = json.loads(run("propose", *TASK, *options, "--json"))
    assert server.requests == []
    assert list(tmp_path.iterdir()) == []
    assert "estimate" in text
    assert "US dollars" in text
    assert plan["cost_at_most"] > plan["cost_typical"] > 0
    (tmp_path / "a.py").write_text("")
    assert json.loads(run("propose", *TASK, "--files", "*.py", "--dry-run", "--json")).keys() == plan.keys()


def test_rows_of_a_file(tmp_path):
    (tmp_path / "rows.txt").write_text("".join(f"{i:08b} -> {i % 2}\n" for i in range(40)))
    assert "(40 examples" in run("prompt", "--data", "rows.txt", "--unsplit")
    assert "(7 examples" in run("prompt", "--data", "rows.txt", "--unsplit", "--train", 7)
    assert "(20 examples" in run("prompt", "--data", "rows.txt", "--train", 20, "--heldout", 10)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        (["--proposer", "llm"], UsageError, "exactly one of"),
        (["--temperature", 1], UsageError, "--temperature is for --model NAME"),
        (["--model", "x", "--files", "*.py"], UsageError, "--model and --files"),
        (["--model", "x", "--max-cost", "1", "--base-url", "http://127.0.0.1:1"], UsageError, "--prices"),
        (["--model", "x", "--extra-body", "3"], UsageError, "--extra-body"),
        (["--model", "x", "--extra-body", "{"], UsageError, "--extra-body"),
        (["--model", "x", "--model-seed", "1"], UsageError, "--api chat"),
        (["--files", "none/*.py"], DataError, "no file matches"),
        (["--proposals", "none.jsonl"], DataError, "No such file"),
    ],
)
def test_options_that_make_no_sense(options, error, match):
    raised = run("propose", *TASK, *options, expect=1)
    assert isinstance(raised, error)
    assert match in str(raised)


def test_build_proposer_takes_each_kind(tmp_path):
    (tmp_path / "a.py").write_text("")
    (tmp_path / "a.jsonl").write_text('{"code": ""}\n')
    model = build_proposer({"model": "m", "proposals_in_flight": 3, "request_timeout": 7.0, "unknown": 1,
                            "model_seed": 5, "api": "chat", "extra_body": '{"top_k": 1}'})  # fmt: skip
    assert isinstance(model, OpenAIProposer)
    assert (model.config.in_flight, model.config.timeout, model.config.seed) == (3, 7.0, 5)
    assert model.config.extra_body == {"top_k": 1}
    assert isinstance(build_proposer({"files": ("*.py",)}), FileProposals)
    assert isinstance(build_proposer({"proposals": "a.jsonl"}), RecordedProposals)


def test_the_server_started_by_hand(tmp_path):
    """As the documentation has it: the fixture as a process, `llmerm propose` as a process."""
    server = [sys.executable, __file__.replace("test_cli_propose", "fixture_server"), "--port", "0"]
    server += ["--script", '["500", "refusal"]', "--log", str(tmp_path / "log.jsonl")]
    with subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline())
        command = [sys.executable, "-m", "llmerm", "propose", *TASK, "-k", "2", "--model", "x"]
        command += ["--base-url", f"http://127.0.0.1:{port}/v1", "--json"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        finally:
            process.kill()
    assert done.returncode == 0, done.stderr
    statuses = [proposal["status"] for proposal in json.loads(done.stdout)["proposals"]]
    assert sorted(statuses) == ["ok", "refused"]
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 3


def test_verbs_start_without_the_heavy_packages():
    code = "import sys, llmerm.cli.propose, llmerm.cli.prompt, llmerm.propose\n"
    code += "print([name for name in ('openai', 'jinja2', 'httpx2', 'pyarrow') if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_what_a_stranger_wrote_is_printed_safely(tmp_path):
    rows = tmp_path / "rows.txt"
    rows.write_text("01 -> 1\n10 -> 0\n")
    escape, lone = "\x1b[2J", "\ud800"
    shared = {"language": "python", "origin": lone + escape}
    failed = {"index": 0, "status": "failed", "detail": lone, **shared}
    good = {"index": 1, "status": "ok", "source": f"def f(x): return '{escape}'", **shared}
    (tmp_path / "own.jsonl").write_text(json.dumps(failed) + "\n" + json.dumps(good) + "\n")
    command = ("propose", "--data", rows, "--unsplit", "--proposals", "own.jsonl")
    shown = run(*command)
    assert "\x1b" not in shown and shown.count(r"\x1b[2J") == 3
    assert json.loads(run(*command, "--json"))["proposals"][0]["detail"] == lone


def test_the_output_is_checked_before_anything_is_asked():
    with FixtureServer() as server:
        raised = run("propose", *TASK, "--model", "x", "--base-url", server.url, "-o", "no/x.jsonl", expect=1)
    assert isinstance(raised, UsageError) and "there is no folder no" in str(raised)
    assert server.requests == []


@pytest.mark.parametrize("url", ["127.0.0.1:80", "http://", "http://h:99999/v1", "http://[::1/v1"])
def test_urls_that_are_none(url):
    raised = run("propose", *TASK, "--model", "x", "--base-url", url, expect=1)
    assert isinstance(raised, UsageError) and "base_url" in str(raised)
