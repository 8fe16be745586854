# inputs: [[6, 4], [-7, 2]]
import operator
from operator import add, itemgetter, xor
def f(x):
    a, b = x
    return add(a, b) + operator.mul(a, b) * 10 + xor(a, b) + operator.sub(a, b) + operator.floordiv(a, b) + operator.mod(a, b) + operator.neg(a) + operator.and_(a, b) + operator.or_(a, b) + operator.eq(a, b) + operator.lt(a, b) + itemgetter(1)(x) + len(itemgetter(0, 1)(x)) + max([(1, 2), (0, 5)], key=itemgetter(1))[0] + operator.not_(a) + operator.getitem(x, 0) + operator.contains(x, 4) + operator.pow(b, 2) + operator.lshift(1, 3)
