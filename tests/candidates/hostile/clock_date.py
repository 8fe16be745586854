# expect: trap=all
import datetime

def f(x):
    return datetime.datetime.now().microsecond % 2
