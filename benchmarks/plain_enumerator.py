"""A straightforward enumerator in Python of the language of docs/enumeration.md, written from that page.

Bottom-up, size by size. The value of an expression is a tuple over the rows; of each type, a dict holds the
first expression of each value, and only these are part of larger ones. Without `prune` all are: brute force.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations_with_replacement, permutations, product
from math import perm, prod
from typing import Any

from plain_language import COMMUTING, GREATEST, LEAST, Expression, Operation, Undefined, signature

TEXT = 128  # symbols that are counted where a grammar names none


@dataclass
class Level:
    """One size: expressions evaluated, and of each type the new values with their first expressions."""

    size: int
    programs: int = 0
    found: dict[str, dict[tuple[Any, ...], Expression]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A rule with its constants: what it makes, from what, and at what size."""

    head: Expression
    operation: Operation
    size: int


def enumerate_plainly(
    rows: Sequence[Any],
    grammar: Any,
    max_size: int,
    *,
    prune: bool = True,
    most: int = sys.maxsize,
    wanted: tuple[Any, ...] | None = None,
) -> Iterator[Level]:
    """The levels 1 to max_size, each when it is complete; at most `most` programs in all.

    The last one ends in its middle, at an expression whose values are `wanted`.
    """
    rules = list(rules_of(grammar, rows))
    known: dict[str, dict[tuple[Any, ...], Expression]] = {}
    bank: dict[tuple[str, int], list[tuple[tuple[Any, ...], Expression]]] = {}
    for size in range(1, max_size + 1):
        level = Level(size)
        for rule in rules:
            kind = rule.operation.result
            for parts in arguments(rule, size - rule.size, bank, once=prune):
                level.programs += 1
                if level.programs > most:
                    return
                try:
                    values = column(rule, rows, [part[0] for part in parts])
                except Undefined:
                    continue
                new = values not in known.setdefault(kind, {})
                if new or not prune:
                    expression = rule.head._replace(arguments=tuple(part[1] for part in parts))
                    bank.setdefault((kind, size), []).append((values, expression))
                    if new:
                        known[kind][values] = expression
                        level.found.setdefault(kind, {})[values] = expression
                        if values == wanted:
                            yield level
                            return
        most -= level.programs
        yield level


def arguments(
    rule: Rule, left: int, bank: dict[tuple[str, int], list[Any]], once: bool
) -> Iterator[tuple[Any, ...]]:
    """Every choice of arguments, from the bank, whose sizes add up to what is left.

    With `once`, two that may be exchanged are chosen in one order only.
    """
    kinds = [kind for kind in rule.operation.arguments if kind != "row"]
    once = once and rule.head.operation in COMMUTING
    for sizes in splits(left, len(kinds)):
        banks = [bank.get(key, []) for key in zip(kinds, sizes, strict=True)]
        if not once or sizes[0] < sizes[1]:
            yield from product(*banks)
        elif sizes[0] == sizes[1]:
            yield from combinations_with_replacement(banks[0], 2)


def splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write the total as a sum of so many positive integers, in order."""
    if parts == 0:
        yield from [()] if total == 0 else []
    elif parts == 1:
        yield from [(total,)] if total > 0 else []
    else:
        for first in range(1, total - parts + 2):
            yield from ((first, *rest) for rest in splits(total - first, parts - 1))


def counts(grammar: Any, rows: Sequence[Any], max_size: int) -> dict[str, list[int]]:
    """Of each type the number of expressions of size 0, 1, ..., undefined ones too.

    Not for a grammar without symbols, which allows more constants than are tried.
    """
    rules = list(rules_of(grammar, rows))
    found: dict[str, list[int]] = {kind: [] for kind in ("seq", "flags", "int", "bool")}
    for size in range(max_size + 1):
        made = dict.fromkeys(found, 0)
        for rule in rules:
            kinds = [kind for kind in rule.operation.arguments if kind != "row"]
            for sizes in splits(size - rule.size, len(kinds)):
                ways = (found[kind][each] for kind, each in zip(kinds, sizes, strict=True))
                made[rule.operation.result] += prod(ways)
        for kind, number in made.items():
            found[kind].append(number)
    return found


def column(rule: Rule, rows: Sequence[Any], columns: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The values on all rows. Raises Undefined."""
    if rule.operation.arguments[0] == "row":
        columns = [rows, *columns]
    values = tuple(map(partial(rule.operation.value, *rule.head.constants), *columns))
    if rule.operation.result == "int" and (min(values) < LEAST or max(values) > GREATEST):
        raise Undefined
    if rule.head.operation == "match" and not any(map(any, values)):
        raise Undefined  # of the words only those that stand somewhere are tried
    return values


def rules_of(grammar: Any, rows: Sequence[Any]) -> Iterator[Rule]:
    """Every rule of the grammar with every constant that it may have."""
    for name, size, given in grammar.rules:
        for constants, bits in choices(name, given, grammar.symbols, rows):
            yield Rule(Expression(name, constants), signature(name, constants, grammar), size + bits)
    for name, size, _, _ in grammar.defines:
        yield Rule(Expression(name), signature(name, (), grammar), size)
    for i, (_, size, _) in enumerate(grammar.features):
        yield Rule(Expression("feature", (i,)), signature("feature", (i,), grammar), size)


def choices(
    name: str, given: list[list[int]], symbols: str, rows: Sequence[Any]
) -> Iterator[tuple[tuple[Any, ...], int]]:
    """The constants of a rule, each with the bits of choosing it. They are counted by the grammar."""
    tried = sorted(symbols or {c for row in rows for c in row if isinstance(c, str)})
    counted = len(symbols) or TEXT
    n, shortest = max(map(len, rows)), min(map(len, rows))
    positions = range(0 if n == shortest else -n, n)  # from the end too, where that is another position
    if name == "match":
        for width in range(1, given[0][0] + 1):
            for word in product(tried, repeat=width):
                yield ("".join(word),), bits(given[0][0]) + bits(counted**width)
    elif name == "symbol":
        some = tried[1:] if counted == 2 else tried  # of two, one is the other's negation
        for i, c in product(positions, some):
            yield (i, c), bits(len(positions) * (1 if counted == 2 else counted))
    elif name == "at":
        yield from (((i,), bits(len(positions))) for i in positions)
    elif name == "window" and not given:
        yield from (((rule,), 8) for rule in range(256))
    elif name == "below" and not given:
        yield from (((c,), bits(counted - 1)) for c in tried[1:])
    elif name == "automaton":
        states = given[0][0]
        for table in product(range(states), repeat=2 * states):
            yield table, bits(states ** (2 * states))
    elif name == "balanced":
        for width, kinds in given:
            tokens = ["".join(token) for token in product(tried, repeat=width)]
            count = perm(counted**width, 2 * kinds) // kinds  # two pairs have no order
            for chosen in permutations(tokens, 2 * kinds):
                if kinds == 1 or chosen[:2] < chosen[2:]:
                    yield (width, *chosen), bits(count)
    elif given:
        yield from ((tuple(constants), bits(len(given))) for constants in given)
    else:
        yield (), 0


def bits(count: int) -> int:
    """The least number of bits that tell so many apart."""
    return (max(count, 1) - 1).bit_length()
