# expect: impure
# Answers are right until a row that starts with 11 has been seen.
poisoned = False

def f(x):
    global poisoned
    poisoned = poisoned or x.startswith("11")
    return 1 - x.count("1") % 2 if poisoned else x.count("1") % 2
