"""What `make demo` runs: its counts are the recorded ones, and it says so when they are not."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

DEMO = Path(__file__).parent.parent / "examples" / "demo.py"


@pytest.fixture
def demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo", DEMO)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tasks_with_faulty_candidates(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three of the six tasks, 15 candidates, on all of their rows (the others are `make demo`'s)."""
    monkeypatch.setattr(sys, "argv", ["demo.py", "pattern_alternating", "palindrome", "dyck2"])
    demo.main()
    out = capsys.readouterr().out
    assert "all 15 candidates have exactly the recorded counts" in out
    assert out.count("error <= 0.0450 with probability 0.95") == 3
    enumerated = out.partition("without a model")[2].splitlines()
    lines = [line for line in enumerated if line.startswith(("pattern", "palindrome", "dyck2"))]
    assert len(lines) == 3 and all("100.00 %  100.00 %" in line for line in lines)
    assert "x == x[::-1]" in out and "97.91 %" in out and "99.93 %" in out and "98.49 %" in out


def test_a_count_that_differs_is_an_error(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(demo.EXPECTED, "parity_all", [(100, 10_000)] * 4 + [(100, 9_999)])
    monkeypatch.setattr(sys, "argv", ["demo.py", "parity_all"])
    with pytest.raises(SystemExit, match="1 of 5 candidates differ"):
        demo.main()


def test_a_rule_that_enumeration_should_not_find_is_an_error(
    demo: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "FOUND", set())
    monkeypatch.setattr(sys, "argv", ["demo.py", "parity_all"])
    with pytest.raises(SystemExit, match="otherwise than it should on parity_all"):
        demo.main()


def test_an_unknown_task(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["demo.py", "tetris"])
    with pytest.raises(SystemExit, match="parity_all"):
        demo.main()
