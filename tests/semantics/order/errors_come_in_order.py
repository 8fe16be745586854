# inputs: ["0", "1", "2"]
def f(x):
    if x == "0":
        return undefined + 1 // 0
    if x == "1":
        return [1 // 0, undefined]
    return {}[undefined_key][1 // 0]
