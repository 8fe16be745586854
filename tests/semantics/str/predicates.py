# inputs: ["", "0", "a", "A", "aB", "1a", " ", "_x", "-1", "1.5", "Title Case", "\n", "for"]
def f(x):
    bits = [x.isdigit(), x.isalpha(), x.isalnum(), x.isspace(), x.isupper(), x.islower(), x.istitle(), x.isidentifier(), x.isnumeric(), x.isdecimal(), x.isascii(), x.isprintable()]
    return sum(b << i for i, b in enumerate(bits))
