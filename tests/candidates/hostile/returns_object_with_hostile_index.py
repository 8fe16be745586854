# expect: bad_output=all
class Label:
    def __index__(self):
        while True:
            pass
    __int__ = __float__ = __bool__ = __str__ = __index__

def f(x):
    return Label()
