"""`llmerm compile`: what is printed, what is written, the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import llmerm
import pytest

PARITY = "def f(x):\n    return x.count('1') % 2\n"
WAT = '(module (memory (export "memory") 1) (func (export "f") (param i32 i32) (result i64) (i64.const 7)))'


@pytest.fixture
def parity(tmp_path: Path) -> Path:
    path = tmp_path / "parity.py"
    path.write_text(PARITY)
    return path


def test_python_that_compiles(cli, parity: Path) -> None:
    assert cli("compile", parity, "--explain") == (0, "accepted\n", "")
    code, shown, _ = cli("compile", parity)
    assert code == 0 and "bytes of WebAssembly, python for text rows" in shown
    code, shown, _ = cli("compile", parity, "--json")
    document = json.loads(shown)
    assert code == 0 and document["accepted"] and document["line"] is None and document["module_bytes"] > 100
    for form, part in (("ir", "f("), ("wat", "(module")):
        code, shown, _ = cli("compile", parity, "--emit", form)
        assert code == 0 and part in shown


def test_the_module_written_is_a_candidate_of_its_own(cli, parity: Path, tmp_path: Path) -> None:
    out = tmp_path / "parity.wasm"
    assert cli("compile", parity, "--emit", "wasm", "-o", out)[0] == 0
    rows = llmerm.Dataset(["0110", "1", "", "10101"], [0, 1, 0, 1])
    [found] = llmerm.verify([llmerm.compile(out.read_bytes(), "wasm")], rows)
    assert (found.tier, found.correct) == ("compiled", 4)


def test_python_that_does_not(cli, tmp_path: Path) -> None:
    path = tmp_path / "declined.py"
    path.write_text("def g(x):\n    return 1\n\ndef f(x): return 1 +* 2\n")
    code, shown, _ = cli("compile", path, "--explain")
    assert code == 1 and shown.startswith(f"{path}:4: not compiled: ")
    code, shown, error = cli("compile", path, "--emit", "wasm")
    assert (code, shown) == (1, "") and "not compiled" in error
    code, shown, _ = cli("compile", path, "--json")
    assert code == 1 and json.loads(shown)["accepted"] is False and json.loads(shown)["line"] == 4


def test_other_languages(cli, tmp_path: Path) -> None:
    path, out = tmp_path / "seven.txt", tmp_path / "seven.wasm"
    path.write_text(WAT)
    assert cli("compile", path, "--language", "wat", "--emit", "wasm", "-o", out)[0] == 0
    assert out.read_bytes().startswith(b"\0asm")
    code, shown, _ = cli("compile", out, "--emit", "wat")
    assert code == 0 and "i64.const 7" in shown
    path.write_text("(module)")
    code, shown, _ = cli("compile", path, "--language", "wat", "--explain")
    assert code == 1 and "f" in shown


def test_what_cannot_be_asked_for(cli, parity: Path, tmp_path: Path) -> None:
    module = tmp_path / "seven.wat"
    module.write_text(WAT)
    for arguments, message in (
        ((module, "--emit", "ir"), "only Python"),
        ((parity, "--input-type", "words"), "input_type must be"),
        ((parity, "--json", "--emit", "wat"), "-o"),
        ((parity, "--emit", "wat", "-o", tmp_path / "no" / "where"), "cannot be written"),
    ):
        code, _, error = cli("compile", *arguments)
        assert code == 2 and message in error, arguments
