# inputs: ["", "0110"]
import zlib
def f(x):
    return zlib.crc32(x.encode()) + zlib.adler32(x.encode())
