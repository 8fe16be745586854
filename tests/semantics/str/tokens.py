# inputs: ["00010111", "0101", "000111", "01", "1001"]
def f(x):
    kinds = {"00": "(", "01": ")", "10": "[", "11": "]"}
    stack = []
    for i in range(0, len(x), 2):
        t = kinds[x[i:i + 2]]
        if t in "([":
            stack.append(t)
        elif not stack or stack.pop() + t not in ("()", "[]"):
            return 0
    return int(not stack)
