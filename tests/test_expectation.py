"""The language of expectations must be able to say no."""

from __future__ import annotations

from dataclasses import dataclass, field

import expectation
import pytest


@dataclass
class Seen:
    rows: int = 4
    correct: int = 0
    wrong: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    exceptions: dict[str, int] = field(default_factory=dict)
    rejected: str | None = None
    stage: str | None = None
    pure: bool | None = True


RIGHT = Seen(correct=4)
HALF = Seen(correct=2, wrong=2)
RAISED = Seen(correct=1, faults={"exception": 3}, exceptions={"KeyError": 3})
IMPURE = Seen(correct=4, pure=False)
REJECTED = Seen(rows=4, rejected="ImportError: no numpy", stage="load", pure=None)


@pytest.mark.parametrize(
    ("line", "verdict", "holds"),
    [
        ("# expect: correct=all", RIGHT, True),
        ("# expect: correct=all", HALF, False),
        ("# expect: correct=all", REJECTED, False),
        ("# expect: correct=all", IMPURE, False),
        ("# expect: impure", IMPURE, True),
        ("# expect: impure", RIGHT, False),
        ("// expect: correct=some wrong=2", HALF, True),
        ("// expect: correct=some wrong=1", HALF, False),
        ("// expect: correct=some", RIGHT, False),
        (";; expect: wrong=none", RIGHT, True),
        (";; expect: wrong=none", HALF, False),
        ("# expect: exception=3 raises:KeyError", RAISED, True),
        ("# expect: exception=3 raises:ValueError", RAISED, False),
        ("# expect: any_fault=some", RAISED, True),
        ("# expect: any_fault=all", RAISED, False),
        ("# expect: rejected:load ImportError", REJECTED, True),
        ("# expect: rejected:load SyntaxError", REJECTED, False),
        ("# expect: rejected:compile", REJECTED, False),
        ("# expect: rejected:load", RIGHT, False),
        ("# expect: correct=all | wrong=2", HALF, True),
        ("# expect: correct=all | wrong=3", HALF, False),
        ("# expect: any", REJECTED, True),
    ],
)
def test_a_verdict_is_compared_with_the_line(line: str, verdict: Seen, holds: bool) -> None:
    complaint = expectation.read(line.encode()).check(verdict)
    assert (complaint is None) is holds, complaint


@pytest.mark.parametrize(
    "line",
    ["", "def f(x):", "# expected: correct=all", "# expect: right=all", "# expect: correct=most",
     "# expect: rejected:link", "# expect: correct=all |"],
)  # fmt: skip
def test_a_line_that_says_nothing_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match=r"expectation|stage|empty"):
        expectation.read(line.encode())
