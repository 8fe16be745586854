# inputs: ["0", "1", "2", "3"]
def f(x):
    if x == "0":
        return len("%d" % "a")
    if x == "1":
        return len("%s %s" % "a")
    if x == "2":
        return len("a" % 5)
    return len("%y" % 5)
