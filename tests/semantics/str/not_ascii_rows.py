# deopt
# inputs: ["é", "01", "日本", "0١"]
def f(x):
    return len(x) * 1000 + ord(x[0]) + x.isdigit() + len(x.encode()) + int(x[-1] if x[-1].isdigit() else "0")
