"""Reading ahead: a thread of its own reads and decodes the next block while the core runs those before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from types import TracebackType
from typing import TYPE_CHECKING, Any

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.stream import Block

_TICK = 0.1  # seconds between two looks whether anybody still waits
_FAREWELL = 0.5  # seconds that the reader has to end what it is reading


class ReadAhead:
    """Hands blocks to the core, one at a time; a context manager, so that the thread ends with the run.

    The thread is a daemon: a source that blocks for ever (a socket, a pipe) holds nobody up.
    Others have ended when the context does: the rows may be read again, and the files are closed.
    """

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._ready: Queue[Any] = Queue(maxsize=1)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._read, name="llmerm-reader", daemon=True)

    def next(self, seconds: float) -> tuple[Any, Any] | bool | None:
        """The next block as (packed, labels); None if it is not there in time; False at the end."""
        try:
            item = self._ready.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(item, BaseException):
            raise item
        return item  # type: ignore[no-any-return]

    def __enter__(self) -> ReadAhead:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        with suppress(Empty):
            self._ready.get_nowait()  # wakes the reader, if it waits for room
        self._thread.join(_FAREWELL)

    def _read(self) -> None:
        try:
            for block in self._blocks:
                if block.y is None:
                    raise UsageError("these rows have no labels to verify against; use llmerm.predict")
                self._put((block.packed, block.y))
                if self._closed.is_set():
                    break
            self._put(False)
        except BaseException as error:
            self._put(error)
        finally:
            close = getattr(self._blocks, "close", None)  # a generator: closes its files
            if close is not None:
                close()

    def _put(self, item: Any) -> None:
        while not self._closed.is_set():
            try:
                return self._ready.put(item, timeout=_TICK)
            except Full:
                continue
