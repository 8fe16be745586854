"""Long calls into C without deafness to Ctrl-C."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """What `work` gives or raises, while the caller only waits, and so hears Ctrl-C at once.

    Python runs a signal's handler in the main thread between two of its own instructions, and one fit of
    a support vector machine is a single call that can take minutes. After Ctrl-C the call goes on in its
    thread, which the end of the process does not wait for; nobody looks at its result.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    thread = threading.Thread(target=run, name="llmerm-fit", daemon=True)
    thread.start()
    try:
        return outcome.result()
    finally:
        thread.join(0.5)  # a short fit is over by then, and leaves nothing running behind an interrupt
