# inputs: ["abracadabra", "0110", "z"]
def f(x):
    d = {}
    for c in x:
        d[c] = d.get(c, 0) + 1
    top = sorted(d.items(), key=lambda kv: (-kv[1], kv[0]))
    best = max(d, key=d.get)
    low = min(d.items(), key=lambda kv: kv[1])
    return ord(top[0][0]) * 1000 + top[-1][1] * 100 + ord(best) + low[1] + sum(sorted(d.values())[:2])
