# expect: correct=all
async def parity(x):
    return x.count("1") % 2

def f(x):
    task = parity(x)
    try:
        task.send(None)
    except StopIteration as done:
        return done.value
