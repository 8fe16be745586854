# inputs: ["MCMXCIV", "III", "IX", "LVIII", "Q"]
def f(x):
    v = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    return sum(-v[a] if v[a] < v.get(b, 0) else v[a] for a, b in zip(x, x[1:] + " "))
