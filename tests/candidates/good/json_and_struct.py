# expect: correct=all
import json
import struct

def f(x):
    bits = json.loads(json.dumps(list(map(int, x))))
    return sum(struct.unpack(f"<{len(bits)}b", struct.pack(f"<{len(bits)}b", *bits))) % 2
