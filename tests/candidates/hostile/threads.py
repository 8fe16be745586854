# expect: any_fault=all
import threading

def f(x):
    worker = threading.Thread(target=print)
    worker.start()
    worker.join()
    return x.count("1") % 2
