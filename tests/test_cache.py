"""The folder that keeps the runtimes' machine code, from outside; `cache.rs` has the rest of its tests.

Slow: CPython is compiled twice. Each use is a process of its own, since a process loads a runtime once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and modes of files are POSIX")

SCRIPT = """
import llmerm
programs = [llmerm.compile("def f(x): return int(x)", tier=tier) for tier in ("fast", "cpython")]
verdicts = llmerm.verify(programs, llmerm.Dataset(["0", "1"], [0, 1]))
assert all(verdict.correct == 2 for verdict in verdicts), verdicts
"""


def use(folder: Path) -> None:
    environment = {**os.environ, "LLMERM_CACHE_DIR": str(folder)}
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def states(folder: Path) -> dict[str, tuple[int, int, int]]:
    """What would change if a file were written again."""
    found = {path.name: path.stat() for path in folder.rglob("*") if path.suffix in (".cwasm", ".blake3")}
    return {name: (stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in found.items()}


def test_the_life_of_a_cache(tmp_path: Path) -> None:
    use(tmp_path)
    runtimes = tmp_path / "runtimes"
    (code,) = runtimes.glob("cpython-*.cwasm")
    assert len(list(runtimes.glob("fast-*.cwasm"))) == 1
    assert runtimes.stat().st_mode & 0o777 == 0o700 and code.stat().st_mode & 0o777 == 0o600
    assert not list(runtimes.glob("*.tmp"))
    first, good = states(tmp_path), code.read_bytes()

    use(tmp_path)  # the second use reads
    assert states(tmp_path) == first

    damaged = bytearray(good)
    damaged[len(damaged) // 2] ^= 1
    code.write_bytes(damaged)
    use(tmp_path)  # a damaged file is compiled again and replaced
    assert code.read_bytes() != bytes(damaged) and code.stat().st_size > 1 << 20
    rebuilt = states(tmp_path)
    assert rebuilt[code.name] != first[code.name]
