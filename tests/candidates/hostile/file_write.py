# expect: exception=all raises:PermissionError
def f(x):
    with open("/tmp/llmerm-was-here", "w") as handle:
        handle.write(x)
    return x.count("1") % 2
