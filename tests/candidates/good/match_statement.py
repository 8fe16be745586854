# expect: correct=all
def f(x):
    match list(x):
        case []:
            return 0
        case ["1", *rest]:
            return 1 - f("".join(rest))
        case [_, *rest]:
            return f("".join(rest))
