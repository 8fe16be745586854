/* Module math, the functions on floats. Each takes ints and bools too, and turns a domain error into ValueError, an infinity that comes of
 * finite numbers into OverflowError. */
#include "float.h"
#include "libm.h"
#include <math.h>

/* What CPython makes of a result: an infinity of finite arguments is an overflow, or (a pole) a domain error. */
static any checked(double result, bool arguments_nan, bool arguments_finite, bool can_overflow) {
    if (isnan(result) && !arguments_nan) return raise(ValueError_);
    if (isinf(result) && arguments_finite) return raise(can_overflow ? OverflowError_ : ValueError_);
    return new_float(result);
}

INLINE any unary(any x, double (*f)(double), bool can_overflow) {
    double v;
    return as_double(x, &v) ? checked(f(v), isnan(v), isfinite(v), can_overflow) : 0;
}
#define UNARY(name, can_overflow) \
    PY("math." #name "(x, /) -> float") any math_##name(any x) { return unary(x, name, can_overflow); }
UNARY(sqrt, false) UNARY(cbrt, false) UNARY(fabs, false)
UNARY(exp, true) UNARY(exp2, true) UNARY(expm1, true) UNARY(log1p, false)
UNARY(sin, false) UNARY(cos, false) UNARY(tan, false) UNARY(asin, false) UNARY(acos, false) UNARY(atan, false)
UNARY(sinh, true) UNARY(cosh, true) UNARY(tanh, false) UNARY(asinh, false) UNARY(acosh, false) UNARY(atanh, false)
UNARY(erf, false) UNARY(erfc, false)

INLINE any binary(any x, any y, double (*f)(double, double), bool can_overflow) {
    double a, b;
    return as_double(x, &a) && as_double(y, &b) ? checked(f(a, b), isnan(a) || isnan(b), isfinite(a) && isfinite(b), can_overflow) : 0;
}
#define BINARY(name, can_overflow) \
    PY("math." #name "(x, y, /) -> float") any math_##name(any x, any y) { return binary(x, y, name, can_overflow); }
BINARY(copysign, false) BINARY(fmod, false) BINARY(remainder, false)
PY("math.atan2(y, x, /) -> float") any math_atan2(any y, any x) { return binary(y, x, atan2, false); }

PY("math.pow(x, y, /) -> float") any math_pow(any x, any y) {
    double a, b;
    if (!as_double(x, &a) || !as_double(y, &b)) return 0;
    return checked(pow(a, b), isnan(a) || isnan(b), isfinite(a) && isfinite(b), a != 0);
}

PY("math.fma(x, y, z, /) -> float") any math_fma(any x, any y, any z) {
    double a, b, c;
    if (!as_double(x, &a) || !as_double(y, &b) || !as_double(z, &c)) return 0;
    return checked(fma(a, b, c), isnan(a) || isnan(b) || isnan(c), isfinite(a) && isfinite(b) && isfinite(c), true);
}

/* ---- to ints ---- */
INLINE any whole(any x, double (*f)(double)) {
    if (is_float(x)) return int_from_double(f(float_value(x)));
    any v = int_of(x);
    return v ? v : raise(TypeError_);
}
PY("math.floor(x, /) -> int") any math_floor(any x) { return whole(x, floor); }
PY("math.ceil(x, /) -> int") any math_ceil(any x) { return whole(x, ceil); }
PY("math.trunc(x, /) -> int") any math_trunc(any x) { return whole(x, trunc); }

/* ---- logarithms ---- */
/* The logarithm of a value, which may be an int beyond all floats. */
static bool logarithm(any x, double (*f)(double), double *out) {
    any n = int_of(x);
    bool overflow = false;
    double v;
    if (n) v = int_to_double(n, &overflow);
    else if (!as_double(x, &v)) return false;
    if (v <= 0) { raise(ValueError_); return false; }
    if (!overflow) { *out = f(v); return !FAILED; }
    view m;
    int64_t e;
    look(n, &m);
    double part = scale_rounded(leading_bits(&m, &e), -64); /* 0.5 to 1 */
    e += 64;
    if (part == 1) { part = 0.5; e++; }
    *out = f(part) + f(2) * (double)e;
    return !FAILED;
}

PY("math.log(x, base=, /) -> float") any math_log(any x, any base) {
    double v, b;
    if (!logarithm(x, log, &v)) return 0;
    if (!base) return new_float(v);
    if (!logarithm(base, log, &b)) return 0;
    return b == 0 ? raise(ZeroDivisionError_) : new_float(v / b);
}
PY("math.log2(x, /) -> float") any math_log2(any x) { double v; return logarithm(x, exact_log2, &v) ? new_float(v) : 0; }
PY("math.log10(x, /) -> float") any math_log10(any x) { double v; return logarithm(x, exact_log10, &v) ? new_float(v) : 0; }

/* ---- angles, tests ---- */
INLINE any scaled(any x, double factor) { double v; return as_double(x, &v) ? new_float(v * factor) : 0; }
PY("math.degrees(x, /) -> float") any math_degrees(any x) { return scaled(x, 180 / M_PI); }
PY("math.radians(x, /) -> float") any math_radians(any x) { return scaled(x, M_PI / 180); }

#define TEST(name) \
    PY("math." #name "(x, /) -> bool") any math_##name(any x) { double v; return as_double(x, &v) ? from_bool(name(v)) : 0; }
TEST(isfinite) TEST(isinf) TEST(isnan)

PY("math.isclose(a, b, *, rel_tol=, abs_tol=) -> bool") any math_isclose(any a, any b, any rel_tol, any abs_tol) {
    double x, y, relative = 1e-9, absolute = 0;
    if (!as_double(a, &x) || !as_double(b, &y) || (rel_tol && !as_double(rel_tol, &relative)) || (abs_tol && !as_double(abs_tol, &absolute)))
        return 0;
    if (relative < 0 || absolute < 0) return raise(ValueError_);
    if (x == y) return TRUE;
    if (isinf(x) || isinf(y)) return FALSE;
    double apart = fabs(y - x);
    return from_bool(apart <= fabs(relative * y) || apart <= fabs(relative * x) || apart <= absolute);
}

/* ---- the parts of a float ---- */
static any pair(any a, any b) {
    any t = new_tuple(2);
    tuple_at(t)->items[0] = a;
    tuple_at(t)->items[1] = b;
    return t;
}

PY("math.modf(x, /) -> tuple") any math_modf(any x) {
    double v;
    if (!as_double(x, &v)) return 0;
    any fraction = new_float(isinf(v) ? copysign(0, v) : copysign(v - trunc(v), v));
    return pair(fraction, new_float(trunc(v)));
}

PY("math.frexp(x, /) -> tuple") any math_frexp(any x) {
    double v;
    int e = 0;
    if (!as_double(x, &v)) return 0;
    if (isfinite(v) && v != 0) v = frexp(v, &e);
    any part = new_float(v);
    return pair(part, small(e));
}

PY("math.ldexp(x, i, /) -> float") any math_ldexp(any x, any i) {
    double v;
    if (!as_double(x, &v)) return 0;
    any n = int_of(i);
    if (!n) return raise(TypeError_);
    if (v == 0 || !isfinite(v)) return new_float(v);
    bool up = int_compare(n, small(0)) > 0;
    int64_t e = is_small(n) && small_value(n) >= -4000 && small_value(n) <= 4000 ? small_value(n) : up ? 4000 : -4000;
    double r = ldexp(v, (int)e);
    return isinf(r) ? raise(OverflowError_) : new_float(r);
}

PY("math.nextafter(x, y, /, *, steps=) -> float") any math_nextafter(any x, any y, any steps) {
    double a, b;
    if (!as_double(x, &a) || !as_double(y, &b)) return 0;
    return steps && steps != NONE ? deopt() : new_float(nextafter(a, b));
}

PY("math.ulp(x, /) -> float") any math_ulp(any x) {
    double v;
    if (!as_double(x, &v)) return 0;
    v = fabs(v);
    if (!isfinite(v)) return new_float(v);
    double next = nextafter(v, INFINITY);
    return new_float(isinf(next) ? v - nextafter(v, 0) : next - v);
}
