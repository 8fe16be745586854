# inputs: [[0], [1], [2], [3], [4]]
def f(x):
    k = x[0]
    try:
        if k == 0: raise ZeroDivisionError
        if k == 1: raise KeyError
        if k == 2: raise ValueError
        if k == 3: raise NotImplementedError
        raise IndexError
    except ArithmeticError:
        return 1
    except LookupError:
        return 2
    except (TypeError, RuntimeError):
        return 3
    except Exception:
        return 4
