/* The module operator: the operators as functions. */
#include "iter.h"
#include <math.h>

#define BINARY(name, function) PY("operator." name "(a, b, /) -> any") any operator_##function(any a, any b) { return function(a, b); }
BINARY("add", add)
BINARY("sub", subtract)
BINARY("mul", multiply)
BINARY("truediv", truediv)
BINARY("floordiv", floordiv)
BINARY("mod", modulo)
BINARY("pow", power)
BINARY("lshift", lshift)
BINARY("rshift", rshift)
BINARY("and_", bit_and)
BINARY("or_", bit_or)
BINARY("xor", bit_xor)
BINARY("getitem", get_item)
BINARY("iadd", inplace_add)
BINARY("imul", inplace_multiply)
BINARY("isub", inplace_subtract)
BINARY("iand", inplace_and)
BINARY("ior", inplace_or)
BINARY("ixor", inplace_xor)

#define UNARY(name, function) PY("operator." name "(a, /) -> any") any operator_##function(any a) { return function(a); }
UNARY("neg", negative)
UNARY("pos", positive)
UNARY("inv", invert)
PY("operator.invert(a, /) -> any") any operator_invert_too(any a) { return invert(a); }

static any checked(bool v) { return FAILED ? 0 : from_bool(v); }
PY("operator.eq(a, b, /) -> bool") any operator_eq(any a, any b) { return checked(equal(a, b)); }
PY("operator.ne(a, b, /) -> bool") any operator_ne(any a, any b) { return checked(!equal(a, b)); }
PY("operator.lt(a, b, /) -> bool") any operator_lt(any a, any b) { return checked(less(a, b)); }
PY("operator.le(a, b, /) -> bool") any operator_le(any a, any b) { return checked(less_equal(a, b)); }
PY("operator.gt(a, b, /) -> bool") any operator_gt(any a, any b) { return checked(less(b, a)); }
PY("operator.ge(a, b, /) -> bool") any operator_ge(any a, any b) { return checked(less_equal(b, a)); }
PY("operator.contains(a, b, /) -> bool") any operator_contains(any a, any b) { return checked(contains(a, b)); }
PY("operator.truth(a, /) -> bool") any operator_truth(any a) { return checked(truth(a)); }
PY("operator.not_(a, /) -> bool") any operator_not(any a) { return checked(!truth(a)); }

PY("operator.abs(a, /) -> any") any operator_abs(any a) {
    switch (tag_of(a)) {
    case T_INT: return int_abs(a);
    case T_BOOL: return small(bool_value(a));
    case T_FLOAT: return new_float(fabs(float_value(a)));
    }
    return raise(TypeError_);
}

static bool sequence(any v) { return is(v, T_STR) || is(v, T_BYTES) || is(v, T_LIST) || is(v, T_TUPLE) || is(v, T_DEQUE); }
PY("operator.concat(a, b, /) -> any") any operator_concat(any a, any b) { return sequence(a) && sequence(b) ? add(a, b) : raise(TypeError_); }

/* Whether two values are one object; 2 where that hangs on how CPython shares what never changes: equal ints, floats, texts, tuples. */
static int identical(any a, any b) {
    if (tag_of(a) != tag_of(b)) return false;
    switch (tag_of(a)) {
    case T_INT: return int_compare(a, b) != 0 ? false : small_value(a) >= -5 && small_value(a) <= 256 && is_small(a) ? true : 2;
    case T_FLOAT: return float_value(a) < float_value(b) || float_value(a) > float_value(b) ? false : 2;
    case T_STR: case T_BYTES: return str_equal(a, b) ? 2 : false;
    case T_TUPLE: return tuple_at(a)->len != tuple_at(b)->len ? false : 2;
    case T_FROZENSET: case T_RANGE: return 2;
    case T_DICT_KEYS: case T_DICT_VALUES: case T_DICT_ITEMS: return 2;
    }
    return a == b;
}

static any identity(any a, any b, bool wanted) {
    int v = identical(a, b);
    return v == 2 ? deopt() : from_bool(v == wanted);
}

PY("operator.is_(a, b, /) -> bool") any operator_is(any a, any b) { return identity(a, b, true); }
PY("operator.is_not(a, b, /) -> bool") any operator_is_not(any a, any b) { return identity(a, b, false); }

PY("operator.countOf(a, b, /) -> index") any operator_count_of(any a, any b) {
    int64_t count = 0;
    any it = iter_unordered(a);
    for (any v; !FAILED && (v = iter_next(it));) count += same(v, b);
    return FAILED ? 0 : small(count);
}

PY("operator.indexOf(a, b, /) -> index") any operator_index_of(any a, any b) {
    any it = iter_new(a), v;
    for (int64_t i = 0; !FAILED && (v = iter_next(it)); i++) {
        bool found = same(v, b);
        if (FAILED) return 0;
        if (found) return small(i);
    }
    return FAILED ? 0 : raise(ValueError_);
}
