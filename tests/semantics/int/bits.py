# inputs: [[0], [1], [255], [256], [-1], [-256], [9223372036854775807], [-9223372036854775808]]
# deopt
def f(x):
    n = x[0]
    return n.bit_length() * 1000 + n.bit_count() + (n * n).bit_length() * 1000000 + (n << 70).bit_count()
