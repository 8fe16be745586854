"""The operations that a grammar may have: their types, the form of their constants, the rows they are for.

What each computes stands in docs/enumeration.md; `rust/enumerate` is what computes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llmerm.errors import UsageError

TYPES = ("seq", "flags", "int", "bool")
Constant = tuple[int, ...]


@dataclass(frozen=True)
class Form:
    """What constants of an operation look like."""

    text: str  # for a person: "integers from 1"
    width: int  # numbers of one constant
    fits: Callable[[Constant], bool]
    most: int | None = None  # how many constants one rule may have; None: any number
    optional: bool = False  # without a list, every constant that there is


@dataclass(frozen=True)
class Operation:
    """One operation. `form` is None where it takes no constants, or the grammar does not list them."""

    result: str
    arguments: tuple[str, ...]
    form: Form | None = None
    rows: str = "any"  # any, text, ints, numbers (text of digits, or ints) or digits (text of digits)


_I32 = 1 << 31
_NUMBER = Form("integers", 1, lambda c: -_I32 <= c[0] < _I32)
_POSITIVE = Form("integers from 1", 1, lambda c: 1 <= c[0] < _I32)
_MODULUS = Form("integers from 2", 1, lambda c: 2 <= c[0] < _I32)
_SLICE = Form("[start, step], from 0 and from 1", 2, lambda c: c[0] >= 0 and c[1] >= 1)
_RESIDUE = Form("[modulus, remainder]", 2, lambda c: 0 <= c[1] < c[0] < _I32 and c[0] >= 2)
_LONGEST = Form("the length of the longest word, 1 to 64", 1, lambda c: 1 <= c[0] <= 64, most=1)
_RULE = Form("numbers of a rule, 0 to 255", 1, lambda c: 0 <= c[0] <= 255, optional=True)
_STATES = Form("the number of states, 2 to 4", 1, lambda c: 2 <= c[0] <= 4, most=1)
_BRACKETS = Form(
    "[characters of a token, kinds], 1 to 4 and 1 or 2", 2, lambda c: 1 <= c[0] <= 4 and c[1] in {1, 2}
)

OPERATIONS: dict[str, Operation] = {
    "x": Operation("seq", ()),
    "reversed": Operation("seq", ("seq",)),
    "first_half": Operation("seq", ("seq",)),
    "second_half": Operation("seq", ("seq",)),
    "every": Operation("seq", ("seq",), _SLICE),
    "drop": Operation("seq", ("seq",), _POSITIVE),
    "drop_last": Operation("seq", ("seq",), _POSITIVE),
    "take": Operation("seq", ("seq",), _POSITIVE),
    "take_last": Operation("seq", ("seq",), _POSITIVE),
    "match": Operation("flags", ("seq",), _LONGEST, "text"),
    "below": Operation("flags", ("seq",), _NUMBER),  # of text: every symbol but the least, and no list
    "equals": Operation("flags", ("seq",), _NUMBER, "ints"),
    "residue": Operation("flags", ("seq",), _RESIDUE, "numbers"),
    "same": Operation("flags", ("seq", "seq")),
    "less": Operation("flags", ("seq", "seq")),
    "window": Operation("flags", ("flags",), _RULE),
    "scan": Operation("flags", ("flags",)),
    "both": Operation("flags", ("flags", "flags")),
    "either": Operation("flags", ("flags", "flags")),
    "differ": Operation("flags", ("flags", "flags")),
    "number": Operation("int", (), _NUMBER),
    "length": Operation("int", ("seq",)),
    "count": Operation("int", ("flags",)),
    "total": Operation("int", ("seq",), None, "numbers"),
    "largest": Operation("int", ("seq",), None, "numbers"),
    "smallest": Operation("int", ("seq",), None, "numbers"),
    "value_mod": Operation("int", ("seq",), _MODULUS, "digits"),
    "at": Operation("int", (), None, "numbers"),
    "find": Operation("int", ("flags",)),
    "longest": Operation("int", ("flags",)),
    "lowest": Operation("int", ("flags",)),
    "automaton": Operation("int", ("flags",), _STATES),
    "add": Operation("int", ("int", "int")),
    "sub": Operation("int", ("int", "int")),
    "mul": Operation("int", ("int", "int")),
    "min": Operation("int", ("int", "int")),
    "max": Operation("int", ("int", "int")),
    "abs": Operation("int", ("int",)),
    "mod": Operation("int", ("int",), _MODULUS),
    "div": Operation("int", ("int",), _MODULUS),
    "choose": Operation("int", ("bool", "int", "int")),
    "any": Operation("bool", ("flags",)),
    "all": Operation("bool", ("flags",)),
    "symbol": Operation("bool", (), None, "text"),
    "remainder": Operation("bool", ("int",), _RESIDUE),
    "equal": Operation("bool", ("int", "int")),
    "lt": Operation("bool", ("int", "int")),
    "not": Operation("bool", ("bool",)),
    "and": Operation("bool", ("bool", "bool")),
    "or": Operation("bool", ("bool", "bool")),
    "xor": Operation("bool", ("bool", "bool")),
    "balanced": Operation("bool", ("seq",), _BRACKETS, "text"),
}


def suits(operation: str, rows: str, symbols: str) -> bool:
    """Whether an operation can be had for rows of this input type over these symbols ("": any text)."""
    digits = rows == "text" and symbols != "" and set(symbols) <= set("0123456789")
    asked = OPERATIONS[operation].rows
    return {
        "any": True,
        "text": rows == "text",
        "ints": rows == "ints",
        "numbers": rows == "ints" or digits,
        "digits": digits,
    }[asked]


def constants_of(operation: str, rows: str, given: object) -> tuple[Constant, ...]:
    """The constants of a rule, checked; () where it takes none.

    Raises UsageError, which does not name the rule, for those that do not fit.
    """
    form = OPERATIONS[operation].form
    if form is None or (operation == "below" and rows == "text"):
        if given is not None:
            raise UsageError("it takes no list of constants")
        return ()
    if given is None and form.optional:
        return ()
    if not isinstance(given, list) or not given:
        raise UsageError(f"it needs constants: a list of {form.text}")
    constants = tuple(_constant(each, form) for each in given)
    if len(set(constants)) < len(constants):
        raise UsageError("a constant stands there twice")
    if form.most is not None and len(constants) > form.most:
        raise UsageError(f"its constants are {form.text}")
    return constants


def _constant(given: object, form: Form) -> Constant:
    numbers: list[Any] = given if isinstance(given, list) else [given]
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in numbers)
    if not whole or len(numbers) != form.width or not form.fits(tuple(numbers)):
        raise UsageError(f"{given!r} is none of its constants, which are {form.text}")
    return tuple(numbers)
