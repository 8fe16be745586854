# tier: declined
# inputs: ["01", "0"]
def f(x):
    match x:
        case "0":
            return 5
        case _:
            return 6
