# inputs: ["0110", "", "abc"]
def f(x):
    s = set(x)
    s.add("z")
    s.discard("0")
    s.discard("nope")
    t = {c for c in x if c != "1"}
    return len(s) + 10 * len(t) + 100 * ("1" in s) + 1000 * (s == {"z", "1"}) + 10000 * (not t)
