# expect: exception=all raises:Gone
class Gone(BaseException):
    pass

def f(x):
    raise Gone(x)
