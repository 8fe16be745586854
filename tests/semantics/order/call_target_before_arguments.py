# inputs: ["0", "1"]
def f(x):
    if x == "0":
        return no_such_function(1 // 0)
    return x.no_such_method(1 // 0)
