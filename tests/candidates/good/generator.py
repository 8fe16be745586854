# expect: correct=all
def flips(x):
    state = 0
    for c in x:
        state ^= c == "1"
        yield state

def f(x):
    *_, last = flips(x)
    return last
