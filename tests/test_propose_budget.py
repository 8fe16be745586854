"""Caps hold whatever the concurrency, prices are what the table says, and a plan sends nothing."""

import json

import pytest
from fixture_server import FixtureServer
from llmerm.dataset import Dataset
from llmerm.errors import ProposerError, UsageError
from llmerm.propose import OpenAIProposer, asking
from llmerm.propose.budget import estimated_tokens, most_tokens, plan_lines
from llmerm.propose.prices import SHIPPED, price_of
from llmerm.propose.wire import Usage

TRAIN = Dataset(["0101", "0111", "1000", "0000"], [0, 1, 1, 0])
TABLE = 'as_of = "2001-01"\n[models]\n"x" = { input = 100.0, cached = 10.0, output = 1000.0 }\n'
EACH = 1050  # tokens of a reply of the fixture: 1000 in, 50 out


@pytest.fixture(params=["responses", "chat"])
def api(request):
    return request.param


@pytest.fixture
def prices(tmp_path):
    path = tmp_path / "prices.toml"
    path.write_text(TABLE)
    return path


def draw(server, api, k, run=None, **settings):
    settings = {"max_output_tokens": 100, "retries": 1} | settings
    proposer = OpenAIProposer(model="x", api=api, base_url=server.url, **settings)
    return sorted(proposer.propose(TRAIN, k, run=run), key=lambda proposal: proposal.index)


def worst(api):
    """Tokens that one request of these tests reserves."""
    proposer = OpenAIProposer(model="x", api=api, base_url="http://127.0.0.1:1", max_output_tokens=100)
    return most_tokens(proposer.body(TRAIN)) + 100


@pytest.mark.parametrize("in_flight", [1, 5])
def test_the_token_cap_holds_and_what_it_stops_is_recorded(api, in_flight, tmp_path):
    cap = 2 * EACH + worst(api)  # room for three requests one after another, never for three at once
    with FixtureServer([], after={"do": "answer", "delay": 0.05}) as server:
        found = draw(server, api, 6, tmp_path, in_flight=in_flight, max_tokens_total=cap)
    assert [proposal.status for proposal in found].count("ok") == len(server.requests) == 3
    assert all(proposal.detail == "cap" for proposal in found if proposal.status == "failed")
    assert sum(proposal.usage["total_tokens"] for proposal in found if proposal.usage) <= cap


def test_a_resumed_run_counts_what_was_spent_and_a_raised_cap_lets_it_go_on(api, tmp_path):
    cap = EACH + worst(api)
    with FixtureServer() as server:
        draw(server, api, 4, tmp_path, max_tokens_total=cap, in_flight=1)
        assert len(server.requests) == 2
        draw(server, api, 4, tmp_path, max_tokens_total=cap, in_flight=1)
        assert len(server.requests) == 2
        found = draw(server, api, 4, tmp_path, max_tokens_total=cap + 2 * EACH, in_flight=1)
        assert [proposal.status for proposal in found] == ["ok"] * 4
    assert len(server.requests) == 4


def test_the_money_cap_holds(api, prices):
    cost = (1000 * 100 + 50 * 1000) / 1e6
    most = ((worst(api) - 100) * 100 + 100 * 1000) / 1e6
    with FixtureServer() as server:
        found = draw(server, api, 5, prices=prices, max_cost=cost + most + 1e-9, in_flight=3)
    assert [proposal.status for proposal in found].count("ok") == len(server.requests) == 2
    assert sum(proposal.cost for proposal in found) == pytest.approx(2 * cost)


def test_a_lost_reply_is_charged_in_full_since_it_may_have_been_billed(api, tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.01)
    with FixtureServer(["cut"]) as server, pytest.raises(ProposerError, match="before any reply"):
        draw(server, api, 1, tmp_path, max_tokens_total=2 * worst(api) - 1)
    assert len(server.requests) == 1
    record = json.loads((tmp_path / "draws/0000/proposal.json").read_text())
    assert (record["status"], record["detail"]) == ("failed", "cap")


def test_a_request_that_was_turned_away_costs_nothing(api, monkeypatch):
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.01)
    with FixtureServer(["500"]) as server:
        (proposal,) = draw(server, api, 1, max_tokens_total=worst(api))
    assert proposal.status == "ok"


def test_a_cap_that_allows_no_request_is_an_error_that_says_so(api):
    with FixtureServer() as server, pytest.raises(ProposerError, match="raise the cap"):
        draw(server, api, 2, max_tokens_total=50)
    assert server.requests == []


def test_a_server_that_counts_no_tokens_is_estimated(api):
    with FixtureServer([{"do": "answer", "usage": False}]) as server:
        (proposal,) = draw(server, api, 1)
    assert proposal.usage["estimated"] is True
    assert 50 < proposal.usage["input_tokens"] < worst(api)


def test_a_cap_in_money_needs_a_price():
    with pytest.raises(UsageError, match="--prices"):
        OpenAIProposer(model="my-own", max_cost=1.0)


def test_cached_tokens_cost_less(prices):
    price = price_of("x", prices)
    assert price.of(Usage(1000, 50)) == pytest.approx(0.15)
    assert price.of(Usage(1000, 50, cached=1000)) == pytest.approx(0.06)
    assert price.as_of == "2001-01"


def test_the_shipped_table_is_sound():
    import tomllib

    models = tomllib.loads(SHIPPED.read_text())["models"]
    assert "gpt-5" in models
    for model in models:
        price = price_of(model)
        assert 0 <= price.cached <= price.input < price.output
    assert price_of("gpt-5-2025-08-07") == price_of("gpt-5")
    assert price_of("gpt-5", hosted=True).request > 0
    assert price_of("no-such-model") is None


@pytest.mark.parametrize(
    "text", ["[models", "models = 3", "[models]\nx = 3", "[models]\nx = {input = 1}",
             "[models]\nx = {input = -1, output = 2}"]
)  # fmt: skip
def test_a_bad_table_is_a_usage_error(tmp_path, text):
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"prices\.toml"):
        price_of("x", path)


def test_a_plan_sends_nothing_and_bounds_what_is_spent(api):
    with FixtureServer() as server:
        proposer = OpenAIProposer(model="gpt-5", api=api, base_url=server.url, max_output_tokens=100)
        plan = proposer.plan(TRAIN, 3)
        assert server.requests == []
        found = list(proposer.propose(TRAIN, 3))
    assert sum(proposal.usage["output_tokens"] for proposal in found) <= 3 * plan["max_output_tokens"]
    assert plan["prompt_tokens_estimate"] < plan["prompt_tokens_at_most"]
    assert 0 < plan["cost_typical"] < plan["cost_at_most"]
    assert any("estimate" in line for line in plan_lines(plan))
    unpriced = OpenAIProposer(model="mine", max_tokens_total=77).plan(TRAIN, 3)
    assert (unpriced["cost_at_most"], unpriced["tokens_at_most"]) == (None, 77)
    assert any("unknown" in line for line in plan_lines(unpriced))


def test_the_estimate_is_between_a_fifth_of_the_bytes_and_the_bytes():
    for text in (
        "def f(x):\n    return x.count('1') % 2\n" * 9,
        "0110" * 50 + " -> 1\n",
        "plain English words " * 20,
    ):
        assert len(text) / 6 < estimated_tokens(text) < len(text)
