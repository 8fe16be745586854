# inputs: ["0"]
import hashlib
def f(x):
    return hashlib.md5(x).digest()[0]
