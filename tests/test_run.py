"""The run directory: whole files, the same run or a clear refusal, one user at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from llmerm.dataset import Dataset
from llmerm.errors import UsageError
from llmerm.propose import FileProposals, OpenAIProposer, Proposal, RecordedProposals
from llmerm.run import RunDirectory, identity, write_json
from llmerm.verification import Verdict

CONFIG = {"k": 5, "spec_hash": "abc", "limits": {"fuel": 1}}
VERDICT = Verdict(
    rows=3, correct=1, wrong=1, faults={"exception": 1}, exceptions={"KeyError": 1},
    tier="cpython", fuel=17, rejected=None, stage=None, pure=True, cancelled=False,
)  # fmt: skip


def test_proposals_come_back_as_they_were(tmp_path: Path) -> None:
    proposals = [
        Proposal(0, "ok", "def f(x): return 'é'", "python", "a", "why", None, {"input_tokens": 3}, 0.25),
        Proposal(1, "ok", b"\0asm\xff", "wasm", "b"),
        Proposal(2, "refused", None, "python", "c", detail="no"),
    ]
    with RunDirectory(tmp_path / "run", CONFIG) as run:
        for proposal in proposals:
            run.save_proposal(proposal)
    with RunDirectory(tmp_path / "run", CONFIG) as run:
        assert run.proposals() == {p.index: p for p in proposals}


def test_a_failed_draw_is_recorded_but_may_be_tried_again(tmp_path: Path) -> None:
    with RunDirectory(tmp_path, CONFIG) as run:
        run.save_proposal(Proposal(0, "failed", None, "python", "a", detail="503"))
        assert run.proposals() == {}
    assert json.loads((tmp_path / "proposals" / "0000.json").read_text())["detail"] == "503"


def test_verdicts_come_back_and_cancelled_ones_are_not_kept(tmp_path: Path) -> None:
    with RunDirectory(tmp_path, CONFIG) as run:
        run.save_verdict("heldout", "h1", VERDICT)
        run.save_verdict("heldout", "h2", replace(VERDICT, cancelled=True))
        assert run.verdict("heldout", "h1") == VERDICT
        assert run.verdict("test", "h1") is None
        assert run.verdict("heldout", "h2") is None


def test_verdicts_of_another_version_are_counted_again(tmp_path: Path) -> None:
    with RunDirectory(tmp_path, CONFIG) as run:
        run.save_verdict("heldout", "h1", VERDICT)
        path = tmp_path / "verdicts" / "h1.heldout.json"
        path.write_text(path.read_text().replace('"llmerm": "', '"llmerm": "0.0.'))
        assert run.verdict("heldout", "h1") is None


def test_another_run_says_what_differs(tmp_path: Path) -> None:
    RunDirectory(tmp_path, CONFIG).__exit__(None, None, None)
    with pytest.raises(UsageError, match=r"k is 7, was 5.*new folder") as caught:
        RunDirectory(tmp_path, {**CONFIG, "k": 7})
    assert "spec_hash" not in str(caught.value)
    RunDirectory(tmp_path, CONFIG).__exit__(None, None, None)  # and the refusal left no lock behind


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(UsageError, match="something else"):
        RunDirectory(tmp_path, CONFIG)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(UsageError, match="not a folder"):
        RunDirectory(tmp_path / "thesis.tex", CONFIG)


def test_one_user_at_a_time(tmp_path: Path) -> None:
    with RunDirectory(tmp_path, CONFIG), pytest.raises(UsageError, match="in use"):
        RunDirectory(tmp_path, CONFIG)
    with RunDirectory(tmp_path, CONFIG):
        pass


def test_a_run_killed_before_its_config_was_whole_can_start_again(tmp_path: Path) -> None:
    """What a kill between making the folders and writing the config leaves behind."""
    (tmp_path / "proposals").mkdir()
    (tmp_path / "verdicts").mkdir()
    (tmp_path / "lock").touch()
    (tmp_path / ".config.json.x1").write_text('{"conf')
    with RunDirectory(tmp_path, CONFIG) as run:
        assert run.proposals() == {}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    with RunDirectory(tmp_path, CONFIG) as run:
        (tmp_path / "proposals" / "0000.json").write_text('{"index": 0')
        with pytest.raises(UsageError, match=r"0000\.json is damaged"):
            run.proposals()


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"a": 1})
    with pytest.raises(ValueError):
        write_json(path, {"a": float("nan")})
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert json.loads(path.read_text()) == {"a": 1} and len(list(tmp_path.iterdir())) == 1


def test_proposers_are_known_by_what_decides_their_proposals(tmp_path: Path) -> None:
    train = Dataset(["01", "10"], [0, 1], "text")
    lines, program = tmp_path / "a.jsonl", tmp_path / "b.py"

    def identities(source: str, temperature: float) -> list[str]:
        lines.write_text(json.dumps({"code": source}) + "\n")
        program.write_text(source)
        model = OpenAIProposer(model="m", api_key="sk-secret", temperature=temperature, in_flight=1)
        proposers = (RecordedProposals(lines), FileProposals(program), model)
        return [json.dumps(identity(proposer, train, "python")) for proposer in proposers]

    first, second = identities("def f(x): return 0", 0.5), identities("def f(x): return 1", 0.7)
    assert first == identities("def f(x): return 0", 0.5)
    assert all(a != b for a, b in zip(first, second, strict=True))
    assert '"temperature": 0.5' in first[2] and "sk-secret" not in first[2]


@pytest.mark.parametrize("text", ["[]", "{}", '{"config": 1}', "nonsense"])
def test_a_damaged_config_is_said_to_be(tmp_path: Path, text: str) -> None:
    with RunDirectory(tmp_path / "run", CONFIG):
        pass
    (tmp_path / "run" / "config.json").write_text(text)
    with pytest.raises(UsageError, match=r"config\.json is damaged"):
        RunDirectory(tmp_path / "run", CONFIG)


@pytest.mark.parametrize("text", ["[]", "{}", "nonsense"])
def test_damaged_proposals_and_verdicts_are_said_to_be(tmp_path: Path, text: str) -> None:
    with RunDirectory(tmp_path / "run", CONFIG) as run:
        (run.folder / "proposals" / "0000.json").write_text(text)
        (run.folder / "verdicts" / "ab.heldout.json").write_text(text)
        with pytest.raises(UsageError, match=r"0000\.json is damaged"):
            run.proposals()
        with pytest.raises(UsageError, match=r"ab\.heldout\.json is damaged"):
            run.verdict("heldout", "ab")
