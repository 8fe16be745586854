"""What files are: a cheap fingerprint against accidents, and a hash of all their bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

EDGE = 1 << 20  # bytes at either end of a file that the fingerprint reads
_PIECE = 1 << 20


def fingerprint(files: Sequence[Path], about: dict[str, Any]) -> str:
    """Hex SHA-256 of how the rows are read (`about`), and of size, first and last MiB of each file.

    It tells other files and other settings apart, and so guards against accidents, such as parts of a run
    that were made of other data. Against someone who changes the middle of a file it does not.
    """
    digest = _begin("fingerprint", about)
    for path in files:
        size = path.stat().st_size
        digest.update(f"{size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(EDGE))
            file.seek(max(0, size - EDGE))
            digest.update(file.read(EDGE))
    return digest.hexdigest()


def content_hash(files: Sequence[Path], about: dict[str, Any]) -> str:
    """Hex SHA-256 of how the rows are read, and of every byte of every file; reads all of them."""
    digest = _begin("content", about)
    for path in files:
        digest.update(f"{path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


def _begin(what: str, about: dict[str, Any]) -> hashlib._Hash:
    head = json.dumps(about, sort_keys=True)
    return hashlib.sha256(f"llmerm stream {what} 1\n{head}\n".encode())
