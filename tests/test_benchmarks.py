"""The benchmarks' --tiny versions run and print their tables. No figure is looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
HEADERS = {
    "fast_tier": ["(a) task", "rows", "plain us", "fast us", "ratio", "deopts"],
    "cpython_tier": ["task", "rows", "(a) plain", "llmerm", "ratio", "(b) plain"],
    "candidates": ["way", "cores", "candidates/s/core", "candidates/CPU s"],
    "rewards": ["way", "completions/s", "ms a batch of 64"],
    "startup": ["command", "wall s", "CPU s"],
    "distributed": ["load", "way", "rows", "seconds", "overhead"],
    "compiled": ["task", "way", "threads", "ns/row", "ratio"],
    "racing": ["the others", "rows run", "exhaustive", "of the rows", "ratio"],
    "scale": ["candidate", "rows", "threads", "ns/row", "peak MB"],
    "published_baselines": ["method", "task", "ours %", "published %", "within 3"],
    "enumeration": ["task", "size", "programs", "programs/s/core", "ratio"],
    "training": ["size", "batch", "plain steps/s", "steps/s", "of the peak"],
    "streams": ["storage", "bytes/row", "peer ns/row", "llmerm ns/row", "beyond", "goal"],
}


def tiny(name: str, *more: str) -> str:
    command = [sys.executable, str(BENCHMARKS / f"{name}.py"), "--tiny", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.stderr.startswith("skipped: "):
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", HEADERS)
def test_the_tiny_version_prints_its_table(name: str) -> None:
    out = tiny(name)
    header, line = out.splitlines()[:2]
    assert all(column in header for column in HEADERS[name])
    assert line.strip()
    assert "the figures mean nothing" in out


@pytest.mark.parametrize("name", HEADERS)
def test_the_tiny_version_prints_one_json_document(name: str) -> None:
    document: dict[str, Any] = json.loads(tiny(name, "--json"))
    assert document["tiny"] is True
    assert document["environment"]["cores"] >= 1


def test_every_benchmark_is_tested() -> None:
    shared = {
        "enumeration_page",
        "gates",
        "harness",
        "make_rows",
        "native",
        "plain_enumerator",
        "plain_language",
        "row_makers",
        "sources",
        "variants",
    }
    assert {path.stem for path in BENCHMARKS.glob("*.py")} - shared == set(HEADERS)
