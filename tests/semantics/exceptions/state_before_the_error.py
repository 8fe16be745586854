# inputs: [[3, 0, 2], [1, 2], []]
# tier: declined
def f(x):
    done, total = [], 0
    try:
        for v in x:
            total += 6 // v
            done.append(v)
        last = done[-1]
    except (ZeroDivisionError, IndexError) as e:
        last = -1
        total += 1000 if isinstance(e, IndexError) else 2000
    return total * 10 + len(done) + last
