# inputs: ["0010", "1", "000"]
def f(x):
    seen = []
    def look(c):
        seen.append(c)
        return c == "1"
    a = any(look(c) for c in x)
    b = all(look(c) for c in x)
    return len(seen) * 10 + a * 2 + b
