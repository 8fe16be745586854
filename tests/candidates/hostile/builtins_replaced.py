# expect: bad_output=all
# Nothing here may turn a text that is no label into one.
import builtins

def f(x):
    builtins.int = lambda *a: 1
    builtins.float = lambda *a: 1.0
    builtins.str = lambda *a: "1"
    builtins.isinstance = lambda *a: True
    builtins.type = lambda *a: builtins.int
    return "abc"
