# expect: any_fault=all
# An event loop needs a socket pair and a clock.
import asyncio

async def parity(x):
    return x.count("1") % 2

def f(x):
    return asyncio.run(parity(x))
