# expect: correct=all
exec("def ones(x): return x.count(chr(49))")

def f(x):
    return eval("ones(x) % 2", globals(), {"x": x})
