# expect: any_fault=all
import os

def f(x):
    while True:
        os.fork()
