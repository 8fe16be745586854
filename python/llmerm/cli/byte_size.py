"""Sizes in bytes as they are typed: 4G, 500M, 1048576."""

from __future__ import annotations

import re
from typing import Any

import click

_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:iB|B)?\Z", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


class ByteSize(click.ParamType[int]):
    """A number of bytes; K, M, G and T are powers of 1024."""

    name = "bytes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes of what was typed."""
        if isinstance(value, int):
            return value
        found = _FORM.match(str(value).strip())
        if found is None:
            self.fail(f"{value!r} is no size; write 500M, 4G, or a number of bytes", param, ctx)
        return int(float(found[1]) * 1024 ** _POWERS[found[2].upper()])


def size_text(size: float) -> str:
    """Bytes for a person: 512 MiB, 2.0 GiB."""
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
