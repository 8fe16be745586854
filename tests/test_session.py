"""The Python session that a proposer's tool runs in."""

from __future__ import annotations

import llmerm
import pytest
from llmerm.session import PythonSession

LIMITS = llmerm.Limits(fuel_per_load=100_000_000, memory=96 << 20)


def test_the_namespace_lives_from_cell_to_cell() -> None:
    session = PythonSession()
    assert session.run("import math\ndef double(n): return 2 * n\nx = 20") == ("", "ok")
    assert session.run("print(double(x), math.pi > 3)\ndouble(x) + 1") == ("40 True\n41\n", "ok")
    assert session.run("None") == ("", "ok")
    assert session.run("__name__").output == "'__main__'\n"
    assert PythonSession().run("x").outcome == "exception"  # another session has another namespace


def test_an_exception_shows_its_traceback_and_keeps_the_namespace() -> None:
    session = PythonSession()
    reply = session.run("x = 1\nprint('before')\ndef g(): 1 / 0\ng()")
    assert reply.outcome == "exception"
    assert reply.output.startswith("before\nTraceback") and "ZeroDivisionError" in reply.output
    assert 'File "<tool>", line 4' in reply.output and "runner" not in reply.output
    assert session.run("x") == ("1\n", "ok")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1 +", "SyntaxError"),
        ("  x = 1", "IndentationError"),
        ("return 1", "SyntaxError"),
        ("import nowhere", "ModuleNotFoundError"),
        ("import sys\nsys.exit(2)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("open('/etc/passwd')", "PermissionError"),
        ("input()", "EOFError"),
        ("def g(): g()\ng()", "RecursionError"),
        ("x = '\ud800'", "?"),
    ],
)
def test_what_a_cell_raises_is_in_its_output(code: str, name: str) -> None:
    session = PythonSession()
    reply = session.run(code)
    if name == "?":  # a lone surrogate cannot cross; the cell runs with a question mark in its place
        assert (reply.outcome, session.run("x").output) == ("ok", "'?'\n")
    else:
        assert reply.outcome == "exception" and name in reply.output
    assert session.run("1").outcome == "ok"


def test_output_is_bounded_with_a_notice() -> None:
    session = PythonSession(output_limit=100)
    reply = session.run("print('a' * 250)")
    assert reply == ("a" * 100 + "\n[151 more characters were cut]", "ok")
    assert session.run("print('b' * 99)") == ("b" * 99 + "\n", "ok")
    assert session.run("for i in range(1000): print(i)").output.count("\n") < 40
    assert session.run("raise ValueError('c' * 5000)").output.endswith("more characters were cut]")
    # Counted in characters, so a cut never falls inside one.
    assert session.run("print('é' * 200)").output == "é" * 100 + "\n[101 more characters were cut]"
    assert len(PythonSession().run("print('d' * 100_000)").output) < 20_100


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("while True: pass", "out_of_fuel"),
        ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", "out_of_fuel"),
        ("import os\nos._exit(0)", "trap"),
    ],
)
def test_a_cell_that_loses_the_interpreter_leaves_a_fresh_namespace(code: str, outcome: str) -> None:
    session = PythonSession(LIMITS, llmerm.Dataset(["01"], [1]))
    assert session.run("x = 1; rows.clear()").outcome == "ok"
    assert session.run(code).outcome == outcome
    assert "NameError" in session.run("x").output
    assert session.run("rows").output == "[('01', 1)]\n"


def test_memory_is_bounded() -> None:
    session = PythonSession(LIMITS)
    reply = session.run("x = bytearray(200 << 20)")
    assert reply.outcome == "exception" and "MemoryError" in reply.output
    assert session.run("len(bytearray(1 << 20))") == ("1048576\n", "ok")


def test_fuel_is_for_each_cell_anew() -> None:
    session = PythonSession(LIMITS)
    for _ in range(4):
        assert session.run("for _ in range(100_000): pass").outcome == "ok"
    assert session.run("for _ in range(6_000_000): pass").outcome == "out_of_fuel"


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        (llmerm.Dataset(["01", "é"], [0, 1]), "[('01', 0), ('é', 1)]"),
        (llmerm.Dataset(["a", "b"], ["yes", "no"]), "[('a', 'yes'), ('b', 'no')]"),
        (llmerm.Dataset([[1, 2**63 - 1], []], [0, 1]), "[([1, 9223372036854775807], 0), ([], 1)]"),
        (llmerm.Dataset([[0.5], [-0.0]], [-1, 2]), "[([0.5], -1), ([-0.0], 2)]"),
        (llmerm.Dataset([{"a": None, "b": True}], [3]), "[({'a': None, 'b': True}, 3)]"),
        (llmerm.Dataset(["x", "y"]), "[('x', None), ('y', None)]"),
        (llmerm.Dataset(["p", "q", "r"], [1, 2, 3])[1:2], "[('q', 2)]"),
    ],
)
def test_exactly_the_rows_given_are_there(rows: llmerm.Dataset, shown: str) -> None:
    assert PythonSession(rows=rows).run("rows").output == shown + "\n"


def test_no_other_row_is_to_be_found_in_the_sandbox() -> None:
    secret, shown = "0110100110010110", "1000000000000001"
    data = llmerm.Dataset([shown, secret], [0, 1])
    session = PythonSession(rows=data[:1])
    search = (
        "import gc\nfound = [o for o in gc.get_objects() for o in [o, *gc.get_referents(o)]\n"
        "         if type(o) is str and set(o) == {'0', '1'} and len(o) == 16 and o.startswith(head)]\n"
        "print(len(found) > 0)"
    )
    assert session.run("head = '1' + '000'\n" + search) == ("True\n", "ok")
    assert session.run("head = '0' + '110'\n" + search) == ("False\n", "ok")
    assert "NameError" in PythonSession().run("rows").output
