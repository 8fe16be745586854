# expect: correct=all
import hashlib

def f(x):
    digest = hashlib.sha256(x.encode()).hexdigest()
    assert len(digest) == 64
    return x.count("1") % 2
