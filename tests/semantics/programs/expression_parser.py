# inputs: ["1+2*3", "(1+2)*3", "((7))", "2*(3+4)*5", "1+", ")"]
def f(x):
    pos = 0
    def peek():
        return x[pos] if pos < len(x) else ""
    def atom():
        nonlocal pos
        if peek() == "(":
            pos += 1
            v = total()
            if peek() != ")":
                raise ValueError
            pos += 1
            return v
        v = int(peek())
        pos += 1
        return v
    def term():
        nonlocal pos
        v = atom()
        while peek() == "*":
            pos += 1
            v *= atom()
        return v
    def total():
        nonlocal pos
        v = term()
        while peek() == "+":
            pos += 1
            v += term()
        return v
    v = total()
    return v if pos == len(x) else -1
