"""kill -9, Ctrl-C and resuming: no reply is asked for twice, and nothing recorded is lost."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import ClassVar

import pytest
from fixture_server import PARITY, FixtureServer
from llmerm.dataset import Dataset
from llmerm.errors import ProposerError, UsageError
from llmerm.propose import OpenAIProposer

TRAIN = Dataset(["0101", "0111", "1000", "0000"], [0, 1, 1, 0])

SCRIPT = """
import sys
from pathlib import Path
from llmerm.dataset import Dataset
from llmerm.propose import OpenAIProposer
rows = Dataset(["0101", "0111", "1000", "0000"], [0, 1, 1, 0])
proposer = OpenAIProposer(model="x", api=sys.argv[2], base_url=sys.argv[1], in_flight=2)
try:
    for proposal in proposer.propose(rows, 5, run=Path(sys.argv[3])):
        print(proposal.index, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(130)
"""


@dataclass
class Said:
    output: str
    outcome: str = "ok"


class Notebook:
    """A session that remembers what it was asked to run."""

    ran: ClassVar[list[str]] = []

    def __init__(self, train):
        self.train = train

    def run(self, code):
        Notebook.ran.append(code)
        return Said(f"ran {code}")


@pytest.fixture(params=["responses", "chat"])
def api(request):
    return request.param


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    Notebook.ran = []


def started(server, api, run):
    arguments = [sys.executable, "-c", SCRIPT, server.url, api, str(run)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def done(run):
    return sorted(int(path.parent.name) for path in run.glob("draws/*/proposal.json"))


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_after_kill_9_no_reply_is_asked_for_twice(api, tmp_path):
    with FixtureServer(["answer", "answer"], after={"do": "hang", "seconds": 60}) as server:
        process = started(server, api, tmp_path)
        wait_for(lambda: len(done(tmp_path)) == 2 and len(server.requests) == 4)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        recorded = done(tmp_path)
        server.after = "answer"
        process = started(server, api, tmp_path)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert sorted(output.split()) == ["0", "1", "2", "3", "4"]
    # 2 replies before, 2 requests that the kill left without a reply, 3 draws that had none yet
    assert (len(recorded), len(server.requests)) == (2, 7)


def test_ctrl_c_ends_within_a_second_and_keeps_what_is_recorded(api, tmp_path):
    with FixtureServer(["answer"], after={"do": "hang", "seconds": 60}) as server:
        process = started(server, api, tmp_path)
        wait_for(lambda: len(done(tmp_path)) == 1 and len(server.requests) == 3)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
        seconds = time.monotonic() - began
    assert process.returncode == 130
    assert output.endswith("interrupted\n")
    assert seconds < 1.5  # the interpreter's own end included
    assert len(done(tmp_path)) == 1


def test_a_draw_killed_between_rounds_goes_on_from_its_recorded_rounds(api, tmp_path):
    steps = [{"do": "tool", "code": "a = 1"}, {"do": "tool", "code": "a + 1"}, "400"]
    with FixtureServer(steps) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url, tool="local", session=Notebook)
        (failed,) = proposer.propose(TRAIN, 1, run=tmp_path)
        assert failed.status == "failed"
        (tmp_path / "draws/0000/proposal.json").unlink()  # as a kill would leave it
        assert Notebook.ran == ["a = 1", "a + 1"]
        Notebook.ran = []
        server.script += [{"do": "tool", "code": "a + 2"}]
        (good,) = proposer.propose(TRAIN, 1, run=tmp_path)
    assert (good.status, good.source) == ("ok", PARITY)
    assert len(server.requests) == 5  # two rounds, the refusal, and two more
    assert Notebook.ran == ["a = 1", "a + 1", "a + 2"]  # the namespace was made again before the new call
    assert good.usage["requests"] == 4  # all replies count, whichever process had them
    sent = json.dumps(server.requests[3]["body"])
    assert "ran a = 1" in sent
    assert "ran a + 1" in sent


def test_a_call_whose_output_was_not_recorded_is_run_again(api, tmp_path):
    with FixtureServer([{"do": "tool", "code": "a = 1"}, "400"]) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url, tool="local", session=Notebook)
        list(proposer.propose(TRAIN, 1, run=tmp_path))
        (tmp_path / "draws/0000/tool-00-0.json").unlink()
        (good,) = proposer.propose(TRAIN, 1, run=tmp_path)
    assert good.status == "ok"
    assert Notebook.ran == ["a = 1", "a = 1"]
    assert len(server.requests) == 3


def test_two_processes_do_not_draw_into_one_run(api, tmp_path):
    with FixtureServer([], after={"do": "answer", "delay": 0.3}) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url, in_flight=1)
        stream = proposer.propose(TRAIN, 2, run=tmp_path)
        next(stream)
        with pytest.raises(UsageError, match="another process"):
            list(proposer.propose(TRAIN, 2, run=tmp_path))
        assert next(stream).index == 1


def test_damaged_records_are_named(tmp_path, api):
    with FixtureServer() as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url)
        list(proposer.propose(TRAIN, 1, run=tmp_path))
        path = tmp_path / "draws/0000/proposal.json"
        path.write_text("{")
        with pytest.raises(UsageError, match="damaged"):
            list(proposer.propose(TRAIN, 1, run=tmp_path))
        (tmp_path / "draws/settings.json").write_text("[]")
        with pytest.raises(UsageError, match=r"settings\.json is damaged"):
            list(proposer.propose(TRAIN, 1, run=tmp_path))


def test_without_a_run_nothing_is_written(tmp_path, monkeypatch, api):
    monkeypatch.chdir(tmp_path)
    with FixtureServer() as server:
        list(OpenAIProposer(model="x", api=api, base_url=server.url).propose(TRAIN, 2))
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_the_sandbox_itself_is_raised_not_hidden(api):
    class Broken:
        def __init__(self, train):
            raise ProposerError("the sandbox does not start")

    with FixtureServer(["tool"]) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url, tool="local", session=Broken)
        with pytest.raises(ProposerError, match="does not start"):
            list(proposer.propose(TRAIN, 1))
