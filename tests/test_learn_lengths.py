"""`learn` with test rows of other lengths: counted last, for the selected program, and recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llmerm import verification
from llmerm.dataset import Dataset, Split
from llmerm.errors import UsageError
from llmerm.pipeline import learn
from llmerm.propose import Proposal
from llmerm.tasks import rows_by_n, task

PARITY = "def f(x): return x.count('1') % 2"
FIRST_TEN = "def f(x): return x[:10].count('1') % 2"  # right at n = 10, a coin toss beyond
RAISES = "def f(x): return {}[x]"


class Listed:
    """A proposer of given sources."""

    name = "listed"

    def __init__(self, *sources: str) -> None:
        self.sources = sources

    def propose(
        self, train: Any, k: int, *, language: str = "python", run: Path | None = None
    ) -> Iterator[Proposal]:
        for index, source in enumerate(self.sources[:k]):
            yield Proposal(index, "ok", source, language, f"list:{index}")


@pytest.fixture
def data() -> Split:
    return task("parity_all", 10).split(40, 60, 100)


@pytest.fixture
def longer() -> dict[int, Dataset]:
    return rows_by_n(task("parity_all", 10), [50, 20], 80)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """(programs, rows) of every run that is not a race."""
    found: list[tuple[int, int]] = []
    real = verification.count

    def count(programs: Any, rows: Dataset, *more: Any, **settings: Any) -> Any:
        found.append((len(programs), len(rows)))
        return real(programs, rows, *more, **settings)

    monkeypatch.setattr(verification, "count", count)
    return found


def test_the_selected_program_is_counted_at_every_length(
    data: Split, longer: dict[int, Dataset], calls: list[tuple[int, int]]
) -> None:
    result = learn(data, proposer=Listed(RAISES, FIRST_TEN), test_by_n=longer, exhaustive=True)
    assert result.test is not None and result.test.correct == 100
    assert list(result.test_by_n) == [20, 50]
    assert all(v.rows == 80 and 20 < v.correct < 60 for v in result.test_by_n.values())
    assert calls == [(2, 40), (2, 60), (1, 100), (1, 80), (1, 80)]  # those of one program, last
    document = json.loads(json.dumps(result.to_json()))
    assert document["test_by_n"]["20"]["correct"] == result.test_by_n[20].correct
    assert document["config"]["test_by_n"]["50"] == {"rows": 80, "sha256": longer[50].hash}
    right = learn(data, proposer=Listed(PARITY), test_by_n=longer)
    assert [verdict.correct for verdict in right.test_by_n.values()] == [80, 80]


def test_other_lengths_choose_nothing(data: Split, longer: dict[int, Dataset]) -> None:
    """The shorter program is right at n = 10 only; that the other is right everywhere must not matter."""
    everywhere = "def f(x):\n    ones = x.count('1') + 0 + 0 + 0\n    return ones % 2"
    result = learn(data, proposer=Listed(everywhere, FIRST_TEN), test_by_n=longer)
    assert result.best is not None and result.best.source == FIRST_TEN


def test_without_other_lengths_nothing_is_said_of_them(data: Split) -> None:
    result = learn(data, proposer=Listed(PARITY))
    assert result.test_by_n == {} == result.to_json()["test_by_n"] and "test_by_n" not in result.config


def test_nothing_selected_nothing_counted(data: Split, longer: dict[int, Dataset]) -> None:
    assert learn(data, proposer=Listed("def f(x) return"), test_by_n=longer).test_by_n == {}


def test_a_finished_run_is_not_counted_again(
    data: Split, longer: dict[int, Dataset], tmp_path: Path, calls: list[tuple[int, int]]
) -> None:
    first = learn(data, proposer=Listed(FIRST_TEN), k=1, test_by_n=longer, run=tmp_path)
    assert len(list((tmp_path / "verdicts").glob("*.test-20.json"))) == 1
    calls.clear()
    again = learn(data, proposer=Listed(), k=1, test_by_n=longer, run=tmp_path)
    assert calls == [] and again.to_json() == first.to_json()
    with pytest.raises(UsageError, match="test_by_n is null, was"):
        learn(data, proposer=Listed(), k=1, run=tmp_path)
    with pytest.raises(UsageError, match="test_by_n is"):
        learn(data, proposer=Listed(), k=1, run=tmp_path, test_by_n={20: longer[20]})


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (Dataset(["01"], None, "text"), r"test \(n = 2\) rows have no labels"),
        (Dataset([], [], "text"), r"needs test \(n = 2\) rows"),
        (Dataset([[0, 1]], [1], "ints"), "share their input type"),
        (Dataset(["01"], ["odd"], "text"), "share their input type and classes"),
    ],
)
def test_rows_that_do_not_go_together(data: Split, rows: Dataset, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        learn(data, proposer=Listed(PARITY), test_by_n={2: rows})


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "p.py"
    path.write_text(FIRST_TEN)
    return path


def test_on_the_command_line(cli, program: Path) -> None:
    """1024 rows of 10 bits leave 824 to test on; there are 10,000 of 20 bits."""
    arguments = ("learn", "parity_all", "-n", 10, "--test-n", "20,10", "--files", program)
    code, out, err = cli(*arguments, "--json")
    document = json.loads(out)
    assert (code, err) == (0, "") and list(document["test_by_n"]) == ["20"]
    assert document["test"]["correct"] == 824  # its own length needs no second set
    assert document["test_by_n"]["20"]["rows"] == 10_000 and document["test_by_n"]["20"]["correct"] < 6_000
    code, out, _ = cli(*arguments, "--test", 80)
    lines = [line.split() for line in out.splitlines() if line.startswith("test, n = ")]
    assert code == 0 and lines[0][3:6] == ["10", "80", "80"]
    assert lines[1][3:5] == ["20", "80"] and lines[1][5] != "80"


def test_the_support_of_the_first_length_decides(cli, tmp_path: Path) -> None:
    path = tmp_path / "support.py"
    path.write_text("def f(x): return (int(x[1]) + int(x[2]) + int(x[6])) % 2")
    code, out, _ = cli(
        "learn", "parity_random_3", "-n", 10, "--test", 100, "--test-n", "20,100", "--files", path, "--json"
    )
    document = json.loads(out)
    assert code == 0 and [v["correct"] for v in document["test_by_n"].values()] == [100, 100]


def test_the_length_that_is_learnt_from_is_tested_on_what_is_left_of_it(cli, program: Path) -> None:
    code, out, _ = cli(
        "learn", "parity_all", "-n", 10, "--test", 1000, "--test-n", "20", "--files", program, "--json"
    )
    document = json.loads(out)
    assert code == 0 and document["test"]["rows"] == 824 and document["test_by_n"]["20"]["rows"] == 1000


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--test-n", "20,x"), 2, "'x' is no count"),
        (("--test-n", "20,20"), 2, "a number twice"),
        (("--test-n", ""), 2, "'' is no count"),
        (("--test-n", "-20"), 2, "is no count"),
        (("--test-n", "²"), 2, "is no count"),
        (("--test-n", "9" * 5000), 2, "is no count"),
        (("--test-n", "1"), 3, "parity_all has no n = 1"),
        (("--test-n", "20", "--test", 0), 2, "--test 0 asks for no test rows"),
        (("--test-n", "8", "--test", 400), 3, "at n = 8 has only 128 distinct rows"),
    ],
)
def test_lengths_that_cannot_be_tested(
    cli, program: Path, options: tuple[object, ...], code: int, said: str
) -> None:
    got, out, err = cli("learn", "parity_all", "-n", 10, "--files", program, *options)
    assert (got, out) == (code, "") and said in err and "Traceback" not in err


def test_a_file_has_no_other_lengths(cli, program: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("01 -> 1\n11 -> 0\n")
    code, _, err = cli("learn", "--data", tmp_path / "rows.txt", "--test-n", "20", "--files", program)
    assert code == 2 and "--test-n is for a task" in err
