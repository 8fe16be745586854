# expect: exception=all raises:PermissionError
def f(x):
    return len(open("/etc/passwd").read()) % 2
