"""A stand-in for the search in Rust that answers what it is told, for tests of everything around it."""

from __future__ import annotations

from typing import Any

import pytest

PARITY = ("def f(x):\n    return int(x.count('1') % 2 == 1)\n", 'remainder(2, 1, count(match("1", x)))')
FIRST = ("def f(x):\n    return int(x[0] == '1')\n", 'symbol(0, "1")')


ASKED = ("packed", "labels", "grammar", "values", "settings", "progress")


class CannedSearch:
    """Answers every search with the same programs, and keeps what it was asked."""

    def __init__(
        self, programs: list[tuple[str, str]] | None = None, *, errors: int = 0, ended: str = "found"
    ) -> None:
        self.programs = [PARITY, FIRST] if programs is None else programs
        self.errors, self.ended = errors, ended
        self.interrupted = ended == "interrupted"
        self.calls: list[dict[str, Any]] = []

    def __call__(self, *asked: Any) -> tuple[dict[str, Any], bool]:
        call = dict(zip(ASKED, asked, strict=True))
        self.calls.append(call)
        settings, progress = call["settings"], call["progress"]
        sizes = [(2**size, 2**size // (size + 1), 0.01 * 2**size) for size in range(1, 13)]
        seen = 0
        for size, (programs, distinct, seconds) in enumerate(sizes, 1):
            seen += programs
            if progress is not None:
                progress(
                    {"size": size, "programs": seen, "distinct": distinct, "errors": -1, "full_at": 0}
                    | {"seconds": seconds}
                )
        document = {
            "programs": [
                {
                    "source": source,
                    "expression": expression,
                    "size": 12 + index,
                    "errors": self.errors + 30 * index if self.errors else 0,
                    "bits": 9.75 + index,
                }
                for index, (source, expression) in enumerate(self.programs[: settings.k])
            ],
            "levels": [
                {
                    "size": size,
                    "programs": programs,
                    "distinct": distinct,
                    "types": {"seq": 0, "flags": 0, "int": 0, "bool": distinct},
                    "seconds": seconds,
                    "stored": True,
                    "full": False,
                    "complete": size < 12 or self.ended in {"found", "max_size"},
                }
                for size, (programs, distinct, seconds) in enumerate(sizes, 1)
            ],
            "ended": self.ended,
            "full_at": 0,
            "programs_seen": seen,
            "distinct": sum(distinct for _, distinct, _ in sizes),
            "memory": 1_000_000,
            "seconds": sizes[-1][2],
            "log2_counts": [-1.0, *[size - 0.5 for size in range(1, 13)]],
            "result_type": "bool",
        }
        return document, self.interrupted


def can(monkeypatch: pytest.MonkeyPatch, **answer: Any) -> CannedSearch:
    """Put a canned search in the place of the search."""
    from llmerm import _verifier

    search = CannedSearch(**answer)
    monkeypatch.setattr(_verifier, "enumerate_programs", search, raising=False)
    return search
