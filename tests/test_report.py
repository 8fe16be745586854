"""Tables for a terminal: aligned, bounded, and deaf to what a candidate would like to print."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from llmerm.certificate import Code
from llmerm.dataset import Dataset, Split
from llmerm.parity_bounds import erm_parity_rows
from llmerm.pipeline import learn
from llmerm.propose import Proposal
from llmerm.report import (
    _power_text,
    accuracy_text,
    faults_text,
    fuel_text,
    plain,
    printable,
    result_text,
    table,
)
from llmerm.result import Result
from llmerm.verification import FAULTS, Verdict


def verdict(exceptions: dict[str, int], correct: int = 0, fuel: int = 0, **faults: int) -> Verdict:
    counts = dict.fromkeys(FAULTS, 0) | faults
    rows = correct + sum(counts.values())
    return Verdict(rows, correct, 0, counts, exceptions, "cpython", fuel)


def test_faults_are_named_and_bounded() -> None:
    assert faults_text(verdict({}, correct=3)) == "0"
    assert faults_text(verdict({"KeyError": 2}, exception=2, trap=1)) == "exception 2 (KeyError 2), trap 1"
    many = {f"E{i}" + "x" * 1000: 1 for i in range(50)} | {"ValueError": 9}
    text = faults_text(verdict(many, exception=59))
    assert text.startswith("exception 59 (ValueError 9, E0x") and text.endswith("48 more types)")
    assert len(text) < 160


def test_numbers_carry_their_scale() -> None:
    assert accuracy_text(verdict({}, correct=9_993, trap=7)) == "99.93 %"
    assert [fuel_text(verdict({}, correct=2, fuel=f)) for f in (2, 13_000, 3_640_000, 4_000_000_000)] == [
        "1", "6.5k", "1.82M", "2G",
    ]  # fmt: skip
    assert fuel_text(None) == accuracy_text(None) == "-"


def test_a_strangers_text_is_escaped() -> None:
    assert printable("a\x1b[2J\n\ud800é") == "a\\x1b[2J\\n\\ud800é"
    assert plain("a\ud800é") == "a\\ud800é"
    assert "\x1b" not in table(("h",), [("\x1b[31m",)])


def test_numbers_of_any_size() -> None:
    shown = {0.0: "1", 1.5: "32", 1.995: "9.9e1", 2.0: "1.0e2", 6.99999: "1.0e7", 149.716: "5.2e149"}
    assert {log10: _power_text(log10) for log10 in shown} == shown
    assert _power_text(-3.0) == "0.001" and _power_text(None) == "-"


def test_columns_are_aligned() -> None:
    lines = table(("name", "n"), [("a", "5"), ("long one", "1,000")]).splitlines()
    assert lines == ["name          n", "a             5", "long one  1,000"]


PARITY = 'def f(x): return x.count("1") % 2'


def learnt(*proposals: Proposal, lengths: tuple[int, ...] = (12,), delta: float = 0.05) -> Result:
    """What `learn` makes of these on rows of bits, labelled with their parity."""

    class Listed:
        name = "listed"

        def propose(self, *asked: Any, **settings: Any) -> Iterator[Proposal]:
            return iter(proposals)

    def rows(start: int, count: int) -> Dataset:
        values = (
            (value * 37 % 2**12, lengths[value % len(lengths)]) for value in range(start, start + count)
        )
        texts = [f"{value:012b}"[:length] for value, length in values]
        return Dataset(texts, [text.count("1") % 2 for text in texts], "text")

    split = Split(rows(0, 400), rows(1000, 50), None, {"task": "parity"})
    return learn(split, proposer=Listed(), k=len(proposals), delta=delta)


def proposal(index: int, source: str = PARITY, size: int | None = 9, bits: float | None = 6.5) -> Proposal:
    return Proposal(index, "ok", source, "python", "listed", code_size=size, code_bits=bits)


def test_an_enumerated_program_has_theory_beside_it() -> None:
    result = learnt(proposal(0))
    lines = result_text(result).splitlines()
    (said,) = [line for line in lines if line.startswith("its size says")]
    nats = 6.5 * math.log(2) + math.log(2 * 81 / 0.05)
    assert f"error <= {nats / 400:.4f} (Occam: size 9, 6.5 bits, 400 training rows)" in said
    assert said.endswith(
        f"asks for {math.ceil(100 * nats):,} rows for 1 %, {math.ceil(20 * nats):,} rows for 5 %"
    )
    (parity,) = [line for line in lines if line.startswith("k-parity, n = 12")]
    # C(12, 3) = 220, C(12, 6) = 924, C(12, 10) = 66, and a tolerance of 1/20
    assert "k = 3, 6, 10: SGD with b-bit gradients about 15, 30, 8.1 rows / 2^b" in parity
    assert parity.endswith("statistical queries to 0.05 at least -, 1.3, -")
    document = result.to_json()
    assert document["bound"]["code"] == {"size": 9, "bits": 6.5}
    assert document["bound"]["occam_rows"] == {"0.01": math.ceil(100 * nats), "0.05": math.ceil(20 * nats)}
    assert [one["k"] for one in document["parity_bounds"]] == [3, 6, 10]
    assert document["parity_bounds"][0]["log10_sgd_examples"] == pytest.approx(math.log10(220) / 2)
    assert document["parity_bounds"][0]["log10_sq_queries"] is None
    assert json.dumps(document, allow_nan=False)


def test_it_is_quiet_about_other_programs_and_rows() -> None:
    plain = result_text(learnt(proposal(0, size=None, bits=None)))
    assert "its length says" in plain and "its size says" not in plain and "k-parity" not in plain
    ragged = result_text(learnt(proposal(0), lengths=(12, 10)))
    assert "its size says" in ragged and "k-parity" not in ragged
    none = learnt(proposal(0, "no program")).to_json()
    assert none["bound"] is None and none["parity_bounds"] == []


def test_errors_and_long_codes_promise_nothing() -> None:
    wrong = result_text(learnt(proposal(0, "def f(x): return int(x[0])")))
    assert "its size says    error <= 0." in wrong and "asks for" not in wrong
    long = result_text(learnt(proposal(0, bits=4000.0)))
    assert "its size says    nothing (Occam: size 9, 4000.0 bits" in long and "asks for" in long


def test_the_same_program_from_elsewhere_first_has_the_code_too() -> None:
    """A model wrote it, and the enumeration found it: one program, which stands in the code."""
    result = learnt(proposal(0, size=None, bits=None), proposal(1), proposal(2, size=30, bits=22.0))
    assert result.best is not None and result.best.index == 0 and result.k == 1
    assert result.bound().code == Code(9, 6.5)
    other = learnt(proposal(0, size=None, bits=None), proposal(1, "def f(x): return 0"))
    assert other.bound().code is None


def test_delta_is_the_bounds_own() -> None:
    result = learnt(proposal(0), delta=0.2)
    assert result.bound().occam_size < result.bound(0.01).occam_size
    assert result.parity_bounds()[0].erm_rows["0.01"] == erm_parity_rows(12, 3, 0.01, 0.2)
    assert result.parity_bounds(0.01)[0].erm_rows["0.01"] == erm_parity_rows(12, 3, 0.01, 0.01)
