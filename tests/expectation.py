"""The first line of a candidate file: what is expected of it (tests/candidates/README.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

FAULTS = ("out_of_fuel", "out_of_memory", "trap", "exception", "bad_output")
COUNTED = ("correct", "wrong", "any_fault", *FAULTS)
STAGES = ("compile", "load")
_HEAD = re.compile(r"^\s*(?:#|//|;;)\s*expect:\s*(.+?)\s*$")


class Outcome(Protocol):
    """The fields of a verdict that an expectation looks at."""

    @property
    def rows(self) -> int: ...
    @property
    def correct(self) -> int: ...
    @property
    def wrong(self) -> int: ...
    @property
    def faults(self) -> dict[str, int]: ...
    @property
    def exceptions(self) -> dict[str, int]: ...
    @property
    def rejected(self) -> str | None: ...
    @property
    def stage(self) -> str | None: ...
    @property
    def pure(self) -> bool | None: ...


@dataclass(frozen=True)
class Expectation:
    """What the first line says; `check` compares a verdict with it."""

    text: str

    def check(self, verdict: Outcome) -> str | None:
        """Return what is wrong with the verdict, or None. One alternative that holds is enough."""
        complaints = []
        for alternative in self.text.split("|"):
            complaint = _check_terms(alternative.split(), verdict)
            if complaint is None:
                return None
            complaints.append(complaint)
        return "; and ".join(complaints)


def read(source: bytes) -> Expectation:
    """Read the expectation from a candidate's first line. Raises ValueError for a line that is none."""
    line = source.split(b"\n", 1)[0].decode("ascii")
    head = _HEAD.match(line)
    if head is None:
        raise ValueError(f"the first line is no expectation: {line!r}")
    for alternative in head[1].split("|"):
        _parse(alternative.split())
    return Expectation(head[1])


@dataclass
class _Terms:
    counts: dict[str, str]
    raises: list[str]
    purity: str | None = None
    stage: str | None = None
    reason: str = ""
    anything: bool = False


def _parse(words: list[str]) -> _Terms:
    terms = _Terms({}, [])
    if not words:
        raise ValueError("an alternative is empty")
    if words[0].startswith("rejected:"):
        terms.stage, terms.reason = words[0].removeprefix("rejected:"), " ".join(words[1:])
        if terms.stage not in STAGES:
            raise ValueError(f"no such stage: {terms.stage!r}")
        return terms
    for word in words:
        name, equals, amount = word.partition("=")
        if word in ("pure", "impure"):
            terms.purity = word
        elif word == "any":
            terms.anything = True
        elif word.startswith("raises:"):
            terms.raises.append(word.removeprefix("raises:"))
        elif equals and name in COUNTED and (amount in ("all", "some", "none") or amount.isdigit()):
            terms.counts[name] = amount
        else:
            raise ValueError(f"not a term of an expectation: {word!r}")
    return terms


def _check_terms(words: list[str], verdict: Outcome) -> str | None:
    terms = _parse(words)
    if terms.stage is not None:
        if verdict.rejected is None:
            return f"not rejected: {summary(verdict)}"
        if verdict.stage != terms.stage or terms.reason.lower() not in verdict.rejected.lower():
            return f"rejected at {verdict.stage} because {verdict.rejected!r}"
        return None
    if terms.anything:
        return None
    if verdict.rejected is not None:
        return f"rejected at {verdict.stage} because {verdict.rejected!r}"
    counts = {**verdict.faults, "correct": verdict.correct, "wrong": verdict.wrong}
    counts["any_fault"] = sum(verdict.faults.values())
    for name, amount in terms.counts.items():
        if not _amounts_to(counts.get(name, 0), amount, verdict.rows):
            return f"{name} is not {amount}: {summary(verdict)}"
    for name in terms.raises:
        if not verdict.exceptions.get(name):
            return f"no {name} was raised: {summary(verdict)}"
    # A program that says nothing about state must not be found to keep any.
    if (verdict.pure is False) != (terms.purity == "impure"):
        return f"pure is {verdict.pure}: {summary(verdict)}"
    return None


def _amounts_to(count: int, amount: str, rows: int) -> bool:
    match amount:
        case "all":
            return count == rows
        case "none":
            return count == 0
        case "some":
            return 0 < count < rows
    return count == int(amount)


def summary(verdict: Outcome) -> str:
    """One line of a verdict, for a failure's message."""
    return (
        f"rows={verdict.rows} correct={verdict.correct} wrong={verdict.wrong} faults={verdict.faults} "
        f"exceptions={verdict.exceptions} rejected={verdict.rejected!r} pure={verdict.pure}"
    )
