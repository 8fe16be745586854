# inputs: ["0", "101"]
# deopt
def f(x):
    n = int(x)
    s = "%s %d %5d %-5d| %05d %x %X %o %c %% %r %5.2f %e %g %+d" % (x, n, n, n, n, n, n, n, "c", x, n / 3, n, n / 7, n)
    t = "%(a)s-%(b)03d" % {"a": x, "b": n}
    total = 0
    for c in s + t + "%s" % n + "%s" % (x,):
        total = (total * 131 + ord(c)) % 1000000007
    return total
