# expect: exception=all raises:RuntimeError
import threading

def f(x):
    worker = threading.Thread(target=print)
    worker.start()
    worker.join()
    return x.count("1") % 2
