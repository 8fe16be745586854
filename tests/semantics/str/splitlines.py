# inputs: ["", "a\nb", "a\r\nb\rc", "\n\n", "a\n", "a\x0bb\x0cc\x1cd"]
def f(x):
    return len(x.splitlines()) * 1000 + len("".join(x.splitlines())) * 10 + len(x.splitlines(True)[0] if x else "")
