# inputs: ["0110", "1", "10101"]
from hashlib import sha256
def f(x):
    return int(sha256(x.encode()).hexdigest(), 16) & 1
