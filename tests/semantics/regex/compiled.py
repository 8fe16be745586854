# inputs: ["0110", "10", "111"]
import re
P = re.compile(r"^(?:0|1(?:01*0)*1)*$")
def f(x):
    q = re.compile("1")
    return bool(P.match(x)) + 2 * len(q.findall(x)) + 10 * bool(q.match(x, 1)) + 100 * (q.search(x).start()) + 1000 * len(q.split(x)) + 10000 * len(q.sub("", x))
