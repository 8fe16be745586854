# inputs: ["", "0110"]
import hashlib
def f(x):
    h = hashlib.sha256()
    h.update(x.encode())
    a = h.hexdigest()
    h.update(b"more")
    return int(a[:8], 16) % 1000 * 1000 + int(h.hexdigest()[-4:], 16) + (h.hexdigest() == hashlib.sha256(x.encode() + b"more").hexdigest())
