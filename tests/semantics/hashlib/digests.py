# inputs: ["", "0", "0110", "a long row of more than sixty-four characters, so that two blocks are needed for it"]
# tier: declined
import hashlib
def f(x):
    n = 0
    for name in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512):
        h = name(x.encode())
        n = (n * 1009 + int(h.hexdigest(), 16) % 1000003 + h.digest()[0] + h.digest_size) % 1000000007
    return n
