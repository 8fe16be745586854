# expect: correct=all
from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Iterable

class Bit(IntEnum):
    ZERO = 0
    ONE = 1

@dataclass
class Row:
    bits: list[Bit] = field(default_factory=list)

    @classmethod
    def read(cls, text: Iterable[str]) -> Row:
        return cls([Bit(int(c)) for c in text])

def f(x: str) -> int:
    return sum(Row.read(x).bits) % 2
