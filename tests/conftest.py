"""Fixtures that more than one file uses."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

import pytest
from llmerm.cli import main

# PyTorch and scikit-learn read it when they are imported, also in processes of tests. Two tests run at once,
# and threads that wait for each other cost more than networks of this size.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Whoever starts the tests in the background of a shell gives them Ctrl-C ignored, and so to every process
# that they start; the tests of Ctrl-C would then wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in this process: (exit code, stdout, stderr)."""

    def run(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["llmerm", *map(str, args)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
