"""Tables for a terminal: aligned, bounded, and deaf to what a candidate would like to print."""

from __future__ import annotations

from llmerm.report import accuracy_text, faults_text, fuel_text, plain, printable, table
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


def test_columns_are_aligned() -> None:
    lines = table(("name", "n"), [("a", "5"), ("long one", "1,000")]).splitlines()
    assert lines == ["name          n", "a             5", "long one  1,000"]
