# expect: exception=all raises:RecursionError
class Mirror:
    def __getattr__(self, name):
        return getattr(self, name + "x")

def f(x):
    return Mirror().a
