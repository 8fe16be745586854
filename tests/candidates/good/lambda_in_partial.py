# expect: correct=all
from functools import partial

f = partial(lambda base, x: x.count("1") % base, 2)
