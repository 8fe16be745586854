# inputs: ["0110"]
def f(x):
    calls = [0]
    def walk(i):
        calls[0] += 1
        return 0 if i >= len(x) else walk(i + 1) + (x[i] == "1")
    return walk(0) * 100 + calls[0]
