# inputs: ["0"]
for i in range(3):
    last = i
for j in []:
    never = j
def f(x):
    try:
        return never
    except NameError:
        return last * 10 + i
