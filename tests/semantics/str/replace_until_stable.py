# inputs: ["0011", "00110100", "01", "111000", ""]
def f(x):
    s = x.replace("0", "(").replace("1", ")")
    while "()" in s:
        s = s.replace("()", "")
    return len(s)
