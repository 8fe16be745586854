"""What f may return, and what it counts as."""

from __future__ import annotations

from typing import Any

import llmerm
from llmerm.verification import OUTCOMES, Predictions, Verdict

ONE_ROW = llmerm.Dataset(["0"], [0])


def program(source: str, input_type: str) -> llmerm.Program:
    made = llmerm.compile(source, language="python", input_type=input_type)
    assert isinstance(made, llmerm.Program), made
    return made


def predict(source: str, rows: llmerm.Dataset) -> Predictions:
    return llmerm.predict(program(source, rows.input_type), rows)


def verify(source: str, rows: llmerm.Dataset) -> Verdict:
    return llmerm.verify([program(source, rows.input_type)], rows)[0]


HELPERS = """
import enum, decimal, fractions
class Int(int):
    def __int__(self): return 9
    __index__ = __add__ = __int__
class Str(str):
    def __str__(self): return '9'
class Float(float):
    def is_integer(self): return True
    def __int__(self): return 9
class Colour(enum.IntEnum): RED = 3
class Name(enum.StrEnum): SEVEN = '7'
class Index:
    def __index__(self): return 1
    __int__ = __index__
class Liar:
    __class__ = int
"""

# What f returns, and the label that it is: None for bad_output.
VALUES = [
    ("0", 0),
    ("-1", -1),
    ("True", 1),
    ("False", 0),
    ("2**63 - 1", 2**63 - 1),
    ("-2**63", -(2**63)),
    ("2**63", None),
    ("-2**63 - 1", None),
    ("10**5000", None),
    ("1.0", 1),
    ("-0.0", 0),
    ("-3e9", -3_000_000_000),
    ("-2.0**63", -(2**63)),
    ("2.0**63", None),
    ("1e300", None),
    ("0.5", None),
    ("float('nan')", None),
    ("float('inf')", None),
    ("-float('inf')", None),
    ("'1'", 1),
    ("' 1 '", 1),
    ("'-5'", -5),
    ("'+5'", 5),
    ("'1_0'", 10),
    ("'\u0661'", 1),
    ("'9223372036854775807'", 2**63 - 1),
    ("'9223372036854775808'", None),
    ("'1.0'", None),
    ("'0x1'", None),
    ("'abc'", None),
    ("''", None),
    ("'9' * 5000", None),
    ("'\\ud800'", None),
    ("None", None),
    ("[1]", None),
    ("(1,)", None),
    ("{}", None),
    ("b'1'", None),
    ("1j", None),
    ("1 + 0j", None),
    ("object()", None),
    ("len", None),
    ("(i for i in [1])", None),
    ("NotImplemented", None),
    ("decimal.Decimal(1)", None),
    ("fractions.Fraction(1)", None),
    ("Int(3)", 3),
    ("Str('3')", 3),
    ("Float(3.0)", 3),
    ("Float(0.5)", None),
    ("Colour.RED", 3),
    ("Name.SEVEN", 7),
    ("Index()", None),
    ("Liar()", None),
    ("int", None),
]


def test_every_kind_of_value_that_f_may_return() -> None:
    rows = llmerm.Dataset([[i] for i in range(len(VALUES))], input_type="ints")
    table = ", ".join(f"lambda: {value}" for value, _ in VALUES)
    together = predict(f"{HELPERS}\nVALUES = [{table}]\ndef f(x): return VALUES[x[0]]()", rows)
    for i, (value, label) in enumerate(VALUES):
        alone = predict(f"{HELPERS}\ndef f(x): return {value}", ONE_ROW)
        expected = ("bad_output", 0) if label is None else ("label", label)
        assert (OUTCOMES[alone.outcomes[0]], alone.labels[0]) == expected, value
        assert (OUTCOMES[together.outcomes[i]], together.labels[i]) == expected, value
        assert bool(together.faults[i]) == (label is None), value


def test_class_labels_by_name_by_code_and_unknown() -> None:
    rows = llmerm.Dataset(["a", "b", "c", "d", "e", "f"], ["no", "yes", "é", "no", "yes", "no"])
    assert rows.classes == ("no", "yes", "é")
    source = "def f(x): return {'a': 'no', 'b': 1, 'c': 'é', 'd': 'perhaps', 'e': 'YES', 'f': None}[x]"
    counted = verify(source, rows)
    assert (counted.correct, counted.wrong, counted.faults["bad_output"]) == (3, 2, 1)
    given = predict(source, rows)
    assert given.labels.tolist() == [0, 1, 2, -1, -1, 0]
    assert [OUTCOMES[i] for i in given.outcomes] == ["label"] * 3 + ["outside"] * 2 + ["bad_output"]
    assert given.faults.tolist() == [False] * 5 + [True]
    assert verify("def f(x): return 7", rows).wrong == 6  # a code of no class is wrong, not a fault


def test_a_class_whose_name_reads_as_a_number_is_a_name() -> None:
    rows = llmerm.Dataset(["x", "y"], ["1", "0"], classes=["1", "0"])  # the name "1" has code 0
    assert verify("def f(x): return {'x': '1', 'y': '0'}[x]", rows).correct == 2
    assert verify("def f(x): return {'x': 0, 'y': 1}[x]", rows).correct == 2
    assert verify("def f(x): return {'x': 1, 'y': 0}[x]", rows).wrong == 2


def test_exec_and_eval_see_the_callers_names_and_write_where_the_builtins_do() -> None:
    source = """
TOP = 3
exec("TOP = 4")

def f(x):
    n = 1
    exec("n = 2")          # a function's variables are not rebound
    eval("(n := 2)")
    class A:
        exec("k = 7")      # a class's names are
    given = {}
    exec("j = n_ + 1", {"n_": 5}, given)
    return n * 1000 + A.k * 100 + eval("n + TOP") * 10 + given["j"]
"""
    expected: dict[str, Any] = {}
    exec(source, expected)
    assert predict(source, ONE_ROW).labels.tolist() == [expected["f"](None)] == [1756]
