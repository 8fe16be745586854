"""`EnumerationProposer`, `CombinedProposer`, `learn` with them: who sees what, records, accounts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import llmerm
import pytest
from canned_search import FIRST, PARITY, can
from fixture_server import FixtureServer
from llmerm.enumeration import CombinedProposer, EnumerationProposer, Found, load, search
from llmerm.errors import ProposerError, SearchInterrupted, UsageError
from llmerm.propose import OpenAIProposer, Proposal, RecordedProposals
from llmerm.propose.base import draws_of


@pytest.fixture(scope="module")
def data():
    return llmerm.task("parity_all", n=20).split(train=40, heldout=30, test=50, seed=3)


@pytest.fixture
def model(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    def of(server):
        return OpenAIProposer(model="m", base_url=server.url)

    return of


class Answers:
    """A proposer that has its proposals ready, and may then fail."""

    name = "answers"

    def __init__(self, *sources, then=None):
        self.sources, self.then, self.asked = sources, then, 0

    def propose(self, train, k, *, language="python", run=None):
        self.asked += 1
        for index, source in enumerate(self.sources[:k]):
            yield Proposal(index, "ok", source, language, "answers")
        if self.then is not None:
            raise self.then


def test_the_programs_are_proposals_with_their_code(data, monkeypatch):
    can(monkeypatch)
    first, second = EnumerationProposer().propose(data.train, 5)
    assert (first.index, first.status, first.language, first.origin) == (0, "ok", "python", "enumerate")
    assert first.source == PARITY[0]
    assert first.rationale == f"{PARITY[1]}, size 12 (9.8 bits), 0 of 40 training errors"
    assert (first.code_bits, first.code_size, first.cost) == (9.75, 12, None)
    assert (second.index, second.source, second.code_size) == (1, FIRST[0], 13)
    assert len(list(EnumerationProposer().propose(data.train, 1))) == 1


def test_only_training_rows_and_their_labels_are_read(data, monkeypatch):
    canned = can(monkeypatch)
    llmerm.learn(data, proposer="enumerate", k=2)
    (call,) = canned.calls
    assert call["packed"].data is data.train.packed().data
    assert call["labels"].tolist() == data.train.y.tolist()
    assert call["grammar"] == load("bits") and call["values"] == []
    assert call["settings"].k == 2


def test_class_labels_are_codes(monkeypatch):
    canned = can(monkeypatch)
    search(llmerm.Dataset(["01", "11", "00"], ["odd", "even", "even"]), k=1)
    assert canned.calls[0]["labels"].tolist() == [1, 0, 0]


def test_the_limits_reach_the_search(data, monkeypatch):
    canned = can(monkeypatch)
    settings = {"max_size": 9, "time_limit": None, "memory": 1 << 26, "threads": 3}
    list(EnumerationProposer(**settings).propose(data.train, 2))
    asked = canned.calls[0]["settings"]
    assert (asked.k, asked.max_size, asked.seconds, asked.memory, asked.threads) == (2, 9, 0.0, 1 << 26, 3)
    list(EnumerationProposer().propose(data.train, 2))
    asked = canned.calls[1]["settings"]
    assert (asked.max_size, asked.seconds, asked.threads) == (0, 60.0, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"max_size": 0}, {"time_limit": 0}, {"time_limit": float("inf")}, {"memory": 1000}, {"threads": 0}],
)
def test_limits_that_make_no_sense(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        EnumerationProposer(**wrong)


def test_another_language_and_rows_without_labels(data):
    with pytest.raises(UsageError, match="not c; ask a model"):
        list(EnumerationProposer().propose(data.train, 1, language="c"))
    with pytest.raises(UsageError, match="no labels"):
        search(llmerm.Dataset(["01", "10"]))
    with pytest.raises(UsageError, match="at least one"):
        search(data.train[:0])
    with pytest.raises(UsageError, match="k counts"):
        search(data.train, k=0)


def test_the_identity_is_of_the_content(data, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('extends = "bits"\n')

    def identity(**settings):
        return EnumerationProposer(**settings).identity(data.train)

    assert identity(grammar=path)["grammar"]["sha256"] == identity()["grammar"]["sha256"]
    assert identity(threads=2) == identity()
    path.write_text('extends = "bits"\n[rules]\nxor = 9\n')
    different = [identity(), identity(grammar=path), identity(max_size=5), identity(time_limit=9.0)]
    assert all(one not in different[:i] for i, one in enumerate(different))


def test_learn_tells_what_was_searched(data, monkeypatch):
    can(monkeypatch)
    result = llmerm.learn(data, k=2)
    assert result.best.index == 0 and result.test.risk == 0
    assert result.config["proposer"]["name"] == "enumerate"
    assert result.search["exact"] == {"index": 0, "size": 12}
    assert (result.search["size"], result.search["programs"]) == (12, 8190)
    assert "seconds" not in json.dumps(result.to_json()["search"])
    assert result.bound().code.size == 12


def test_what_fits_the_training_rows_alone_is_not_found(data, monkeypatch):
    can(monkeypatch, programs=[FIRST])  # the search says that it fits all rows; the verifier finds otherwise
    result = llmerm.learn(data, k=2)
    assert result.search["exact"] is None and result.best is not None


def test_without_a_program(data, monkeypatch):
    can(monkeypatch, programs=[], ended="time")
    result = llmerm.learn(data, k=2)
    assert result.best is None and result.search["best_errors"] is None
    assert (result.search["size"], result.search["ended"]) == (11, "time")


def test_a_search_that_is_interrupted_says_what_it_has(data, monkeypatch):
    can(monkeypatch, ended="interrupted", errors=2)
    with pytest.raises(SearchInterrupted) as stopped:
        search(data.train, k=2)
    assert isinstance(stopped.value, KeyboardInterrupt)
    assert [one.errors for one in stopped.value.found.programs] == [2, 32]
    assert stopped.value.found.complete_size == 11


def test_found_is_written_and_read_back(data, monkeypatch):
    can(monkeypatch)
    found = search(data.train, k=2)
    again = Found.from_json(json.loads(json.dumps(found.to_json())))
    assert again == found and again.levels[3].seconds == found.levels[3].seconds
    assert replace(found, seconds=7.0, memory=9) == found != replace(found, distinct=1)


def test_a_run_resumes_without_enumerating(data, monkeypatch, tmp_path):
    canned = can(monkeypatch)
    documents = [llmerm.learn(data, k=k, run=tmp_path / f"run{k}").to_json() for k in (2, 4, 2, 4)]
    assert len(canned.calls) == 2  # k = 4 of which two exist asks the record; k = 2 has all of its proposals
    assert documents[0] == documents[2] and documents[1] == documents[3]
    assert (tmp_path / "run2/draws/enumeration.json").exists()
    with pytest.raises(UsageError, match="holds another run"):
        llmerm.learn(data, proposer=EnumerationProposer(max_size=3), k=2, run=tmp_path / "run2")


def test_an_interrupted_search_leaves_no_record(data, monkeypatch, tmp_path):
    can(monkeypatch, ended="interrupted")
    with pytest.raises(KeyboardInterrupt):
        llmerm.learn(data, k=2, run=tmp_path / "run")
    assert not (tmp_path / "run/draws/enumeration.json").exists()
    can(monkeypatch)
    assert llmerm.learn(data, k=2, run=tmp_path / "run").best is not None


def test_a_damaged_record_is_named(data, monkeypatch, tmp_path):
    can(monkeypatch)
    llmerm.learn(data, k=4, run=tmp_path)
    (tmp_path / "draws/enumeration.json").write_text('{"found": 3}')
    with pytest.raises(UsageError, match=r"enumeration\.json is damaged"):
        llmerm.learn(data, k=4, run=tmp_path)


def test_an_unknown_name_and_one_that_needs_a_model(data):
    with pytest.raises(UsageError, match="CombinedProposer"):
        llmerm.learn(data, proposer="enumerate+llm")
    with pytest.raises(UsageError, match="no proposer is called 'gpt'"):
        llmerm.learn(data, proposer="gpt")


# --- both


def test_both_propose_and_the_enumerated_come_first(data, monkeypatch):
    can(monkeypatch, programs=[FIRST, PARITY])
    other = Answers("def f(x): return 0", PARITY[0])
    both = CombinedProposer(EnumerationProposer(), other)
    assert draws_of(both, 2) == 4 and draws_of(EnumerationProposer(), 2) == 2
    result = llmerm.learn(data, proposer=both, k=2)
    assert [(c.index, c.origin) for c in result.candidates] == [
        (0, "enumerate"),
        (1, "enumerate"),
        (2, "answers"),
        (3, "answers"),
    ]
    assert result.best.index == 1  # the same program as candidate 3, and earlier
    assert result.candidates[3].duplicate_of == 1
    assert result.search["exact"] == {"index": 1, "size": 13}


def test_an_exact_program_saves_the_model_under_stop_at_zero(data, monkeypatch):
    can(monkeypatch)
    other = Answers("def f(x): return 0")
    result = llmerm.learn(
        data, proposer=CombinedProposer(EnumerationProposer(), other), k=2, stop_at_zero=True
    )
    assert other.asked == 0 and result.best.index == 0
    assert result.k == 4  # all that were planned, of both


@pytest.mark.parametrize("before", [[], ["def f(x): return 0"]])
def test_a_model_that_fails_leaves_the_enumerated(data, monkeypatch, before):
    can(monkeypatch)
    other = Answers(*before, then=ProposerError("the server is on fire"))
    result = llmerm.learn(data, proposer=CombinedProposer(EnumerationProposer(), other), k=3)
    assert result.best.origin == "enumerate" and result.best.risk == 0
    failed = [c for c in result.candidates if c.status == "failed"]
    assert [c.index for c in failed] == list(range(3 + len(before), 6))
    assert all("on fire" in c.reason for c in failed)


def test_a_run_of_both_resumes_and_asks_only_what_failed(data, monkeypatch, tmp_path, model):
    canned = can(monkeypatch)
    with FixtureServer() as server:
        both = CombinedProposer(EnumerationProposer(), model(server))
        first = llmerm.learn(data, proposer=both, k=2, run=tmp_path)
        assert len(server.requests) == 2
        again = llmerm.learn(
            data, proposer=CombinedProposer(EnumerationProposer(), model(server)), k=2, run=tmp_path
        )
        assert len(server.requests) == 2 and len(canned.calls) == 1
    assert first.to_json() == again.to_json()
    assert {c.origin for c in first.candidates} == {"enumerate", "m"}
    config = first.config["proposer"]
    assert config["model"] == "m" and config["enumeration"]["grammar"]["name"] == "bits"
    assert "input" not in config["request"]


def test_draws_that_failed_are_asked_again(data, monkeypatch, tmp_path, model):
    can(monkeypatch)
    with FixtureServer(["401"] * 2) as server:
        both = CombinedProposer(EnumerationProposer(), model(server))
        result = llmerm.learn(data, proposer=both, k=2, run=tmp_path)
        assert [c.status for c in result.candidates] == ["scored", "scored", "failed", "failed"]
    with FixtureServer() as server:
        both = CombinedProposer(EnumerationProposer(), model(server))
        result = llmerm.learn(data, proposer=both, k=2, run=tmp_path)
    assert [c.status for c in result.candidates][2:] != ["failed", "failed"]


def test_both_with_recorded_proposals(data, monkeypatch):
    can(monkeypatch)
    path = Path(__file__).parent.parent / "examples/proposals/parity_all.proposals.jsonl"
    both = CombinedProposer(EnumerationProposer(), RecordedProposals(path))
    result = llmerm.learn(data, proposer=both, k=3)
    assert len(result.candidates) == 5 and result.config["proposer"]["other"]["name"] == "recorded"
