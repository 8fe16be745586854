# inputs: ["0011", "0110", "", "010011", "000", "1000"]
def f(x):
    stack, queue = [], list(x)
    while queue:
        c = queue.pop(0)
        if stack and stack[-1] != c:
            stack.pop()
        else:
            stack.append(c)
    return len(stack)
