# expect: any_fault=all
import os

def f(x):
    os._exit(0)
