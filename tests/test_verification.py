"""What `verify` and `predict` say of a Python candidate: modules, loading, state, company, arguments."""

from __future__ import annotations

import llmerm
import numpy as np
import pytest
from llmerm.errors import UsageError
from llmerm.verification import FAULTS, Predictions, Verdict

LIMITS = llmerm.Limits(fuel_per_row=20_000_000, fuel_per_load=2_000_000_000)
BITS = [f"{i:06b}" for i in range(40)]
PARITY = llmerm.Dataset(BITS, [row.count("1") % 2 for row in BITS])
ONE_ROW = llmerm.Dataset(["0"], [0])
MODULE = (
    '(module (memory (export "memory") 1) (func (export "f") (param i32 i32) (result i64) (i64.const 1)))'
)


def program(source: str, input_type: str = "text", language: str = "python") -> llmerm.Program:
    made = llmerm.compile(source, language=language, input_type=input_type, limits=LIMITS)
    assert isinstance(made, llmerm.Program), made
    return made


def verdict(source: str, rows: llmerm.Dataset = PARITY, **options: object) -> Verdict:
    return llmerm.verify([program(source, rows.input_type)], rows, limits=LIMITS, **options)[0]  # type: ignore[arg-type]


def predicted(source: str, rows: llmerm.Dataset = PARITY) -> Predictions:
    return llmerm.predict(program(source, rows.input_type), rows, limits=LIMITS)


MODULES = {
    "imports and constants": "import math\nK = 2\ndef f(x): return math.floor(x.count('1')) % K",
    "helpers": "def ones(x): return x.count('1')\ndef f(x): return ones(x) % 2",
    "a helper below": "def f(x): return ones(x) % 2\ndef ones(x): return x.count('1')",
    "recursion": "def f(x): return (x[0] == '1') ^ f(x[1:]) if x else 0",
    "mutual recursion": "def f(x): return 0 if not x else g(x[1:]) if x[0] == '1' else f(x[1:])\n"
    "def g(x): return 1 if not x else f(x[1:]) if x[0] == '1' else g(x[1:])",
    "a class": "class P:\n    def __init__(self, x): self.n = x.count('1')\n"
    "    def odd(self): return self.n % 2\ndef f(x): return P(x).odd()",
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    n: int\n"
    "def f(x): return P(x.count('1')).n % 2",
    "main guard": "def f(x): return x.count('1') % 2\n"
    "if __name__ == '__main__':\n    raise SystemExit(f(input()))",
    "a global in a comprehension": "K = 2\ndef f(x): return [x.count('1') % K for _ in range(K)][0]",
    "annotations from the future": "from __future__ import annotations\n"
    "def f(x: Nowhere): return x.count('1') % 2",
    "its own module": "import sys\ndef f(x): return sys.modules[__name__].g(x)\n"
    "def g(x): return x.count('1') % 2",
    "pickle finds its class": "import pickle\nclass P:\n    pass\np = pickle.dumps(P())\n"
    "def f(x): return isinstance(pickle.loads(p), P) and x.count('1') % 2",
    "the only function": "from os.path import join\ndef parity(x): return x.count('1') % 2",
    "the only function, cached": "import functools\n@functools.cache\ndef parity(x): return x.count('1') % 2",
    "a lambda": "f = lambda x: x.count('1') % 2",
    "f before others": "def g(x): return 2\ndef f(x): return x.count('1') % 2\ndef h(x): return 2",
    "a bound method": "class P:\n    def m(self, x): return x.count('1') % 2\nf = P().m",
    "a builtin by name": "from operator import itemgetter\ng = itemgetter(0)\n"
    "f = lambda x: g([x.count('1') % 2])",
}


@pytest.mark.parametrize("name", MODULES)
def test_a_source_has_the_semantics_of_a_module(name: str) -> None:
    counted = verdict(MODULES[name])
    assert (counted.correct, counted.rejected, counted.pure) == (40, None, True), counted


REJECTED = [
    ("def f(x:", "SyntaxError: '(' was never closed"),
    ("def f(x):\nreturn 1", "IndentationError"),
    ("import nowhere\ndef f(x): return 1", "ModuleNotFoundError: No module named 'nowhere'"),
    ("1 / 0", "ZeroDivisionError: division by zero"),
    ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("import sys\nsys.exit(3)", "SystemExit: 3"),
    ("x = 1", "the source defines no function; define f(x)"),
    ("class f2:\n    pass", "the source defines no function; define f(x)"),
    ("from math import gcd", "the source defines no function; define f(x)"),
    ("f = 3\ndef g(x): return 1", "`f` is int, not a function"),
    (
        "def g(x): return 1\ndef h(x): return 1",
        "no function is named f and there are several: g, h; name one f",
    ),
    ("class E(Exception):\n    def __str__(self): raise self\nraise E", "E"),
    ("raise ValueError('x' * 10_000 + chr(10))", "ValueError: xxx"),
]


@pytest.mark.parametrize(("source", "reason"), REJECTED, ids=[reason[:20] for _, reason in REJECTED])
def test_what_cannot_be_loaded_is_rejected_with_the_reason(source: str, reason: str) -> None:
    turned_away = verdict(source)
    assert turned_away.stage == "load" and turned_away.rejected is not None
    assert reason in turned_away.rejected
    assert "\n" not in turned_away.rejected and len(turned_away.rejected) <= 500
    assert (turned_away.rows, turned_away.risk, turned_away.fuel, turned_away.pure) == (0, None, 0, None)
    with pytest.raises(UsageError, match="the program cannot be run"):
        predicted(source)


def test_what_compile_rejected_keeps_its_place_among_the_verdicts() -> None:
    rejected = llmerm.compile("(nonsense", language="wat")
    assert isinstance(rejected, llmerm.Rejected)
    good = program("def f(x): return x.count('1') % 2")
    first, second, third = llmerm.verify([rejected, good, rejected], PARITY, limits=LIMITS)
    assert first == third and first.stage == "compile" and first.rejected == rejected.reason
    assert first.tier == "" and set(first.faults) == set(FAULTS)
    assert (second.correct, second.tier) == (40, "fast")
    assert llmerm.verify([], PARITY) == []


def test_exceptions_are_counted_by_type() -> None:
    source = (
        "class Mine(Exception): pass\ndef f(x):\n    if x[-1] == '1': raise Mine\n    return 1 // int(x[-2])"
    )
    counted = verdict(source)
    assert counted.exceptions == {"Mine": 20, "ZeroDivisionError": 10}
    assert counted.faults["exception"] == 30 and counted.rows == 40


def test_candidates_cannot_reach_one_another() -> None:
    honest = program("import math, json\ndef f(x): return len(x) * 0 + math.floor(x.count('1')) % 2")
    vandals = [
        program(
            "import builtins, math, json, sys\nbuiltins.len = math.floor = lambda x: 7\nsys.modules.clear()\n"
            "json.dumps = None\ndef f(x):\n    builtins.mine = 1\n    return 1"
        ),
        program("import builtins\ndef f(x): return hasattr(builtins, 'mine')"),
        program(
            "import gc\ndef f(x):\n    [o.clear() for o in gc.get_objects() if type(o) is dict]\n    return 1"
        ),
    ]
    company = [honest, vandals[0], honest, vandals[1], vandals[2], honest]
    alone = llmerm.verify([honest], PARITY, limits=LIMITS)[0]
    assert alone.correct == 40
    for threads in (1, 2):
        verdicts = llmerm.verify(company, PARITY, limits=LIMITS, threads=threads)
        assert verdicts[0] == verdicts[2] == verdicts[5] == alone
        assert verdicts[3].correct == PARITY.y.tolist().count(0)  # type: ignore[union-attr]


def test_the_audit_finds_state_and_only_state() -> None:
    counter = "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n % 2"
    cache = "seen = {}\ndef f(x):\n    return seen.setdefault(x, x.count('1') % 2)"
    raises_once = "first = []\ndef f(x):\n    if first: return 1\n    first.append(x)\n    raise ValueError"
    random = "import random\ndef f(x): return random.getrandbits(8)"
    assert verdict(counter).pure is False
    assert verdict(raises_once).pure is False
    assert verdict(random).pure is False
    assert (verdict(cache).pure, verdict(cache).correct) == (True, 40)
    assert verdict(counter, audit_rows=0).pure is None
    endless = llmerm.compile("def f(x):\n    while True: pass", tier="cpython")
    [at_its_limit] = llmerm.verify([endless], PARITY[:2], limits=LIMITS)
    assert at_its_limit.pure is None  # rows at a limit are not audited


def test_every_row_may_have_an_instance_of_its_own() -> None:
    counter = "n = 0\ndef f(x):\n    global n\n    n += 1\n    return n"
    rows = llmerm.Dataset(BITS, [1] * 40)
    assert verdict(counter, rows).correct == 1
    isolated = verdict(counter, rows, isolation="row")
    assert (isolated.correct, isolated.pure) == (40, True)
    given = llmerm.predict(program(counter), rows, isolation="row")
    assert given.labels.tolist() == [1] * 40
    failing = verdict("def f(x):\n    if x[-1] == '1': raise ValueError\n    return 1", rows, isolation="row")
    assert (failing.correct, failing.exceptions) == (20, {"ValueError": 20})


def test_arguments_that_cannot_be_honoured() -> None:
    good = program("def f(x): return 1")
    with pytest.raises(UsageError, match="no labels"):
        llmerm.verify([good], llmerm.Dataset(["0"]))
    with pytest.raises(UsageError, match="text rows cannot run on ints rows"):
        llmerm.verify([good], llmerm.Dataset([[1]], [1]))
    with pytest.raises(UsageError, match="text rows cannot run on floats rows"):
        llmerm.predict(good, llmerm.Dataset([[1.5]]))
    with pytest.raises(UsageError, match="threads"):
        llmerm.verify([good], ONE_ROW, threads=0)
    with pytest.raises(UsageError, match="audit_rows"):
        llmerm.verify([good], ONE_ROW, audit_rows=-1)
    with pytest.raises(UsageError, match="isolation"):
        llmerm.verify([good], ONE_ROW, isolation="process")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="language must be one of"):
        llmerm.compile("", language="perl")
    with pytest.raises(UsageError, match="input_type must be one of"):
        llmerm.compile("", input_type="images")


def test_no_rows_have_no_risk() -> None:
    empty = llmerm.Dataset([], [], input_type="text")
    counted = verdict("def f(x): return 1", empty)
    assert (counted.rows, counted.risk, counted.pure, counted.rejected) == (0, None, None, None)
    assert verdict("def f(x", empty).stage == "load"
    assert predicted("def f(x): return 1", empty).labels.shape == (0,)


def test_a_verdict_as_json_adds_up() -> None:
    plain = verdict("def f(x): return 1").to_json()
    assert plain["rows"] == plain["correct"] + plain["wrong"] + sum(plain["faults"].values()) == 40
    assert plain["risk"] == (plain["wrong"] + sum(plain["faults"].values())) / 40


def test_predictions_unpack_to_labels_and_faults_and_are_an_array_of_labels() -> None:
    rows = llmerm.Dataset(["10", "11", "x"], [1, 0, 0])
    given = llmerm.predict(llmerm.compile("def f(x): return int(x, 2) % 2 ^ 1"), rows)
    labels, faults = given
    assert labels.tolist()[:2] == [1, 0]
    assert faults.tolist() == [False, False, True]
    assert (given == rows.y)[:2].all()
    assert np.asarray(given) is given.labels
