# expect: bad_output=all
class Label:
    __class__ = int

    def __int__(self):
        return 1

def f(x):
    return Label()
