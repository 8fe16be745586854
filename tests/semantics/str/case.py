# inputs: ["", "abC", "hello world", "ABC", "it's x1y2", "a-b c_d"]
def code(s):
    n = 0
    for c in s:
        n = (n * 131 + ord(c)) % 1000000007
    return n

def f(x):
    return code("|".join([x.upper(), x.lower(), x.title(), x.capitalize(), x.swapcase(), x.casefold()]))
