"""`learn`: who sees which rows, what is counted, and that a run goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llmerm import racing, verification
from llmerm.dataset import Dataset, Split
from llmerm.errors import NothingSelectedError, ProposerError, UsageError
from llmerm.pipeline import learn
from llmerm.propose import Proposal

PARITY = "def f(x): return x.count('1') % 2"
PARITY_LONG = "def f(x):\n    ones = x.count('1')\n    return ones % 2\n"
FIRST_BIT = "def f(x): return int(x[0])"
RAISES = "def f(x): return {}[x]"
BROKEN = "def f(x) return 1"
IMPURE = (
    "import itertools\nseen = itertools.count()\ndef f(x):\n"
    "    impure = next(seen)\n    return (x.count('1') + (impure > 40)) % 2\n"
)


def rows(start: int, count: int, bits: int = 12) -> Dataset:
    texts = [f"{value * 37 % 2**bits:0{bits}b}" for value in range(start, start + count)]
    return Dataset(texts, [text.count("1") % 2 for text in texts], "text")


@pytest.fixture
def data() -> Split:
    return Split(rows(0, 40), rows(100, 50), rows(1000, 200), {"task": "parity", "seed": 0})


class Listed:
    """A proposer of given sources (or Proposals), which notes what it was shown and asked."""

    name = "listed"

    def __init__(
        self, *sources: str | Proposal, order: list[int] | None = None, stop: int | None = None
    ) -> None:
        self.sources, self.order, self.stop = sources, order, stop
        self.seen: list[Any] = []
        self.asked: list[int] = []

    def propose(
        self, train: Any, k: int, *, language: str = "python", run: Path | None = None
    ) -> Iterator[Proposal]:
        self.seen.append(train)
        for count, index in enumerate(self.order or range(min(k, len(self.sources)))):
            if count == self.stop:
                raise KeyboardInterrupt
            self.asked.append(index)
            source = self.sources[index]
            yield (
                source
                if isinstance(source, Proposal)
                else Proposal(index, "ok", source, language, f"list:{index}")
            )


def test_the_best_program_is_learnt_and_reported(data: Split) -> None:
    result = learn(data, proposer=Listed(FIRST_BIT, PARITY_LONG, PARITY, RAISES, BROKEN))
    assert result.best is not None and result.test is not None
    assert (result.best.index, result.best.source, result.best.risk) == (2, PARITY, 0.0)
    assert result.best.language == "python"
    assert result.best.length == len("def f(x):\n    return x.count('1') % 2")  # of the normalised source
    assert result.best.origin == "list:2"
    assert [c.status for c in result.candidates] == ["scored"] * 4 + ["rejected"]
    assert result.candidates[3].verdict.faults["exception"] == 50
    assert result.candidates[3].verdict.exceptions == {"KeyError": 50} and result.candidates[3].risk == 1.0
    assert (result.test.rows, result.test.correct) == (200, 200)
    assert result.k == 4  # the one that does not compile could never have been selected
    sure = result.bound()
    assert (sure.k, sure.heldout.errors, sure.heldout.rows, sure.delta) == (4, 0, 50, 0.05)
    assert sure.upper == pytest.approx(1 - (0.05 / 4) ** (1 / 50))
    assert result.bound(delta=0.2).upper < sure.upper


def test_proposers_see_the_training_rows_and_nothing_else(data: Split) -> None:
    proposer = Listed(PARITY)
    learn(data, proposer=proposer)
    assert [train.hash for train in proposer.seen] == [data.train.hash]


def test_test_rows_are_counted_last_and_only_for_the_selected(
    data: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = watch(monkeypatch)
    learn(data, proposer=Listed(FIRST_BIT, PARITY, RAISES))
    assert calls == [(3, 40), (3, 50), (1, 200)]


def watch(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Record (programs, rows) of every run."""
    calls: list[tuple[int, int]] = []
    real = verification.count

    def count(programs: Any, rows: Dataset, *more: Any, **settings: Any) -> Any:
        calls.append((len(programs), len(rows)))
        return real(programs, rows, *more, **settings)

    monkeypatch.setattr(verification, "count", count)
    monkeypatch.setattr(racing, "count", count)
    return calls


def test_duplicates_are_scored_once_and_counted(data: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = watch(monkeypatch)
    result = learn(data, proposer=Listed(FIRST_BIT, PARITY, FIRST_BIT, PARITY + "\n"))
    assert [c.status for c in result.candidates] == ["scored", "scored", "duplicate", "duplicate"]
    assert [c.duplicate_of for c in result.candidates] == [None, None, 0, 1]
    assert result.candidates[2].risk == result.candidates[0].risk
    assert result.k == 2 and calls == [(2, 40), (2, 50), (1, 200)]


def test_an_impure_program_is_not_selected(data: Split) -> None:
    result = learn(data, proposer=Listed(IMPURE, FIRST_BIT), audit_rows=50)
    assert [c.status for c in result.candidates] == ["impure", "scored"]
    assert result.best is not None and result.best.index == 1
    assert result.k == 2  # that it is impure was seen on the held-out rows, so it counts


def test_nothing_to_select(data: Split) -> None:
    refused = Proposal(0, "refused", None, "python", "list:0", detail="I cannot")
    result = learn(data, proposer=Listed(refused, BROKEN))
    assert result.best is None and result.test is None
    assert [c.status for c in result.candidates] == ["refused", "rejected"]
    assert result.candidates[0].reason == "I cannot"
    with pytest.raises(NothingSelectedError):
        result.bound()
    with pytest.raises(NothingSelectedError):
        result.predict(data.train)
    document = json.loads(json.dumps(result.to_json()))
    assert document["best"] is None and document["bound"] is None and len(document["candidates"]) == 2


def test_no_proposal_at_all(data: Split) -> None:
    result = learn(data, proposer=Listed())
    assert result.best is None and result.candidates == ()


def test_predict_with_the_learnt_program(data: Split) -> None:
    result = learn(data, proposer=Listed(PARITY))
    predictions = result.predict(Dataset(["0000", "0111"], None, "text"))
    assert np.asarray(predictions.labels).tolist() == [0, 1] and not np.asarray(predictions.faults).any()


def test_class_names(data: Split) -> None:
    def named(part: Dataset | None) -> Dataset:
        assert part is not None and part.y is not None
        return Dataset(part.x, [("even", "odd")[label] for label in part.y], "text")

    split = Split(named(data.train), named(data.heldout), None, {})
    source = "def f(x): return 'odd' if x.count('1') % 2 else 'even'"
    result = learn(split, proposer=Listed(source))
    assert result.best is not None and result.best.risk == 0.0 and result.test is None
    assert result.classes == ("even", "odd") and result.baseline.name in {"even", "odd"}


def test_majority_class_of_the_training_rows() -> None:
    def labelled(labels: list[int], start: int) -> Dataset:
        return Dataset([f"{value:08b}" for value in range(start, start + len(labels))], labels, "text")

    split = Split(labelled([5, 7, 7], 0), labelled([5, 5, 5, 7], 10), labelled([7, 5], 20), {})
    plain = learn(split, proposer=Listed(FIRST_BIT)).baseline
    assert (plain.label, plain.name, plain.heldout_risk, plain.test_risk) == (7, "7", 0.75, 0.5)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]])
def test_the_order_of_arrival_changes_nothing(data: Split, order: list[int]) -> None:
    sources = ("def f(x): return x.count('1') & 1", PARITY_LONG, "def f(x): return x.count('1') & 1 ")
    result = learn(data, proposer=Listed(*sources, order=order))
    assert result.best is not None and result.best.index == 0
    assert [c.index for c in result.candidates] == [0, 1, 2]
    stopped = learn(data, proposer=Listed(*sources, order=order), stop_at_zero=True, k=3)
    assert [c.index for c in stopped.candidates] == [0]


def test_stopping_early_still_counts_all_that_were_planned(data: Split) -> None:
    proposer = Listed(FIRST_BIT, PARITY, RAISES, FIRST_BIT)
    result = learn(data, proposer=proposer, k=4, stop_at_zero=True)
    assert [c.index for c in result.candidates] == [0, 1] and proposer.asked == [0, 1]
    assert result.best is not None and result.best.index == 1 and result.k == 4


def test_two_runs_give_the_same_document(data: Split) -> None:
    documents = [
        json.dumps(
            learn(data, proposer=Listed(FIRST_BIT, PARITY, RAISES, BROKEN, IMPURE), threads=t).to_json()
        )
        for t in (1, 2)
    ]
    assert documents[0] == documents[1]


def test_a_run_goes_on_where_it_stopped(data: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyboardInterrupt):
        learn(data, proposer=Listed(FIRST_BIT, PARITY, RAISES, stop=2), k=3, run=tmp_path)
    assert len(list((tmp_path / "proposals").iterdir())) == 2
    # Another answer to a draw that was recorded is not looked at: that draw was paid for and stands.
    proposer = Listed(RAISES, RAISES, RAISES)
    result = learn(data, proposer=proposer, k=3, run=tmp_path)
    assert [c.source for c in result.candidates] == [FIRST_BIT, PARITY, RAISES]
    calls = watch(monkeypatch)
    silent = Listed()
    again = learn(data, proposer=silent, k=3, run=tmp_path)
    assert calls == [] and silent.seen == []
    assert again.to_json() == result.to_json()
    assert json.loads((tmp_path / "result.json").read_text()) == json.loads(json.dumps(result.to_json()))


def test_a_run_of_other_rows_is_refused(data: Split, tmp_path: Path) -> None:
    learn(data, proposer=Listed(PARITY), run=tmp_path)
    other = Split(data.train, rows(300, 50), data.test, data.spec)
    with pytest.raises(UsageError, match="rows is"):
        learn(other, proposer=Listed(PARITY), run=tmp_path)
    learn(data, proposer=Listed(PARITY), run=tmp_path, delta=0.01, threads=1)  # neither makes it another run


def test_a_recorded_run_is_the_same_as_an_unrecorded_one(data: Split, tmp_path: Path) -> None:
    sources = (FIRST_BIT, PARITY, BROKEN)
    recorded = learn(data, proposer=Listed(*sources), run=tmp_path / "run")
    assert recorded.to_json() == learn(data, proposer=Listed(*sources)).to_json()


def test_two_proposals_with_one_index_are_an_error_of_the_proposer(data: Split) -> None:
    with pytest.raises(ProposerError, match="index 0"):
        learn(data, proposer=Listed(PARITY, order=[0, 0]))


@pytest.mark.parametrize("settings", [{"k": 0}, {"delta": 0.0}, {"delta": 1.0}])
def test_settings_that_make_no_sense(data: Split, settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        learn(data, proposer=Listed(PARITY), **settings)


def test_rows_that_are_not_there(data: Split) -> None:
    with pytest.raises(UsageError, match="held-out"):
        learn(Split(data.train, None, None, {}), proposer=Listed(PARITY))
    unlabelled = Dataset(["01"], None, "text")
    with pytest.raises(UsageError, match="no labels"):
        learn(Split(data.train, unlabelled, None, {}), proposer=Listed(PARITY))


def test_rows_that_do_not_go_together(data: Split) -> None:
    """Class names are codes: with other classes in another set, one code would be two labels."""
    named = Dataset(["01", "10"], ["even", "odd"], "text")
    with pytest.raises(UsageError, match="classes"):
        learn(Split(data.train, named, None, {}), proposer=Listed(PARITY))
    numbers = Dataset([[0, 1], [1, 0]], [0, 1], "ints")
    with pytest.raises(UsageError, match="input type"):
        learn(Split(data.train, data.heldout, numbers, {}), proposer=Listed(PARITY))


def test_a_document_can_always_be_printed(data: Split) -> None:
    """A model's JSON may hold lone surrogates, anywhere; its code need not be text."""
    odd = Proposal(0, "ok", "def f(x): return len('\ud800') % 2", "python", "o\ud800", "r\ud800")
    raw = Proposal(1, "ok", b"def f(x): return '\xff'", "python", "raw")
    document = learn(data, proposer=Listed(odd, raw)).to_json()
    assert json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    first, second = document["candidates"]
    assert bytes.fromhex(first["source_hex"]).decode("utf-8", "surrogatepass") == odd.source
    assert first["source"] is None and bytes.fromhex(second["source_hex"]) == raw.source
    assert [c["status"] for c in document["candidates"]] == ["rejected", "rejected"]


NOT_ASCII = 300  # the first held-out row that a module cannot be given
MODULE = """(module (memory (export "memory") 1)
  (func (export "f") (param i32 i32) (result i64) (i64.const %d)))"""


def test_how_far_a_candidate_was_run_does_not_change_k() -> None:
    """A later row shows that two modules cannot be run: one of them was dropped before anybody saw that."""
    texts = [f"{i:06b}" for i in range(NOT_ASCII)] + ["\u00e9", *(f"{i:012b}" for i in range(NOT_ASCII))]
    heldout = Dataset(texts, [int(text[0] != "0") for text in texts], "text")
    split = Split(Dataset(["x", "y"], [0, 1], "text"), heldout, None, {})
    proposals = [
        Proposal(0, "ok", MODULE % 0, "wat", "a"),
        Proposal(1, "ok", MODULE % 9, "wat", "b"),
        Proposal(2, "ok", "def f(x): return int(x[0] != '0')", "python", "c"),
        Proposal(3, "ok", BROKEN, "python", "d"),
    ]
    raced = learn(split, proposer=Listed(*proposals))
    whole = learn(split, proposer=Listed(*proposals), exhaustive=True)
    assert [c.status for c in whole.candidates] == ["rejected", "rejected", "scored", "rejected"]
    assert [c.status for c in raced.candidates][1:] == ["dropped", "scored", "rejected"]
    assert raced.k == whole.k == 3 and raced.bound() == whole.bound()
    assert raced.best is not None and raced.best.index == 2


def test_what_the_training_rows_reject_is_not_run_on_others(
    data: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = watch(monkeypatch)
    result = learn(data, proposer=Listed(BROKEN, PARITY))
    assert calls == [(2, 40), (1, 50), (1, 200)]
    assert result.candidates[0].reason is not None and "SyntaxError" in result.candidates[0].reason


def test_a_raced_run_goes_on_as_if_it_had_not_been_killed(tmp_path: Path) -> None:
    """Verdicts of a race are of use together only: if some are lost, all programs race again."""
    split = Split(rows(0, 40), rows(100, 1000), None, {})
    sources = (FIRST_BIT, PARITY, RAISES, PARITY_LONG)
    first = learn(split, proposer=Listed(*sources), k=4, run=tmp_path)
    assert [c.status for c in first.candidates] == ["dropped", "scored", "dropped", "dropped"]
    recorded = {path: path.read_bytes() for path in (tmp_path / "verdicts").glob("*.heldout.json")}
    assert len(recorded) == 4
    assert learn(split, proposer=Listed(), k=4, run=tmp_path).to_json() == first.to_json()
    for path in recorded:
        path.unlink()
        assert learn(split, proposer=Listed(), k=4, run=tmp_path).to_json() == first.to_json()
        assert all(path.read_bytes() == text for path, text in recorded.items())


def test_a_draw_that_is_tried_again_races_with_those_that_are_recorded(tmp_path: Path) -> None:
    split = Split(rows(0, 40), rows(100, 1000), None, {})
    failed = Proposal(1, "failed", None, "python", "list:1")
    before = learn(split, proposer=Listed(FIRST_BIT, failed), k=2, run=tmp_path)
    assert before.best is not None and before.best.index == 0
    after = learn(split, proposer=Listed(FIRST_BIT, PARITY), k=2, run=tmp_path)
    assert [c.status for c in after.candidates] == ["dropped", "scored"]
    assert after.to_json() == learn(split, proposer=Listed(FIRST_BIT, PARITY), k=2).to_json()
