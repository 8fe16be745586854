"""OpenAIProposer against a server that misbehaves: the right record for each, over both APIs."""

import json
import time

import pytest
from fixture_server import PARITY, FixtureServer
from llmerm.dataset import Dataset
from llmerm.errors import ProposerError, UsageError
from llmerm.propose import OpenAIProposer, asking
from llmerm.propose.asking import retry_after

TRAIN = Dataset(["0101", "0111", "1000", "0000"], [0, 1, 1, 0])
KEY = "sk-a-secret-that-must-not-be-written"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.01)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["responses", "chat"])
def api(request):
    return request.param


def draw(server, api, k=1, run=None, **settings):
    settings = {"retries": 3, "timeout": 5, "in_flight": 1, "api_key": KEY} | settings
    proposer = OpenAIProposer(model="x", api=api, base_url=server.url, **settings)
    return sorted(proposer.propose(TRAIN, k, run=run), key=lambda proposal: proposal.index)


def attempts(run, index=0):
    lines = (run / "draws" / f"{index:04}" / "attempts.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_a_good_reply_is_a_proposal_and_a_record(api, tmp_path):
    with FixtureServer([{"do": "answer", "rationale": "parity"}]) as server:
        (proposal,) = draw(server, api, run=tmp_path)
    assert (proposal.status, proposal.source, proposal.language) == ("ok", PARITY, "python")
    assert (proposal.rationale, proposal.origin, proposal.cost) == ("parity", "x", None)
    assert (proposal.usage["input_tokens"], proposal.usage["output_tokens"]) == (1000, 50)
    folder = tmp_path / "draws" / "0000"
    assert json.loads((folder / "request.json").read_text()) == server.requests[0]["body"]
    assert json.loads((folder / "reply-00.json").read_text())["usage"]
    assert json.loads((folder / "proposal.json").read_text())["source"] == PARITY
    assert [entry["outcome"] for entry in attempts(tmp_path)] == ["reply"]


@pytest.mark.parametrize(
    ("step", "status", "detail"),
    [
        ("truncated", "truncated", "max_output_tokens"),
        ({"do": "truncated", "text": json.dumps({"code": PARITY})}, "truncated", "max_output_tokens"),
        ("refusal", "refused", "I cannot help with that."),
        ("filtered", "refused", "content_filter"),
        ("empty", "empty", "no text"),
        ({"do": "answer", "text": "It is parity."}, "unparseable", "no python program"),
        ({"do": "answer", "text": "<think>hm"}, "unparseable", "thinking"),
    ],
)
def test_a_reply_without_a_program_is_its_own_outcome(api, step, status, detail, tmp_path):
    with FixtureServer([step]) as server:
        (proposal,) = draw(server, api, run=tmp_path)
        assert (proposal.status, proposal.source) == (status, None)
        assert detail in proposal.detail
        assert draw(server, api, run=tmp_path) == [proposal]
    assert len(server.requests) == 1  # paid for once


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("500", "HTTP 500"),
        ("502", "HTTP 502"),
        ("429", "HTTP 429"),
        ("529", "HTTP 529"),
        ("cut", "connection lost"),
        ("malformed", "malformed reply"),
        ("shape", "malformed reply"),
        ("failed", "the engine is dead"),
        ({"do": "hang", "seconds": 5}, "no reply within 0.4 s"),
        ({"do": "slow", "seconds": 5}, "no reply within 0.4 s"),
    ],
)
def test_what_may_pass_is_tried_again_and_written_down(api, step, outcome, tmp_path):
    with FixtureServer([step, step]) as server:
        (proposal,) = draw(server, api, run=tmp_path, timeout=0.4)
    assert proposal.status == "ok"
    found = [entry["outcome"] for entry in attempts(tmp_path)]
    assert len(found) == 3
    assert all(outcome in text for text in found[:2]), found
    assert found[2] == "reply"


def test_a_slow_reply_within_the_timeout_is_a_reply(api):
    with FixtureServer([{"do": "slow", "seconds": 0.5}]) as server:
        assert draw(server, api)[0].status == "ok"
    assert len(server.requests) == 1


def test_retry_after_is_honoured(api, tmp_path):
    with FixtureServer([{"do": "429", "retry_after": 0.6}]) as server:
        draw(server, api, run=tmp_path)
    first, second = server.requests
    assert second["at"] - first["at"] >= 0.6
    assert attempts(tmp_path)[0]["wait_s"] == 0.6


def test_a_retry_after_beyond_the_timeout_ends_the_draw(api):
    with FixtureServer([{"do": "429", "retry_after": 900}]) as server:
        (proposal,) = draw(server, api)
    assert proposal.status == "failed"
    assert "wait 900 s" in proposal.detail


def test_retry_after_takes_seconds_milliseconds_and_dates():
    assert retry_after({"retry-after": "2"}) == 2
    assert retry_after({"retry-after-ms": "250", "retry-after": "9"}) == 0.25
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    for nonsense in ("soon", "nan", "inf", ""):
        assert retry_after({"retry-after": nonsense}) is None
    assert retry_after({}) is None


def test_a_draw_that_fails_is_recorded_and_tried_again_by_the_next_run(api, tmp_path):
    with FixtureServer(["500"] * 4) as server:
        failed, good = draw(server, api, k=2, run=tmp_path)
        assert (failed.status, good.status) == ("failed", "ok")
        assert "HTTP 500" in failed.detail
        assert "try 4 of 4" in failed.detail
        again = draw(server, api, k=2, run=tmp_path)
        assert [proposal.status for proposal in again] == ["ok", "ok"]
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("step", "advice"),
    [("401", "OPENAI_API_KEY"), ("404", "--model"), ("403", "may not use"), ("400", "refuses the request"),
     ({"do": "429", "code": "insufficient_quota"}, "HTTP 429")],
)  # fmt: skip
def test_when_no_draw_can_succeed_the_error_says_what_to_do(api, step, advice):
    with FixtureServer([], after=step) as server, pytest.raises(ProposerError, match=advice):
        draw(server, api, k=3)
    assert len(server.requests) == 1


def test_a_refused_request_after_a_reply_fails_its_draw_only(api):
    with FixtureServer(["answer", "400", "answer"]) as server:
        assert [proposal.status for proposal in draw(server, api, k=3)] == ["ok", "failed", "ok"]


def test_nobody_listens(api):
    with FixtureServer() as server:
        pass
    started = time.monotonic()
    with pytest.raises(ProposerError, match="is the server up"):
        draw(server, api)
    assert time.monotonic() - started < 3


def test_draws_are_independent_and_truly_concurrent(api):
    with FixtureServer([], after={"do": "answer", "delay": 0.4}) as server:
        started = time.monotonic()
        found = draw(server, api, k=6, in_flight=3)
        seconds = time.monotonic() - started
    assert [proposal.index for proposal in found] == list(range(6))
    assert server.most_busy == 3
    assert 0.8 <= seconds < 2.0
    bodies = [request["body"] for request in server.requests]
    assert all(body == bodies[0] for body in bodies)


def test_a_proposal_is_there_as_soon_as_it_is_ready(api):
    with FixtureServer([{"do": "answer", "delay": 1.5}, "answer"]) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url, in_flight=2)
        stream = proposer.propose(TRAIN, 2)
        started = time.monotonic()
        next(stream)
        assert time.monotonic() - started < 1.2
        stream.close()
        assert time.monotonic() - started < 1.4  # closing does not wait for the other draw


def test_each_draw_has_its_own_seed():
    with FixtureServer() as server:
        draw(server, "chat", k=3, seed=7)
    assert [request["body"]["seed"] for request in server.requests] == [7, 8, 9]


def test_settings_reach_the_body():
    common = {"reasoning_effort": "high", "verbosity": "low", "temperature": 0.5, "top_p": 0.9}
    common |= {"max_output_tokens": 77, "base_url": "http://127.0.0.1:1/v1", "extra_body": {"top_k": 3}}
    body = OpenAIProposer(model="m", tool="hosted", **common).body(TRAIN)
    assert body["reasoning"] == {"effort": "high"}
    assert body["text"] == {"verbosity": "low"}
    assert body["tools"] == [{"type": "code_interpreter", "container": {"type": "auto"}}]
    assert (body["temperature"], body["top_p"], body["max_output_tokens"], body["top_k"]) == (0.5, 0.9, 77, 3)
    assert [message["role"] for message in body["input"]] == ["user"]
    body = OpenAIProposer(model="m", api="chat", **common).body(TRAIN)
    assert (body["reasoning_effort"], body["verbosity"], body["max_tokens"], body["top_k"]) == (
        "high",
        "low",
        77,
        3,
    )
    assert "tools" not in body
    assert "max_completion_tokens" in OpenAIProposer(model="m", api="chat").body(TRAIN)


@pytest.mark.parametrize(
    "settings",
    [{"api": "soap"}, {"tool": "hammer"}, {"api": "chat", "tool": "hosted"}, {"seed": 1}, {"in_flight": 0},
     {"base_url": "localhost:80"}, {"retries": -1}, {"timeout": 0}, {"colour": "red"}, {"max_cost": 1.0}],
    ids=str,
)  # fmt: skip
def test_settings_that_make_no_sense(settings):
    with pytest.raises(UsageError):
        OpenAIProposer(**({"model": "unpriced"} | settings))


def test_without_key_or_server_the_error_names_the_variable():
    with pytest.raises(ProposerError, match="OPENAI_API_KEY"):
        list(OpenAIProposer(model="x").propose(TRAIN, 1))


def test_a_local_server_needs_no_key(api):
    with FixtureServer() as server:
        assert draw(server, api, api_key=None)[0].status == "ok"


def test_the_key_is_read_at_the_call_and_never_written(api, tmp_path, monkeypatch):
    echo = {"do": "500", "message": f"bad key {KEY}"}
    steps = [
        echo,
        {"do": "answer", "rationale": f"your key is {KEY}"},
        {"do": "401", "message": f"key {KEY}"},
    ]
    with FixtureServer(steps) as server:
        proposer = OpenAIProposer(model="x", api=api, base_url=server.url.replace("//", "//user:pw@"))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        (good,) = proposer.propose(TRAIN, 1, run=tmp_path)
        with pytest.raises(ProposerError) as refused:
            list(proposer.propose(TRAIN, 2, run=tmp_path))
    assert good.status == "ok"
    assert server.requests[0]["key"] is not None
    assert KEY not in str(refused.value)
    assert KEY not in repr(proposer)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            text = path.read_text()
            assert KEY not in text, path
            assert "user:pw" not in text, path


def test_other_settings_do_not_mix_in_one_run(tmp_path, api):
    with FixtureServer() as server:
        draw(server, api, run=tmp_path)
        with pytest.raises(UsageError, match=r"other settings.*request"):
            draw(server, api, run=tmp_path, temperature=0.3)
        other = Dataset(["1111"], [0])
        with pytest.raises(UsageError, match="other settings"):
            list(OpenAIProposer(model="x", api=api, base_url=server.url).propose(other, 1, run=tmp_path))
    assert len(server.requests) == 1


def test_more_draws_can_be_asked_for_later_and_on_another_port(tmp_path, api):
    with FixtureServer() as server:
        draw(server, api, k=2, run=tmp_path)
    with FixtureServer() as server:
        assert len(draw(server, api, k=5, run=tmp_path)) == 5
    assert len(server.requests) == 3
