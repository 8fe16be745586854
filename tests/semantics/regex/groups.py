# inputs: ["0110", "a1b22", "x"]
import re
def f(x):
    m = re.search(r"(?P<letter>[a-z])?(\d+)", x)
    if not m:
        return -1
    return len(m.group()) + 10 * len(m.group(2)) + 100 * (m.group("letter") is None) + 1000 * len(m.groups()) + 10000 * m.start(2) + 100000 * len(m[0]) + m.span()[1] + len(m.groupdict())
