/* The operators: numbers first, then whatever else has them. The compiler's unions of types end here. */
#include "containers.h"

/* What two operands are as numbers: bools become ints, an int beside a float a float. */
enum kind { INTS, FLOATS, OTHERS };
static inline enum kind numbers(any *a, any *b, double *x, double *y) {
    if (is_small(*a) && is_small(*b)) return INTS;
    uint32_t ta = tag_of(*a), tb = tag_of(*b);
    if (ta == T_FLOAT && tb == T_FLOAT) {
        *x = float_value(*a);
        *y = float_value(*b);
        return FLOATS;
    }
    if ((ta != T_INT && ta != T_BOOL && ta != T_FLOAT) || (tb != T_INT && tb != T_BOOL && tb != T_FLOAT)) return OTHERS;
    *a = as_int(*a);
    *b = as_int(*b);
    if (ta != T_FLOAT && tb != T_FLOAT) return INTS;
    bool high_a = false, high_b = false;
    *x = ta == T_FLOAT ? float_value(*a) : int_to_double(*a, &high_a);
    *y = tb == T_FLOAT ? float_value(*b) : int_to_double(*b, &high_b);
    if (high_a || high_b) raise(OverflowError_);
    return FLOATS;
}

/* The count of a repetition; TypeError if it is none. Beyond Py_ssize_t: deopt. */
static bool repeat_count(any v, int64_t *out) {
    if (!is_int(v) && !is(v, T_BOOL)) return raise(TypeError_);
    return size_argument(v, out);
}

static any bytes_concat(any a, any b) {
    str_object *x = str_at(a), *y = str_at(b);
    uint8_t *data = alloc_array((uint64_t)x->len + y->len, 1);
    memcpy(data, x->data, x->len);
    memcpy(data + x->len, y->data, y->len);
    return new_bytes(data, x->len + y->len);
}

static any bytes_repeat(any v, int64_t times) {
    str_object *x = str_at(v);
    if (times < 0 || x->len == 0) times = 0;
    uint8_t *data = alloc_array(x->len * (uint64_t)times, 1);
    for (int64_t i = 0; i < times; i++) memcpy(data + i * x->len, x->data, x->len);
    return new_bytes(data, x->len * (uint32_t)times);
}

static any concat(any a, any b) {
    uint32_t tag = tag_of(a);
    if (tag != tag_of(b)) return raise(TypeError_);
    switch (tag) {
    case T_STR: return str_concat(a, b);
    case T_BYTES: return bytes_concat(a, b);
    case T_LIST: return list_concat(a, b);
    case T_TUPLE: return tuple_concat(a, b);
    case T_DEQUE: return deque_concat(a, b);
    case T_COUNTER: return counter_add(a, b);
    }
    return raise(TypeError_);
}

static inline bool repeats(any v) { return is_str(v) || is(v, T_LIST) || is(v, T_TUPLE) || is(v, T_BYTES) || is(v, T_DEQUE); }

static any repeat(any a, any b) {
    any sequence = repeats(a) ? a : b, times = sequence == a ? b : a;
    int64_t n;
    if (!repeats(sequence) || !repeat_count(times, &n)) return FAILED ? 0 : raise(TypeError_);
    switch (tag_of(sequence)) {
    case T_STR: return str_repeat(sequence, small(n));
    case T_BYTES: return bytes_repeat(sequence, n);
    case T_LIST: return list_repeat(sequence, n);
    case T_TUPLE: return tuple_repeat(sequence, n);
    }
    return deopt();
}

any RAW(add)(any a, any b) {
    int64_t sum;
    if (is_small(a) && is_small(b) && !__builtin_add_overflow(a, b - 1, &sum)) return sum;
    double x, y;
    switch (numbers(&a, &b, &x, &y)) {
    case INTS: return int_add(a, b);
    case FLOATS: return FAILED ? 0 : new_float(x + y);
    default: return concat(a, b);
    }
}

any RAW(subtract)(any a, any b) {
    int64_t difference;
    if (is_small(a) && is_small(b) && !__builtin_sub_overflow(a, b - 1, &difference)) return difference;
    double x, y;
    switch (numbers(&a, &b, &x, &y)) {
    case INTS: return int_sub(a, b);
    case FLOATS: return FAILED ? 0 : new_float(x - y);
    default: return is(a, T_COUNTER) && is(b, T_COUNTER) ? counter_subtract(a, b) : set_minus(a, b);
    }
}

any RAW(multiply)(any a, any b) {
    int64_t product;
    if (is_small(a) && is_small(b) && !multiply_overflows(a - 1, small_value(b), &product)) return product + 1;
    double x, y;
    switch (numbers(&a, &b, &x, &y)) {
    case INTS: return int_mul(a, b);
    case FLOATS: return FAILED ? 0 : new_float(x * y);
    default: return repeat(a, b);
    }
}

any RAW(truediv)(any a, any b) {
    double x, y;
    switch (numbers(&a, &b, &x, &y)) {
    case INTS: return int_truediv(a, b);
    case FLOATS: return FAILED ? 0 : y == 0 ? raise(ZeroDivisionError_) : new_float(x / y);
    default: return raise(TypeError_);
    }
}

any RAW(floordiv)(any a, any b) {
    double x, y;
    switch (numbers(&a, &b, &x, &y)) {
    case INTS: return int_floordiv(a, b);
    case FLOATS: return FAILED ? 0 : float_floordiv(x, y);
    default: return raise(TypeError_);
    }
}

any RAW(modulo)(any a, any b) {
    if (is_str(a)) return str_percent(a, b);
    double x, y;
    switch (numbers(&a, &b, &x, &y)) {
    case INTS: return int_mod(a, b);
    case FLOATS: return FAILED ? 0 : float_mod(x, y);
    default: return is(a, T_BYTES) ? deopt() : raise(TypeError_);
    }
}

any RAW(power)(any a, any b) {
    double x, y;
    switch (numbers(&a, &b, &x, &y)) {
    case INTS: return int_pow(a, b);
    case FLOATS: return FAILED ? 0 : float_pow(x, y);
    default: return raise(TypeError_);
    }
}

/* Operators on bits: of two bools a bool, of ints an int; not of floats. */
static bool ints(any *a, any *b) {
    *a = as_int(*a);
    *b = as_int(*b);
    return is_int(*a) && is_int(*b);
}

any RAW(lshift)(any a, any b) { return ints(&a, &b) ? int_lshift(a, b) : raise(TypeError_); }
any RAW(rshift)(any a, any b) { return ints(&a, &b) ? int_rshift(a, b) : raise(TypeError_); }

static inline bool bools(any a, any b) { return is(a, T_BOOL) && is(b, T_BOOL); }

any RAW(bit_and)(any a, any b) {
    if (is_small(a) && is_small(b)) return a & b;
    if (bools(a, b)) return from_bool(bool_value(a) && bool_value(b));
    if (ints(&a, &b)) return int_and(a, b);
    return is(a, T_COUNTER) && is(b, T_COUNTER) ? counter_and(a, b) : set_and(a, b);
}

any RAW(bit_or)(any a, any b) {
    if (is_small(a) && is_small(b)) return a | b;
    if (bools(a, b)) return from_bool(bool_value(a) || bool_value(b));
    if (ints(&a, &b)) return int_or(a, b);
    if (is(a, T_COUNTER) && is(b, T_COUNTER)) return counter_or(a, b);
    return is_dict(a) && is_dict(b) ? dict_or(a, b) : set_or(a, b);
}

any RAW(bit_xor)(any a, any b) {
    if (is_small(a) && is_small(b)) return (a ^ b) | 1;
    if (bools(a, b)) return from_bool(a != b);
    return ints(&a, &b) ? int_xor(a, b) : set_xor(a, b);
}

any RAW(negative)(any a) {
    a = as_int(a);
    if (is_int(a)) return int_neg(a);
    if (is(a, T_FLOAT)) return new_float(-float_value(a));
    return is(a, T_COUNTER) ? counter_keep(a, true) : raise(TypeError_);
}

any RAW(positive)(any a) {
    a = as_int(a);
    if (is_int(a) || is(a, T_FLOAT)) return a;
    return is(a, T_COUNTER) ? counter_keep(a, false) : raise(TypeError_);
}

any RAW(invert)(any a) {
    a = as_int(a);
    return is_int(a) ? int_invert(a) : raise(TypeError_);
}

/* ---- in place: what can change does, and is the result ---- */

any RAW(inplace_add)(any a, any b) {
    if (is_small(a)) return add(a, b);
    switch (tag_of(a)) {
    case T_LIST:
        if (writable(a)) list_extend(a, b);
        return FAILED ? 0 : a;
    case T_DEQUE:
        if (writable(a)) deque_extend(a, b);
        return FAILED ? 0 : a;
    case T_COUNTER: return counter_inplace('+', a, b);
    }
    return add(a, b);
}

any RAW(inplace_multiply)(any a, any b) {
    if (!is(a, T_LIST)) return is(a, T_DEQUE) ? deopt() : multiply(a, b);
    int64_t n;
    if (!repeat_count(b, &n) || !writable(a)) return 0;
    list_object *l = list_at(a);
    if (n > 0) {
        any repeated = list_repeat(a, n);
        if (!repeated) return 0;
        *l = *list_at(repeated);
    } else {
        l->len = 0;
    }
    return a;
}

any RAW(inplace_subtract)(any a, any b) {
    if (is(a, T_COUNTER)) return counter_inplace('-', a, b);
    if (!is(a, T_SET) || !is_set(b)) return subtract(a, b);
    if (changeable(a)) set_inplace_minus(a, b);
    return FAILED ? 0 : a;
}

any RAW(inplace_and)(any a, any b) {
    if (is(a, T_COUNTER)) return counter_inplace('&', a, b);
    if (!is(a, T_SET) || !is_set(b)) return bit_and(a, b);
    if (changeable(a)) set_inplace_and(a, b);
    return FAILED ? 0 : a;
}

any RAW(inplace_or)(any a, any b) {
    if (is(a, T_COUNTER)) return counter_inplace('|', a, b);
    if (is_dict(a)) {
        if (changeable(a)) dict_update(a, b);
        return FAILED ? 0 : a;
    }
    if (!is(a, T_SET) || !is_set(b)) return bit_or(a, b);
    if (changeable(a)) set_update(a, b);
    return FAILED ? 0 : a;
}

any RAW(inplace_xor)(any a, any b) {
    if (!is(a, T_SET) || !is_set(b)) return bit_xor(a, b);
    if (changeable(a)) set_inplace_xor(a, b);
    return FAILED ? 0 : a;
}
