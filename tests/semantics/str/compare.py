# inputs: ["", "0", "01", "1", "011", "abc", "Z"]
def f(x):
    bits = [x < "01", x <= "01", x > "0", x >= "1", x == "01", x != "", x < x + "0", "a" < x < "b", x > "", max(x, "05") == x, min("", x) == x]
    return sum(b << i for i, b in enumerate(bits))
