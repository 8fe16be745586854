"""`llmerm learn` from a model: both APIs, misbehaviour on record, kill -9 in the middle and go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fixture_server import FixtureServer

LONG = "def f(x):\n    ones = sum(c == '1' for c in x)\n    return ones % 2\n"


def command(url: str, api: str, run: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "llmerm", "learn", "parity_all", "-n", "50", "--test", "200", "--json",
        "--model", "x", "--base-url", url, "--api", api, "--run", str(run), *more,
    ]  # fmt: skip


def learn(url: str, api: str, run: Path, *more: str) -> dict:
    done = subprocess.run(
        command(url, api, run, *more), capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> str:
    return request.param


def test_misbehaviour_is_on_record_and_the_rest_is_learnt_from(api: str, tmp_path: Path) -> None:
    script = ["refusal", "truncated", "empty", {"do": "answer", "code": LONG}, "answer"]
    with FixtureServer(script) as server:
        document = learn(server.url, api, tmp_path, "-k", "5", "--proposals-in-flight", "1")
    statuses = sorted(c["status"] for c in document["candidates"])
    assert statuses == ["empty", "refused", "scored", "scored", "truncated"]
    assert document["best"]["risk"] == 0.0 and document["best"]["source"] != LONG
    assert document["test"]["correct"] == 200 and document["bound"]["k"] == 2
    assert all(c["usage"] for c in document["candidates"] if c["status"] == "scored")


def test_kill_9_and_go_on(api: str, tmp_path: Path) -> None:
    with FixtureServer(["answer", {"do": "answer", "code": LONG}, {"do": "hang", "seconds": 60}]) as server:
        arguments = ("-k", "3", "--proposals-in-flight", "1")
        process = subprocess.Popen(command(server.url, api, tmp_path, *arguments), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        recorded = tmp_path / "proposals"
        while len(server.requests) < 3 or len(list(recorded.glob("0*.json"))) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        document = learn(server.url, api, tmp_path, *arguments)
        asked = len(server.requests)
    assert asked == 4  # two that were answered, the one that hung, and that one again
    assert [c["status"] for c in document["candidates"]] == ["scored", "scored", "duplicate"]
    # All is recorded now: the server is gone, and nobody notices.
    assert learn(server.url, api, tmp_path, *arguments) == document


def test_replies_are_kept_when_no_folder_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    with FixtureServer() as server:
        arguments = command(server.url, "chat", tmp_path, "-k", "2")
        del arguments[arguments.index("--run") : arguments.index("--run") + 2]
        outputs = [
            subprocess.run(arguments, cwd=tmp_path, capture_output=True, timeout=60).stdout for _ in "ab"
        ]
        assert len(server.requests) == 2
    assert outputs[0] == outputs[1] != b""
    assert [path.name[:6] for path in (tmp_path / "runs").iterdir()] == ["learn-"]
