# expect: rejected:load PermissionError
TEXT = open("/etc/passwd").read()

def f(x):
    return len(TEXT) % 2
