"""The table of semantics: every file below tests/semantics is a construct; the answers are plain CPython's.

A file says which rows it gets, and what is expected of the fast tier beside the right answers:

    # inputs: [...]        the rows, a Python literal
    # tier: declined       the fast tier declines it; "fast", the default: it compiles; "any": either
    # deopt                rows may be run again in CPython
    # python: 3.12         the first version whose answers count; an older one under this test is not asked
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fast_oracle
import pytest

FOLDER = Path(__file__).with_name("semantics")
FILES = sorted(FOLDER.rglob("*.py"))
NAMES = [path.relative_to(FOLDER).as_posix().removesuffix(".py") for path in FILES]
_HEAD = re.compile(r"^# (inputs|tier|deopt|python)(?:: (.+))?$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    source: str
    rows: list[Any]
    tier: str
    deopt: bool
    python: tuple[int, ...]

    @property
    def input_type(self) -> str:
        if isinstance(self.rows[0], str):
            return "text"
        if isinstance(self.rows[0], dict):
            return "record"
        return "floats" if any(isinstance(v, float) for row in self.rows for v in row) else "ints"


def case(path: Path) -> Case:
    source = path.read_text(encoding="utf-8")
    head = dict(_HEAD.findall(source))
    python = tuple(map(int, head.get("python", "3").split(".")))
    return Case(source, ast.literal_eval(head["inputs"]), head.get("tier", "fast"), "deopt" in head, python)


def expected(case: Case) -> list[fast_oracle.Answer]:
    if sys.version_info < case.python:
        return fast_oracle.run(case.source, case.rows, "cpython", case.input_type).answers
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return fast_oracle.expected(case.source, case.rows)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_fast_tier_answers_as_cpython(path: Path) -> None:
    this = case(path)
    run = fast_oracle.run(this.source, this.rows, "fast", this.input_type)
    if this.tier == "fast":
        assert run.rejected is None
    if this.tier == "declined":
        assert run.rejected is not None, "compiled after all: the file's `# tier` is out of date"
    if run.rejected is not None:
        run = fast_oracle.run(this.source, this.rows, "auto", this.input_type)
    wanted = expected(this)
    differences = [
        f"{row!r}: expected {want!r}, got {got!r}"
        for row, want, got in zip(this.rows, wanted, run.answers, strict=True)
        if want != got
    ]
    assert not differences, "\n".join([this.source, *differences])
    assert run.deopts == 0 or this.deopt or this.tier != "fast", f"{run.deopts} rows ran again in CPython"


def test_the_table_is_complete_and_read_as_meant() -> None:
    assert len(FILES) > 400
    for path in FILES:
        this = case(path)
        assert this.rows and this.tier in ("fast", "declined", "any"), path
        assert "def f(" in this.source or path.parent.name == "functions", path


def test_most_of_the_table_is_compiled() -> None:
    tiers = [case(path).tier for path in FILES]
    assert tiers.count("fast") > 0.9 * len(tiers)
