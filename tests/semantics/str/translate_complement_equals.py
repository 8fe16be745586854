# inputs: ["0", "0110", "01", "0011"]
T = str.maketrans("01", "10")
def f(x):
    h = len(x) // 2
    return int(x[:h].translate(T) == x[h:])
