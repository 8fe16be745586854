"""The language of docs/enumeration.md in plain Python: operations, expressions, and their values.

Written from that page, without llmerm: the oracle of the engine's tests, and half of the benchmark's peer.
A grammar is any object with the attributes `symbols`, `rules`, `defines` and `features` of llmerm's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from operator import add, mul, ne, sub, xor
from typing import Any, NamedTuple

LEAST, GREATEST = -(2**31), 2**31 - 1
NAMES = "abcdefgh"  # of the arguments of a define


class Undefined(Exception):
    """The expression has no value on a row."""


class Expression(NamedTuple):
    """An operation, its constants and its arguments."""

    operation: str
    constants: tuple[Any, ...] = ()
    arguments: tuple[Expression, ...] = ()

    def __str__(self) -> str:
        inside = [*map(json.dumps, self.constants), *map(str, self.arguments)]
        return f"{self.operation}({', '.join(inside)})" if inside else self.operation


class Operation(NamedTuple):
    """Types of the arguments and of the result, and the value on one row from constants and arguments.

    An argument of type "row" is the row itself, which is not written.
    """

    arguments: tuple[str, ...]
    result: str
    value: Callable[..., Any]


def parse(text: str) -> Expression:
    """An expression from its text, as `str` and the engine write it."""
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|-?\d+|\w+|[()]', text)

    def take() -> Expression:
        name, constants, arguments = tokens.pop(0), [], []
        if tokens and tokens[0] == "(":
            tokens.pop(0)
            while tokens[0] != ")":
                if tokens[0][0] in '"-0123456789':
                    constants.append(json.loads(tokens.pop(0)))
                else:
                    arguments.append(take())
            tokens.pop(0)
        return Expression(name, tuple(constants), tuple(arguments))

    expression = take()
    assert not tokens, text
    return expression


def evaluate(expression: Expression, row: Any, grammar: Any, bound: dict[str, Any] | None = None) -> Any:
    """The value on one row (`bound` are the arguments of a define). Raises Undefined."""
    if bound and expression.operation in bound:
        return bound[expression.operation]
    arguments = [evaluate(argument, row, grammar, bound) for argument in expression.arguments]
    operation = signature(expression.operation, expression.constants, grammar)
    if operation.arguments[0] == "row":
        arguments.insert(0, row)
    return checked(operation.result, operation.value(*expression.constants, *arguments))


def checked(kind: str, value: Any) -> Any:
    """The value, if it is not an integer out of range."""
    if kind == "int" and not LEAST <= value <= GREATEST:
        raise Undefined
    return value


def signature(name: str, constants: tuple[Any, ...], grammar: Any) -> Operation:
    """The operation in this grammar, with its defines and features."""
    if name == "feature":
        kind, _, python = grammar.features[constants[0]]
        code = compile(python, "feature", "eval")
        return Operation(("row",), kind, lambda i, x: eval(code, {"x": x}))
    if name == "value_mod":
        base = 2 if set(grammar.symbols) <= set("01") else 10
        return Operation(("seq",), "int", lambda m, s: int("".join(map(str, some(s))), base) % m)
    for define, _, kinds, body in grammar.defines:
        if define == name:
            inner = parse(body)
            result = signature(inner.operation, inner.constants, grammar).result
            value = _defined(inner, grammar)
            return Operation(("row", *kinds), result, value)
    return OPERATIONS[name]


def _defined(body: Expression, grammar: Any) -> Callable[..., Any]:
    return lambda row, *given: evaluate(body, row, grammar, dict(zip(NAMES, given, strict=False)))


def expanded(expression: Expression, grammar: Any) -> Expression:
    """The same with the bodies of the defines in their places, as the engine writes it."""
    arguments = tuple(expanded(argument, grammar) for argument in expression.arguments)
    bodies = {define: body for define, _, _, body in grammar.defines}
    if expression.operation not in bodies:
        return expression._replace(arguments=arguments)
    return _substituted(parse(bodies[expression.operation]), dict(zip(NAMES, arguments, strict=False)))


def _substituted(body: Expression, given: dict[str, Expression]) -> Expression:
    if body.operation in given:
        return given[body.operation]
    return body._replace(arguments=tuple(_substituted(argument, given) for argument in body.arguments))


def sides(a: Sequence[Any], b: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs of elements of two lists of one length."""
    if len(a) != len(b):
        raise Undefined
    return zip(a, b, strict=True)


def some(s: Sequence[Any]) -> Iterator[int]:
    """The elements, as integers, of a sequence that has any."""
    if not s:
        raise Undefined
    return map(int, s)


def element(row: Sequence[Any], i: int) -> Any:
    """Element i of the row; from its end if i < 0."""
    if not -len(row) <= i < len(row):
        raise Undefined
    return row[i]


def window(rule: int, f: Sequence[bool]) -> tuple[bool, ...]:
    """A step of the elementary cellular automaton; beyond the ends stands False."""
    around = zip((False, *f), f, (*f[1:], False), strict=False)
    return tuple(bool(rule >> (4 * a + 2 * b + c) & 1) for a, b, c in around)


def longest(f: Sequence[bool]) -> int:
    """The length of the longest run of True."""
    return max(accumulate(f, lambda run, b: run + 1 if b else 0, initial=0))


def lowest(f: Sequence[bool]) -> int:
    """The least depth: True opens, False closes."""
    return min(accumulate((1 if b else -1 for b in f), initial=0))


def automaton(*table_and_flags: Any) -> int:
    """The last state of an automaton that starts in state 0."""
    *table, f = table_and_flags
    state = 0
    for b in f:
        state = table[2 * state + b]
    return int(state)


def balanced(*tokens_and_text: Any) -> bool:
    """Whether the text, cut into tokens, is balanced over the pairs (open, close); others are passed over."""
    width, *tokens, s = tokens_and_text
    closing = dict(zip(tokens[::2], tokens[1::2], strict=True))
    stack: list[str] = []
    for token in (s[i : i + width] for i in range(0, len(s), width)):
        if token in closing:
            stack.append(closing[token])
        elif token in closing.values() and (not stack or stack.pop() != token):
            return False
    return not stack and len(s) % width == 0


_TABLE: dict[str, tuple[str, Callable[..., Any]]] = {
    "x": ("row > seq", lambda x: x if isinstance(x, str) else tuple(x)),
    "reversed": ("seq > seq", lambda s: s[::-1]),
    "first_half": ("seq > seq", lambda s: s[: len(s) // 2]),
    "second_half": ("seq > seq", lambda s: s[len(s) // 2 :]),
    "every": ("seq > seq", lambda a, b, s: s[a::b]),
    "drop": ("seq > seq", lambda k, s: s[k:]),
    "drop_last": ("seq > seq", lambda k, s: s[:-k]),
    "take": ("seq > seq", lambda k, s: s[:k]),
    "take_last": ("seq > seq", lambda k, s: s[-k:]),
    "match": ("seq > flags", lambda w, s: tuple(s.startswith(w, i) for i in range(len(s)))),
    "below": ("seq > flags", lambda k, s: tuple(c < k for c in s)),
    "equals": ("seq > flags", lambda k, s: tuple(c == k for c in s)),
    "residue": ("seq > flags", lambda m, r, s: tuple(int(c) % m == r for c in s)),
    "same": ("seq seq > flags", lambda s, t: tuple(a == b for a, b in sides(s, t))),
    "less": ("seq seq > flags", lambda s, t: tuple(a < b for a, b in sides(s, t))),
    "window": ("flags > flags", window),
    "scan": ("flags > flags", lambda f: tuple(accumulate(f, xor))),
    "both": ("flags flags > flags", lambda f, g: tuple(a and b for a, b in sides(f, g))),
    "either": ("flags flags > flags", lambda f, g: tuple(a or b for a, b in sides(f, g))),
    "differ": ("flags flags > flags", lambda f, g: tuple(a != b for a, b in sides(f, g))),
    "number": ("row > int", lambda k, x: k),
    "length": ("seq > int", len),
    "count": ("flags > int", sum),
    "total": ("seq > int", lambda s: sum(map(int, s))),
    "largest": ("seq > int", lambda s: max(some(s))),
    "smallest": ("seq > int", lambda s: min(some(s))),
    "at": ("row > int", lambda i, x: int(element(x, i))),
    "find": ("flags > int", lambda f: f.index(True) if True in f else -1),
    "longest": ("flags > int", longest),
    "lowest": ("flags > int", lowest),
    "automaton": ("flags > int", automaton),
    "add": ("int int > int", add),
    "sub": ("int int > int", sub),
    "mul": ("int int > int", mul),
    "min": ("int int > int", min),
    "max": ("int int > int", max),
    "abs": ("int > int", abs),
    "mod": ("int > int", lambda k, a: a % k),
    "div": ("int > int", lambda k, a: a // k),
    "choose": ("bool int int > int", lambda c, a, b: a if c else b),
    "any": ("flags > bool", any),
    "all": ("flags > bool", all),
    "symbol": ("row > bool", lambda i, c, x: element(x, i) == c),
    "remainder": ("int > bool", lambda m, r, a: a % m == r),
    "equal": ("int int > bool", lambda a, b: a == b),
    "lt": ("int int > bool", lambda a, b: a < b),
    "not": ("bool > bool", lambda p: not p),
    "and": ("bool bool > bool", lambda p, q: p and q),
    "or": ("bool bool > bool", lambda p, q: p or q),
    "xor": ("bool bool > bool", ne),
    "balanced": ("seq > bool", balanced),
}


def _operation(types: str, value: Callable[..., Any]) -> Operation:
    arguments, result = types.split(" > ")
    return Operation(tuple(arguments.split()), result, value)


COMMUTING = {"same", "both", "either", "differ", "add", "mul", "min", "max", "equal", "and", "or", "xor"}
OPERATIONS = {name: _operation(*entry) for name, entry in _TABLE.items()}
