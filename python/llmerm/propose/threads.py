"""Two bridges between threads: a daemon thread for a draw's tool, and an event loop behind a generator.

Daemon threads, because Ctrl-C ends a run within a second: an executor's threads are waited for at exit.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
_END = object()
_LONGEST_STOP = 0.5  # seconds that a closed generator waits for its loop to cancel what is under way


class OwnThread:
    """Runs functions one after another in one thread of its own, started with the first."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]] | None]
        self._jobs = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, function: Callable[..., T], *arguments: Any) -> Future[T]:
        """Queue a call; the future has its result or its exception."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._jobs.put((future, function, arguments))
        return future

    def end(self) -> None:
        """Let the thread end after what is queued."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, function, arguments = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = function(*arguments)
            except BaseException as error:  # handed to whoever waits, never lost
                future.set_exception(error)
            else:
                future.set_result(result)


def drained(source: Callable[[], AsyncIterator[T]]) -> Generator[T]:
    """The items of an asynchronous iterator, which runs in a daemon thread with a loop of its own.

    Closing the generator, or Ctrl-C while it waits, cancels the iterator.
    """
    items: queue.SimpleQueue[Any] = queue.SimpleQueue()
    task: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = Future()

    async def pump() -> None:
        current = asyncio.current_task()
        assert current is not None
        task.set_result((asyncio.get_running_loop(), current))
        async for item in source():
            items.put(item)

    def work() -> None:
        end: Any = _END
        try:
            asyncio.run(pump())
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # raised again where the items are read
            end = error
        items.put((_END, end))

    thread = threading.Thread(target=work, name="llmerm proposals", daemon=True)
    thread.start()
    try:
        while True:
            item = items.get()
            if isinstance(item, tuple) and len(item) == 2 and item[0] is _END:
                if item[1] is not _END:
                    raise item[1]
                return
            yield item
    finally:
        if thread.is_alive():
            # RuntimeError: the loop has just ended by itself. TimeoutError: it never began.
            with contextlib.suppress(RuntimeError, TimeoutError):
                loop, running = task.result(timeout=_LONGEST_STOP)
                loop.call_soon_threadsafe(running.cancel)
            thread.join(_LONGEST_STOP)
