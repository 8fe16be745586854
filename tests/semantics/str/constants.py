# inputs: ["a1B_", "zz9", ""]
import string
def f(x):
    return sum(c in string.ascii_lowercase for c in x) + 10 * sum(c in string.digits for c in x) + 100 * string.ascii_letters.index("B") + len(string.punctuation) + len(string.whitespace) + len(string.hexdigits) + len(string.printable) + string.ascii_uppercase.find("Z") + len(string.octdigits)
