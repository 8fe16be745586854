"""Verdicts that are kept: counted once, and never for anything else than what they were counted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import llmerm
import pytest
from llmerm import Dataset, Limits, verdict_cache, verification
from llmerm.errors import UsageError

ROWS = Dataset(["0110", "1000", "1111", "0000"], [0, 1, 0, 0])
ONES = "def f(x): return x.count('1') % 2"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many programs each verification had to run."""
    calls: list[int] = []
    real = verification.count

    def count(programs: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(len(programs))
        return real(programs, *args, **kwargs)

    monkeypatch.setattr(verification, "count", count)
    return calls


def test_a_verdict_is_counted_once(tmp_path: Path, counted: list[int]) -> None:
    def programs() -> list[Any]:
        return [llmerm.compile(source) for source in (ONES, "def f(x: return", "def f(x): return x[9]")]

    first = llmerm.verify(programs(), ROWS, cache=tmp_path)
    assert llmerm.verify(programs(), ROWS, cache=tmp_path) == first == llmerm.verify(programs(), ROWS)
    assert (
        llmerm.verify([*programs(), llmerm.compile("def f(x): return 1")], ROWS, cache=tmp_path)[:3] == first
    )
    assert counted == [3, 0, 3, 1]
    assert first[1].rejected and first[2].exceptions == {"IndexError": 4}


@pytest.mark.parametrize(
    "other",
    [
        {"rows": Dataset(ROWS.x, [0, 1, 0, 1])},
        {"rows": Dataset(ROWS.x[::-1], [0, 0, 1, 0])},
        {"limits": Limits(fuel_per_row=1_000_000)},
        {"isolation": "row"},
        {"audit_rows": 2},
        {"tier": "cpython"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_question_is_counted_anew(tmp_path: Path, counted: list[int], other: dict[str, Any]) -> None:
    llmerm.verify([llmerm.compile(ONES)], ROWS, cache=tmp_path)
    rows, tier = other.pop("rows", ROWS), other.pop("tier", "auto")
    program = llmerm.compile(ONES, tier=tier)
    assert llmerm.verify([program], rows, cache=tmp_path, **other) == llmerm.verify([program], rows, **other)
    assert counted == [1, 1, 1]


def test_a_damaged_file_is_counted_anew(tmp_path: Path, counted: list[int]) -> None:
    (verdict,) = llmerm.verify([llmerm.compile(ONES)], ROWS, cache=tmp_path)
    (path,) = tmp_path.glob("*/*.json")
    for damage in (b"", b"{}", b"[1]", path.read_bytes()[:-9]):
        path.write_bytes(damage)
        assert llmerm.verify([llmerm.compile(ONES)], ROWS, cache=tmp_path) == [verdict]
    assert counted == [1] * 5


def test_what_depends_on_time_is_not_kept(tmp_path: Path, counted: list[int]) -> None:
    endless = llmerm.compile("def f(x):\n    while True: pass")
    limits = Limits(wall_seconds=0.2, fuel_per_row=10**15, fuel_per_candidate=10**16)
    for _ in range(2):
        assert llmerm.verify([endless], ROWS, cache=tmp_path, limits=limits)[0].cancelled
        assert llmerm.verify([llmerm.compile(ONES)], ROWS, cache=tmp_path, certify="risk <= 0.5 at 0.6")
    assert counted == [1] * 4 and not list(tmp_path.glob("*/*"))


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(verdict_cache, "write_whole", full)
    assert llmerm.verify([llmerm.compile(ONES)], ROWS, cache=tmp_path)[0].correct == 4
    assert not list(tmp_path.glob("*/*.json"))


def test_rows_that_can_be_read_only_once_have_no_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only once"):
        llmerm.verify([llmerm.compile(ONES)], (rows for rows in [ROWS]), cache=tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="name another"):
        llmerm.verify([llmerm.compile(ONES)], ROWS, cache=tmp_path / "file")


def test_the_command_line_keeps_verdicts(cli: Any, tmp_path: Path, counted: list[int]) -> None:
    (tmp_path / "ones.py").write_text(ONES)
    (tmp_path / "rows.txt").write_text("0110 -> 0\n1000 -> 1\n")
    command = ("verify", tmp_path / "ones.py", "--data", tmp_path / "rows.txt", "--cache", tmp_path / "kept")
    assert cli(*command) == cli(*command)
    assert counted == [1, 0]
