# expect: exception=all
# A new type for every row: the table of exception types must be bounded.
def f(x):
    raise type("E" + x, (Exception,), {})
