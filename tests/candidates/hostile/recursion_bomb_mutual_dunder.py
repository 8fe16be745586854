# expect: any_fault=all
class Mirror:
    def __getattr__(self, name):
        return getattr(self, name + "x")

def f(x):
    return Mirror().a
