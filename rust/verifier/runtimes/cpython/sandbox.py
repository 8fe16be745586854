"""What the frozen interpreter can import and what it must not try.

The component has no imports, so any system call traps: the instance is lost and the row is a fault. That is safe
but blunt: code that would merely get an OSError elsewhere, and handle it, would die here. So the doors that Python
code commonly tries raise an exception, and the trap stays behind them for everything else.
"""

import _imp
import builtins
import importlib
import io
import os
import pkgutil
import random
import sys
import time
import traceback
import warnings
from _ast import AST
from functools import lru_cache  # noqa: F401  (used by the runner)
from types import CodeType

# Modules that act when they are imported, need what is not here (a screen, a terminal, other processes), or are tests.
SKIP = frozenset(
    "antigravity this idlelib turtle turtledemo tkinter lib2to3 ensurepip venv test pydoc_data __main__ "
    "site sitecustomize usercustomize".split()
)


def preload():
    """Import the whole standard library, submodules too; there is no file to import from later."""
    roots = [entry for entry in sys.path if os.path.isdir(entry) and os.path.exists(os.path.join(entry, "os.py"))]
    names = {name for name in sys.stdlib_module_names if name.partition(".")[0] not in SKIP}
    for name in sorted(names):
        attempt(name)
    for root in roots:
        for package in sorted(names):
            folder = os.path.join(root, package)
            if os.path.isdir(folder):
                for found in pkgutil.walk_packages([folder], package + ".", onerror=lambda _: None):
                    leaf = found.name.rpartition(".")[2]
                    if leaf not in ("__main__", "test", "tests") and not leaf.startswith("test_"):
                        attempt(found.name)


def attempt(name):
    """Import one module if this build has what it needs."""
    try:
        importlib.import_module(name)
    except Exception:  # whatever it lacks, this build cannot import it, and a candidate gets ModuleNotFoundError
        sys.modules.pop(name, None)


def refuse(what):
    """A function that raises PermissionError whatever it is given."""

    def refused(*args, **kwargs):
        raise PermissionError(f"the sandbox has no {what}")

    return refused


COMPILE, EVAL, EXEC, FRAME, UNENCODABLE = builtins.compile, builtins.eval, builtins.exec, sys._getframe, "\ud800"


LIVE_LOCALS = (lambda: type(FRAME().f_locals))()  # what a function's frame has; a module's or class's is a dict


def compile(source, filename, *args, **kwargs):
    """`compile`, but a syntax error does not look for the source's line in a file: that would be a system call.

    CPython opens the file of that name to show the line; for a name that cannot be encoded it does not try.
    """
    if type(filename) is not str or not isinstance(source, (str, bytes, bytearray, AST)):
        return COMPILE(source, filename, *args, **kwargs)
    try:
        made = COMPILE(source, filename + UNENCODABLE, *args, **kwargs)
    except SyntaxError as error:
        error.filename = filename
        if len(error.args) == 2:
            error.args = error.args[0], (filename, *error.args[1][1:])
        raise error.with_traceback(None) from None
    if isinstance(made, CodeType):  # else a tree, which has no file name
        _imp._fix_co_filename(made, filename)
    return made


def scope(frame):
    """The names that code run by `eval` or `exec` in a frame sees. In a function that is a copy, as with the builtins:
    its `f_locals` would write through to the function's own variables."""
    names = frame.f_locals
    return frame.f_globals, dict(names) if type(names) is LIVE_LOCALS else names


def eval(source, /, globals=None, locals=None):
    """`eval` by way of `compile` above; names come from the caller's frame, as the builtin's do."""
    if globals is None:
        globals, names = scope(FRAME(1))
        locals = names if locals is None else locals
    if isinstance(source, (str, bytes, bytearray)):
        source = compile(source.lstrip(" \t" if isinstance(source, str) else b" \t"), "<string>", "eval")
    return EVAL(source, globals, locals)


def exec(source, /, globals=None, locals=None, *, closure=None):
    """`exec` by way of `compile` above."""
    if globals is None:
        globals, names = scope(FRAME(1))
        locals = names if locals is None else locals
    if isinstance(source, (str, bytes, bytearray)):
        source = compile(source, "<string>", "exec")
    return EXEC(source, globals, locals, closure=closure)


class Discard(io.TextIOBase):
    """Where a candidate's prints go."""

    def write(self, text):
        return len(text)


FILES = "open stat lstat listdir scandir mkdir rmdir remove unlink rename replace readlink symlink link chdir getcwd getcwdb access utime truncate"
CLOCK = "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns sleep clock_gettime clock_gettime_ns localtime"


def close():
    """Shut the doors; called last, when everything is imported."""
    sys.path.clear()
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [finder for finder in sys.meta_path if getattr(finder, "__name__", "") != "PathFinder"]
    sys.argv[:] = [""]
    os.environ._data.clear()
    posix = sys.modules["posix"]
    posix.environ.clear()
    for name in FILES.split():
        for module in (os, posix):
            if hasattr(module, name):
                setattr(module, name, refuse("files"))
    for name in CLOCK.split():
        if hasattr(time, name):
            setattr(time, name, refuse("clock"))
    # A syntax error's suggestions come from a tokenizer in C that looks for the source in a file.
    traceback.TracebackException._find_keyword_typos = lambda self: None
    builtins.compile, builtins.eval, builtins.exec = compile, eval, exec
    builtins.open = io.open = sys.modules["_io"].open = refuse("files")
    io.FileIO = sys.modules["_io"].FileIO = refuse("files")
    sys.modules["_socket"].socket = refuse("network")
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(""), Discard(), Discard()
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    random.seed(0)


preload()
