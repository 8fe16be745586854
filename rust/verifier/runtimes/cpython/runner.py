"""The part of the CPython runtime that is written in Python: it loads one candidate and predicts chunks of rows.

componentize-py runs this module once, at build time, and freezes the interpreter's memory: everything at module level
is done when an instance starts. No label ever enters an instance, and every candidate has an instance of its own, so
all that a candidate can spoil by rewriting what it finds here is its own answers.

`predict` answers in bytes, which `answers.rs` decodes and does not trust:

    0, then an int64 a row                          every row gave a label
    1, then a record a row                          otherwise:
        0 int64             a label
        1 u8 n, n bytes     an exception, by the name of its type
        2                   not a label
        3                   memory ran out (an uncaught MemoryError)
        4 u32 n, n bytes    a string, where labels are classes
"""

import sandbox  # first: it must see the modules as they were before anything used them
import ast
import gc
import marshal
import sys
import types
from array import array
from session import Session

NAME = "candidate"
MESSAGE_LIMIT = 500  # characters of a rejection
NAME_LIMIT = 64  # bytes of an exception type's name
STRING_LIMIT = 256  # bytes of a class label; a longer string is no class
INT64 = range(-(2**63), 2**63)


def find_function(namespace):
    """The function to learn from: `f`, else the only function that the source defines at top level."""
    if "f" in namespace:
        if not callable(namespace["f"]):
            raise LookupError(f"`f` is {type(namespace['f']).__name__}, not a function")
        return namespace["f"]
    cached = type(FUNCTION_WITH_CACHE)
    found = {
        name: value
        for name, value in namespace.items()
        if type(value) in (types.FunctionType, cached) and value.__module__ == NAME
    }
    if len(found) == 1:
        return next(iter(found.values()))
    if not found:
        raise LookupError("the source defines no function; define f(x)")
    raise LookupError(f"no function is named f and there are several: {', '.join(sorted(found))}; name one f")


def describe(error):
    """One line that says what went wrong; a candidate's own exception may have a hostile __str__."""
    name = type_name(error)
    try:
        text = str.__str__(str(error))
    except BaseException:
        text = ""
    line = f"{name}: {text}" if text else name
    return line.replace("\n", " ")[:MESSAGE_LIMIT]


def type_name(error, _name=type.__dict__["__name__"].__get__):
    """The name of an exception's type, read past anything a metaclass may define."""
    return _name(type(error))


def label_of(value, classes, _type=type, _issubclass=issubclass, _int=int, _float=float, _str=str, _len=len):
    """One record of the answer for one returned value. Subclasses are read through their base's own methods."""
    kind = _type(value)
    if _issubclass(kind, _int):
        number = _int.__add__(value, 0)
    elif _issubclass(kind, _float):
        number = _float.__add__(value, 0.0)
        if not _float.is_integer(number):  # false for nan and the infinities
            return b"\2"
        number = _float.__int__(number)
    elif _issubclass(kind, _str):
        text = _str.__str__(value)
        if classes:
            raw = _str.encode(text, "utf-8", "surrogatepass")
            return b"\4" + _int.to_bytes(_len(raw), 4, "little") + raw if _len(raw) <= STRING_LIMIT else b"\2"
        if _len(text) > 40:  # longer than any int64, however it is spaced
            return b"\2"
        try:
            number = _int(text)
        except ValueError:
            return b"\2"
    else:
        return b"\2"
    return b"\0" + _int.to_bytes(number, 8, "little", signed=True) if number in INT64 else b"\2"


def fault_of(error, _type=type, _issubclass=issubclass, _len=len, _str=str, _bytes=bytes, _memory=MemoryError):
    """One record of the answer for one raised exception."""
    if _issubclass(_type(error), _memory):
        return b"\3"
    name = _str.encode(type_name(error), "utf-8", "replace")[:NAME_LIMIT]
    return b"\1" + _bytes((_len(name),)) + name


class Fault:
    """Stands in the list of outputs for a row that raised; no candidate's value is an instance of it."""

    __slots__ = ("record",)

    def __init__(self, record):
        self.record = record


def evaluate(function, rows, _map=map, _iter=iter, _len=len, _error=BaseException, _fault=Fault):
    """Call the function on each row. The loop is `extend`'s: what was appended before an exception stays."""
    outputs = []
    extend = outputs.extend
    count = _len(rows)
    rows = _iter(rows)
    while True:
        try:
            extend(_map(function, rows))
            if _len(outputs) == count:
                return outputs
            outputs.append(_fault(b"\1\x0dStopIteration"))  # a StopIteration from the function ends the map itself
        except _error as error:
            outputs.append(_fault(fault_of(error)))


def encode(outputs, classes, _set=set, _map=map, _type=type, _array=array, _fault=Fault, _plain=frozenset((int, bool))):
    """The answer's bytes: the short form when every output is a plain int64, else a record a row."""
    if _set(_map(_type, outputs)) <= _plain:
        try:
            return b"\0" + _array("q", outputs).tobytes()
        except OverflowError:
            pass
    return b"\1" + b"".join(
        value.record if _type(value) is _fault else label_of(value, classes) for value in outputs
    )


def canonical_text(source):
    """The source parsed, docstrings dropped and unparsed: the same text for programs that differ in layout and comments."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            body = node.body
            if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
                node.body = body[1:] or ([] if isinstance(node, ast.Module) else [ast.Pass()])
    return ast.unparse(tree)


def FUNCTION_WITH_CACHE(_):
    """Only its decorated type is of use: functions under `lru_cache` count as functions."""


FUNCTION_WITH_CACHE = sandbox.lru_cache(FUNCTION_WITH_CACHE)


class WitWorld:
    """The component's exports (runtime.wit). One candidate, or one session, an instance."""

    function = None
    session = Session()

    def load(self, source):
        try:
            module = types.ModuleType(NAME)
            sys.modules[NAME] = module
            exec(sandbox.compile(source, f"<{NAME}>", "exec", dont_inherit=True), module.__dict__)
            WitWorld.function = find_function(module.__dict__)
        except BaseException as error:
            raise Err(describe(error)) from None

    def predict(self, rows, classes, _loads=marshal.loads):
        return encode(evaluate(WitWorld.function, _loads(rows)), classes)

    def canonical(self, source):
        try:
            return canonical_text(source)
        except BaseException as error:
            raise Err(describe(error)) from None

    def define(self, variables):
        WitWorld.session.namespace.update(marshal.loads(variables))

    def run(self, code, output_limit):
        return WitWorld.session.run(code, output_limit)


from componentize_py_types import Err  # noqa: E402  (generated by componentize-py)


def warm_up():
    """Run every path once, so that the frozen image holds specialised bytecode and filled caches."""
    source = b"import re\nclass A(Exception): pass\ndef f(x):\n    'doc'\n    if x == '2': raise A(x)\n    return x.count('1') % 2\n"
    world = WitWorld()
    world.load(source)
    for _ in range(20):
        world.predict(marshal.dumps(["01"] * 20), False)
        world.predict(marshal.dumps(["01", "2", "01"]), False)
    world.canonical(source)
    world.run("print(1)\n2", 100)
    world.run("1 +", 100)
    for broken in (b"1 +", b"import nowhere", b""):
        try:
            world.load(broken)
        except Err:
            pass
    WitWorld.function = None
    WitWorld.session = Session()
    del sys.modules[NAME]


def fill_holes():
    """Fills the free places that start-up left all over the heap, so that a candidate's objects lie side by side behind it.

    An allocation takes the best-fitting hole: every small object of a candidate would land in another page of the frozen
    image, and each page costs a copy-on-write fault, and a place to look at when the instance is cleared.
    """
    space = [bytes(1 << 17) for _ in range(8)]
    top = max(map(id, space))  # what is allocated behind it found no hole
    ballast = []
    size = 1 << 16
    while size > 0:
        block = bytes(size)
        ballast.append(block)
        if id(block) > top:
            size = size // 2 if size > 4096 else size - 8
    return ballast  # `space` is free again, in one piece


warm_up()
sandbox.close()
for name in ("sandbox", "session"):
    del sys.modules[name]
exports = types.ModuleType("runner")  # componentize-py looks the exports up by this name
exports.WitWorld = WitWorld
sys.modules["runner"] = exports
gc.collect()
exports.ballast = fill_holes()
gc.freeze()  # nothing that was here before the candidate is looked at by its garbage collections
