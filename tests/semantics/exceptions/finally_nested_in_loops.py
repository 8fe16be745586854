# inputs: [[3, 1, 2], [0], [], [5, 0]]
def f(x):
    for i in range(5):
        try:
            try:
                if i == len(x):
                    return x[i]
            finally:
                if i == 2:
                    break
        except IndexError:
            i = 50
            continue
        finally:
            x.append(i)
    return sum(x) * 10 + i
