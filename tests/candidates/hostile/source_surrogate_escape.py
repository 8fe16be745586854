# expect: rejected:load UnicodeEncodeError
NAME = "\ud800" + chr(0xDC00)
NAME.encode()

def f(x):
    return 1
