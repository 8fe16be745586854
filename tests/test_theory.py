"""examples/theory.py: the same figure always, its table stands in the docs, its sizes are those found."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import llmerm
import pytest
from llmerm.bounds import occam_size_consistent, size_code

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "theory.py"


@pytest.fixture(scope="module")
def theory() -> ModuleType:
    spec = importlib.util.spec_from_file_location("theory", EXAMPLE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drawn(folder: Path, name: str) -> tuple[bytes, list[str]]:
    pytest.importorskip("matplotlib")
    out = folder / "new" / name
    command = [sys.executable, str(EXAMPLE), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return out.read_bytes(), done.stdout.splitlines()


def test_the_figure_is_the_same_always_and_its_table_is_in_the_docs(tmp_path: Path) -> None:
    first, lines = drawn(tmp_path, "a.svg")
    second, same = drawn(tmp_path, "b.svg")
    assert first == second and lines == same
    assert first.startswith(b"<?xml") and b"<dc:date>" not in first
    docs = (ROOT / "docs" / "statistics.md").read_text()
    assert "(figures/theory.svg)" in docs
    assert len(lines) == 15
    assert "\n".join(lines) in docs  # else: make figures, and paste what it prints


@pytest.mark.parametrize("n", [8, 10])
def test_the_program_of_the_figure_is_the_one_that_enumeration_finds(theory: ModuleType, n: int) -> None:
    rows = [f"{value:0{n}b}" for value in range(0, 2**n, 3)]
    train = llmerm.Dataset(rows, [(int(row[1]) + int(row[4]) + int(row[6])) % 2 for row in rows])
    found = llmerm.enumeration.search(train, k=1, time_limit=None)
    assert found.exact is not None and found.exact.size == theory.parity_size(n, 3)
    log2_counts = theory.sizes_of(n, theory.parity_size(n, 3))
    assert found.exact.bits == pytest.approx(log2_counts[found.exact.size])
    asked = theory.asked(n, 3, log2_counts)
    code = size_code(found.exact.size, found.exact.bits)
    assert 10 ** asked["occam"] == pytest.approx(math.ceil(100 * code))
    assert occam_size_consistent(found.exact.size, found.exact.bits, len(rows)) == pytest.approx(
        min(1, code / len(rows))
    )
