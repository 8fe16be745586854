/* Floats: the operators that Python does not share with the machine. Functions of libm are those of the libc that the CPython runtime
 * is built with. */
#include "float.h"
#include <math.h>

any new_float(double v) {
    float_object *o = alloc(sizeof(float_object));
    o->tag = T_FLOAT;
    o->value = v;
    return value(o);
}

/* fmod, which is a loop over bits, for integers that fit a word too. */
static double remainder_of(double a, double b) {
    if (fabs(a) < 0x1p53 && fabs(b) < 0x1p53) {
        int64_t x = (int64_t)a, y = (int64_t)b;
        if ((double)x == a && (double)y == b) return copysign((double)(x % y), a);
    }
    return fmod(a, b);
}

static double modulo_of(double a, double b) {
    double r = remainder_of(a, b);
    if (r == 0) return copysign(0, b);
    return (b < 0) != (r < 0) ? r + b : r;
}

static double quotient_of(double a, double b) {
    double r = remainder_of(a, b), q = (a - r) / b;
    if (r != 0 && (b < 0) != (r < 0)) q -= 1;
    if (q == 0) return copysign(0, a / b);
    double whole = floor(q);
    return q - whole > 0.5 ? whole + 1 : whole;
}

any float_floordiv(double a, double b) { return b == 0 ? raise(ZeroDivisionError_) : new_float(quotient_of(a, b)); }
any float_mod(double a, double b) { return b == 0 ? raise(ZeroDivisionError_) : new_float(modulo_of(a, b)); }

any float_divmod(double a, double b) {
    if (b == 0) return raise(ZeroDivisionError_);
    any q = new_float(quotient_of(a, b)), r = new_float(modulo_of(a, b)), pair = new_tuple(2);
    tuple_at(pair)->items[0] = q;
    tuple_at(pair)->items[1] = r;
    return pair;
}

static bool is_odd(double v) { return fmod(fabs(v), 2) == 1; }

any float_pow(double a, double b) {
    if (b == 0 || a == 1) return new_float(1);
    if (isnan(a) || isnan(b)) return new_float(isnan(a) ? a : b);
    if (isinf(b)) {
        a = fabs(a);
        return new_float(a == 1 ? 1 : (b > 0) == (a > 1) ? fabs(b) : 0);
    }
    if (isinf(a)) {
        double v = b > 0 ? INFINITY : 0;
        return new_float(is_odd(b) ? copysign(v, a) : v);
    }
    if (a == 0) {
        if (b < 0) return raise(ZeroDivisionError_);
        return new_float(is_odd(b) ? a : 0);
    }
    bool negate = false;
    if (a < 0) {
        if (b != floor(b)) return deopt(); /* a complex number */
        a = -a;
        negate = is_odd(b);
    }
    double v = a == 1 ? 1 : pow(a, b);
    if (isinf(v)) return raise(OverflowError_);
    return new_float(negate ? -v : v);
}

/* ---- round(v, digits) ----
 * The decimal nearest to v's exact value, a tie to even, and the float nearest to that decimal. */
any power_of_ten(uint32_t n) { return int_pow(small(10), small(n)); }

/* m * 2^e / 10^-digits, rounded, times 10^-digits: with ints. */
static any round_exactly(double v, int digits) {
    uint32_t mark = mark_arena();
    int e;
    any n = int_from_int64((int64_t)split(v, &e)), d = small(1), ten = power_of_ten((uint32_t)(digits < 0 ? -digits : digits));
    if (e >= 0) n = int_lshift(n, small(e)); else d = int_lshift(d, small(-e));
    if (digits >= 0) n = int_mul(n, ten); else d = int_mul(d, ten);
    any q = int_floordiv(n, d), twice = int_lshift(int_sub(n, int_mul(q, d)), small(1));
    int order = int_compare(twice, d);
    if (order > 0 || (order == 0 && int_and(q, small(1)) == small(1))) q = int_add(q, small(1));
    any rounded = int_truediv(digits < 0 ? int_mul(q, ten) : q, digits < 0 ? small(1) : ten);
    if (FAILED) return 0; /* beyond the largest float: OverflowError */
    double r = float_value(rounded);
    rt.top = mark;
    return new_float(copysign(r, v));
}

any float_round(double v, int64_t digits) {
    if (!isfinite(v) || v == 0 || digits > 323) return new_float(v);
    if (digits < -308) return new_float(copysign(0, v));
    static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    int e;
    uint64_t m = split(v, &e);
    if (digits >= 0 && e >= 0) return new_float(v);
    if (digits >= 0 && digits < 10) { /* the product has at most 83 bits */
        wide product = settled((wide)m * tens[digits]);
        if (e < -100) return new_float(copysign(0, v));
        wide q = product >> -e, low = product & (((wide)1 << -e) - 1), half = (wide)1 << (-e - 1);
        q = settled(q + (low > half || (low == half && (q & 1))));
        if (q < (wide)1 << 53) return new_float(copysign((double)(uint64_t)q / (double)tens[digits], v));
    }
    return round_exactly(v, (int)digits);
}
