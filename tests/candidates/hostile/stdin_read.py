# expect: exception=all raises:EOFError
def f(x):
    return int(input())
