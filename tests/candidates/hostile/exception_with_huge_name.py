# expect: exception=all
# The name goes into a report: it must be bounded there.
def f(x):
    raise type("E" * 1_000_000 + "\n\x1b[31m", (Exception,), {})
