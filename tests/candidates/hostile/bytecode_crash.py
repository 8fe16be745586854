# expect: trap=all
# Bytecode is not verified by CPython: this pops from an empty stack and jumps nowhere.
def f(x):
    def g():
        return 1
    g.__code__ = g.__code__.replace(co_code=bytes(range(2, 200)) * 4)
    return g()
