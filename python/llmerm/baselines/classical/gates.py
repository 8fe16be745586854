"""Boolean columns as bits of Python integers, and trees of gates over them.

Bit i of a column is row i, so that a gate is one operation on integers for all rows together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

GATES: dict[str, Callable[[int, int], int]] = {"^": operator.xor, "&": operator.and_, "|": operator.or_}
NOT = "~"


def bits_of(column: NDArray[np.bool_]) -> int:
    """A column of bools (n,) as an integer."""
    return int.from_bytes(np.packbits(column, bitorder="little").tobytes(), "little")


def bools_of(bits: int, rows: int) -> NDArray[np.bool_]:
    """The column (rows,) that `bits_of` made an integer of."""
    packed = np.frombuffer(bits.to_bytes(-(-rows // 8), "little"), np.uint8)
    return np.unpackbits(packed, count=rows, bitorder="little").astype(bool)


def evaluate(tree: Iterable[Any], columns: Mapping[str, int], every: int) -> int:
    """The column that a tree computes. `tree` has DEAP's nodes in prefix order; `every` has a 1 a row."""
    stack: list[int] = []
    for node in reversed(list(tree)):
        if node.arity == 2:
            stack.append(GATES[node.name](stack.pop(), stack.pop()))
        elif node.arity == 1:
            stack.append(every ^ stack.pop())
        else:
            stack.append(columns[node.name])
    return stack.pop()


def expression(tree: Iterable[Any], names: Mapping[str, str]) -> str:
    """A tree in Python's operators over the columns' names: `(x[0] ^ ~x[3])`, of bools."""
    stack: list[str] = []
    for node in reversed(list(tree)):
        if node.arity == 2:
            stack.append(f"({stack.pop()} {node.name} {stack.pop()})")
        elif node.arity == 1:
            stack.append(f"{NOT}{stack.pop()}")
        else:
            stack.append(names[node.name])
    return stack.pop()
