# expect: exception=all raises:Mute
class Mute(Exception):
    def __str__(self):
        while True:
            pass
    __repr__ = __str__

def f(x):
    raise Mute
