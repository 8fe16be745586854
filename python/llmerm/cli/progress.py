"""One line of progress on a terminal, rewritten in place; nothing at all in a pipe."""

from __future__ import annotations

import sys
import time
from types import TracebackType

STARTING = "starting (the first run on a machine compiles the Python runtime, about 10 seconds)"
_EVERY = 0.1  # seconds between two rewrites of a counter


class TerminalLine:
    """A context manager; the line goes away at the end, so that stderr keeps what it had."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self._last = 0.0

    def say(self, line: str) -> None:
        """Show a line in place of the one before."""
        if self.live:
            sys.stderr.write(f"\r\x1b[2K{line[:120]}")
            sys.stderr.flush()

    def counted(self, done: int, total: int | None, what: str) -> None:
        """Show how much of `total` (None: unknown) is done, not more often than an eye can follow."""
        now = time.monotonic()
        if self.live and (done == total or now - self._last >= _EVERY):
            self._last = now
            of = "" if total is None else f" of {total:,} ({100 * done // max(total, 1)} %)"
            self.say(f"{what}: {done:,}{of}")

    def __enter__(self) -> TerminalLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.say("")
