# expect: bad_output=all
async def f(x):
    return x.count("1") % 2
