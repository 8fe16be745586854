# inputs: ["0110", "a1b22c", ""]
import re
def f(x):
    return len(re.split("1", x)) + 10 * len(re.split("(1)", x)) + 100 * len(re.split(r"\d+", x)) + 1000 * len(re.split("1", x, maxsplit=1)) + 10000 * len(re.split("", x))
