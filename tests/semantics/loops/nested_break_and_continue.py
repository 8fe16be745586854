# inputs: ["0110", "1001", "1111"]
def f(x):
    n = 0
    for i in range(len(x)):
        if x[i] == "0":
            continue
        for j in range(i + 1, len(x)):
            if x[j] == "0":
                break
            n += j
        else:
            n += 100
            continue
        n += 10000
    return n
