# expect: trap=all
import threading

def f(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    return x.count("1") % 2
