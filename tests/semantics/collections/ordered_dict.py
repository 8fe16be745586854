# inputs: ["ab"]
from collections import OrderedDict
def f(x):
    d = OrderedDict((c, i) for i, c in enumerate(x))
    d.move_to_end("a")
    return ord(next(iter(d)))
