# inputs: [[3, 1, 2], [0], [], [5, 0]]
def g(v):
    try:
        if v > 2:
            return 10 // v
        if v == 2:
            return "two"
        r = 10 // v
    except ZeroDivisionError:
        return -1
    else:
        return r
    finally:
        LOG = v
    return 99
def f(x):
    t = []
    for v in x:
        try:
            for w in range(3):
                try:
                    if w == v:
                        break
                    if w == 1:
                        continue
                    t.append(w)
                finally:
                    t.append(7)
            if v == 5:
                continue
            t.append(g(v) == "two")
        finally:
            t.append(v)
            if len(t) > 30:
                return 5
    n = 0
    for v in t:
        n = (n * 31 + v) % 1000003
    return n
