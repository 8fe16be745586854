# inputs: [[0], [1], [2], [3], [4], [5], [6], [7]]
# deopt
def f(x):
    k = x[0]
    if k == 0: raise LookupError
    if k == 1: raise ArithmeticError("a", 1)
    if k == 2: raise BaseException
    if k == 3: raise SystemExit(3)
    if k == 4: raise KeyboardInterrupt
    if k == 5: return b"\xff".decode()
    if k == 6: raise EOFError
    raise OSError
