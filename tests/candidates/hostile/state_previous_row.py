# expect: impure
previous = ""

def f(x):
    global previous
    previous, answer = x, previous.count("1") % 2
    return answer
