# inputs: ["Ab1 _\n", "AB\nab", "\t"]
import re
def f(x):
    return len(re.findall("a", x, re.I)) + 10 * len(re.findall(r"\w", x)) + 100 * len(re.findall(r"\s", x)) + 1000 * len(re.findall("^a", x, re.M | re.IGNORECASE)) + 10000 * len(re.findall(".", x)) + 100000 * len(re.findall(".", x, re.S)) + 1000000 * len(re.findall(r"[^a-z\d]", x)) + len(re.findall(r"\b", x))
