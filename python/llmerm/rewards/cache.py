"""Rewards already worked out in this process: bounded, least recently used out first."""

from __future__ import annotations

import os
from collections import OrderedDict
from threading import Lock

ENTRIES = 65_536
"""Rewards kept: some 10 MB. A trainer asks for the same program again within a few steps or never."""


class Cache:
    """A map from digests to rewards. Safe in threads, and in a child forked while a thread was in here."""

    def __init__(self, entries: int = ENTRIES) -> None:
        self._entries = entries
        self._kept: OrderedDict[bytes, float] = OrderedDict()
        self._lock, self._process = Lock(), os.getpid()

    def get(self, key: bytes) -> float | None:
        """The reward, or None."""
        with self._own_lock():
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: bytes, reward: float) -> None:
        """Keep a reward, in place of the least recently used when full."""
        with self._own_lock():
            self._kept[key] = reward
            self._kept.move_to_end(key)
            while len(self._kept) > self._entries:
                self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)

    def _own_lock(self) -> Lock:
        if self._process != os.getpid():  # forked: the thread that may have held the lock is not here
            self._lock, self._process = Lock(), os.getpid()
        return self._lock
