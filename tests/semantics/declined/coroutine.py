# tier: declined
# inputs: ["01"]
async def g():
    return 5

def f(x):
    try:
        g().send(None)
    except StopIteration as e:
        return e.value
