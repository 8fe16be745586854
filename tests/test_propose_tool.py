"""The local code interpreter: tool rounds over both APIs, what the model sees, and what it never sees."""

import json
from dataclasses import dataclass

import pytest
from fixture_server import PARITY, FixtureServer
from llmerm.dataset import Dataset
from llmerm.propose import OpenAIProposer
from llmerm.propose.tool import MAX_OUTPUT_CHARACTERS, PythonTool, truncated
from llmerm.propose.wire import ToolCall

TRAIN = Dataset(["0101", "0111", "1000", "0000"], [0, 1, 1, 0])


@dataclass
class Said:
    output: str
    outcome: str = "ok"


class Echo:
    def __init__(self, train):
        self.train = train

    def run(self, code):
        return Said(f"{len(self.train)} rows; {code}\n")


@pytest.fixture(params=["responses", "chat"])
def api(request):
    return request.param


def draw(server, api, **settings):
    settings = {"session": Echo, "tool": "local", "in_flight": 1, "retries": 1} | settings
    return next(OpenAIProposer(model="x", api=api, base_url=server.url, **settings).propose(TRAIN, 1))


def outputs(body):
    """What a request's body says the tool put out, over either API."""
    items = body.get("input") or body["messages"]
    return [item.get("output") or item.get("content") for item in items
            if item.get("type") == "function_call_output" or item.get("role") == "tool"]  # fmt: skip


def test_rounds_of_calls_and_then_an_answer(api):
    with FixtureServer(
        [{"do": "tool", "code": "print(1)"}, {"do": "tool", "code": "print(2)", "calls": 2}]
    ) as server:
        proposal = draw(server, api)
    assert (proposal.status, proposal.source, proposal.usage["requests"]) == ("ok", PARITY, 3)
    bodies = [request["body"] for request in server.requests]
    assert [outputs(body) for body in bodies] == [
        [],
        ["4 rows; print(1)\n"],
        ["4 rows; print(1)\n", "4 rows; print(2)\n", "4 rows; print(2)\n"],
    ]
    assert all("tool_choice" not in body for body in bodies)


def test_after_the_last_round_the_answer_is_asked_for_without_the_tool(api):
    with FixtureServer([], after="tool") as server:
        proposal = draw(server, api, tool_rounds=2)
    assert proposal.status == "ok"
    assert [request["body"].get("tool_choice") for request in server.requests] == [None, None, "none"]


def test_without_the_local_tool_none_is_offered(api):
    with FixtureServer(["tool"]) as server:
        proposal = draw(server, api, tool="none")
    assert proposal.status == "ok"  # the fixture calls a tool only where one is offered
    assert "tools" not in server.requests[0]["body"]


@pytest.mark.parametrize(
    ("step", "seen"),
    [
        ({"do": "tool", "name": "bash"}, "There is no tool 'bash'"),
        ({"do": "tool", "arguments": "{}"}, "Call the tool with"),
        ({"do": "tool", "arguments": "print(3)"}, "4 rows; print(3)"),  # bare code is taken as code
    ],
)
def test_a_bad_call_is_told_to_the_model(api, step, seen):
    with FixtureServer([step]) as server:
        assert draw(server, api).status == "ok"
    (output,) = outputs(server.requests[1]["body"])
    assert seen in output


def test_a_flood_of_calls_is_not_all_run(api):
    with FixtureServer([{"do": "tool", "calls": 9}]) as server:
        draw(server, api)
    found = outputs(server.requests[1]["body"])
    assert len(found) == 9
    assert sum("Not run" in output for output in found) == 5


def test_each_draw_has_a_session_of_its_own(api):
    made = []

    class Counted(Echo):
        def __init__(self, train):
            super().__init__(train)
            made.append(self)

    with FixtureServer(["tool", "answer", "tool", "answer"]) as server:
        proposer = OpenAIProposer(
            model="x", api=api, base_url=server.url, tool="local", session=Counted, in_flight=1
        )
        list(proposer.propose(TRAIN, 2))
    assert len(made) == 2


def test_long_output_is_cut_with_a_notice():
    text = truncated("a" * MAX_OUTPUT_CHARACTERS + "b" * 500)
    assert "[... 500 characters cut ...]" in text
    assert text.startswith("a")
    assert text.endswith("b")
    assert truncated("short") == "short"


def test_how_a_run_was_stopped_is_said():
    class Stopped(Echo):
        def run(self, code):
            return Said("so far", "out_of_fuel")

    result = PythonTool(TRAIN, Stopped).run(ToolCall("1", "python", json.dumps({"code": "while 1: pass"})))
    assert result == {
        "code": "while 1: pass",
        "output": "so far\n[stopped: out_of_fuel]",
        "outcome": "out_of_fuel",
    }


def test_only_training_rows_reach_the_model_and_its_tool(api, tmp_path):
    from llmerm.tasks import task

    split = task("parity_all", n=20).split(train=20, heldout=40, test=40, seed=3)
    given = []

    class Seen(Echo):
        def __init__(self, train):
            super().__init__(train)
            given.extend(train.x)

    with FixtureServer(["tool"]) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url, tool="local", session=Seen)
        list(proposer.propose(split.train, 3, run=tmp_path))
    assert given == split.train.x
    written = "".join(path.read_text() for path in tmp_path.rglob("*.json*"))
    sent = json.dumps([request["body"] for request in server.requests]) + written
    assert all(row in sent for row in split.train.x)
    assert not any(row in sent for row in split.heldout.x + split.test.x)


def test_the_sandbox_runs_the_models_code_on_the_training_rows(api):
    pytest.importorskip("llmerm._verifier")
    code = "total = sum(label for x, label in rows)\nprint(total, rows[1])"
    with FixtureServer([{"do": "tool", "code": code}, {"do": "tool", "code": "print(total + 1)"}]) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url, tool="local")
        (proposal,) = proposer.propose(TRAIN, 1)
    assert proposal.status == "ok"
    assert [output.strip() for output in outputs(server.requests[2]["body"])] == ["2 ('0111', 1)", "3"]
