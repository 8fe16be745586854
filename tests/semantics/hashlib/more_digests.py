# tier: any
# inputs: ["", "0110"]
import hashlib
def f(x):
    b = x.encode()
    return sum(h(b).digest()[1] for h in (hashlib.sha224, hashlib.sha384, hashlib.blake2b, hashlib.blake2s, hashlib.sha3_256)) + hashlib.new("md5", b).digest()[0]
