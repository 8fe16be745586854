# expect: exception=all
class Meta(type):
    def __getattribute__(cls, name):
        raise SystemExit

class Nameless(Exception, metaclass=Meta):
    pass

def f(x):
    raise Nameless
