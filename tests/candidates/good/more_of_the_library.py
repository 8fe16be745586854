# expect: correct=all
import array
import base64
import copy
import datetime
import uuid
import zlib

def f(x):
    bits = array.array("b", map(int, x))
    assert copy.deepcopy(bits) == bits and base64.b64decode(base64.b64encode(bits.tobytes())) == bits.tobytes()
    assert zlib.crc32(b"123456789") == 0xCBF43926
    assert uuid.uuid5(uuid.NAMESPACE_DNS, x).version == 5
    assert datetime.date(2026, 1, 1).toordinal() % 7 == 4
    return sum(bits) % 2
