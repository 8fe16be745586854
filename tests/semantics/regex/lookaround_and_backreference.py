# inputs: ["0110", "abab", "aa", "0101101"]
import re
def f(x):
    return bool(re.search(r"(.)\1", x)) + 2 * bool(re.search(r"^(.+)\1$", x)) + 4 * len(re.findall(r"(?<=0)1", x)) + 100 * len(re.findall(r"1(?!1)", x)) + 10000 * len(re.findall(r"(?<!0)1", x))
