# inputs: ["a", "0"]
def f(x):
    try:
        return 6 // int(x)
    except ValueError:
        return [][0]
    finally:
        if x == "0":
            {}["k"]
