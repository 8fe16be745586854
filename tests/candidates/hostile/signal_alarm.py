# expect: any_fault=all
def f(x):
    import signal
    signal.raise_signal(signal.SIGKILL)
    return 1
