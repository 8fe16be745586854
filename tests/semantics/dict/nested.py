# inputs: ["0110", "111", ""]
def f(x):
    t = {"s": {"0": "s", "1": "a"}, "a": {"0": "b", "1": "s"}, "b": {"0": "a", "1": "b"}}
    s = "s"
    for c in x:
        s = t[s][c]
    t["s"]["n"] = len(x)
    return "sab".index(s) * 10 + t["s"]["n"]
