/* Module math, the functions on many numbers: prod, fsum, sumprod, hypot, dist. The sums of floats are CPython's to the last bit:
 * Shewchuk's exact summation, and the compensated ones of Ogita, Rump and Oishi. */
#include "float.h"
#include "iter.h"
#include <math.h>

PY("math.prod(iterable, /, *, start=) -> any") any math_prod(any iterable, any start) {
    walk w;
    any product = start ? start : small(1);
    if (!walk_uniform(&w, iterable)) return 0;
    for (any v; (v = walk_next(&w));) {
        product = is_int(product) && is_int(v) ? int_mul(product, v) : multiply(product, v);
        if (!product) return 0;
    }
    return FAILED ? 0 : product;
}

/* ---- fsum ---- */
/* Partial sums that do not overlap, in order of magnitude; together they are the sum. */
typedef struct { double *p; uint32_t n, cap; } partials;

static bool add_partial(partials *s, double v) {
    double x = v;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        double y = s->p[i];
        if (fabs(x) < fabs(y)) { double t = x; x = y; y = t; }
        double high = x + y, low = y - (high - x);
        if (low != 0) s->p[kept++] = low;
        x = high;
    }
    s->n = kept;
    if (x == 0) return true;
    if (!isfinite(x)) { s->n = 0; return false; }
    if (s->n == s->cap) {
        double *more = alloc(s->cap * 16);
        memcpy(more, s->p, s->n * 8);
        s->p = more;
        s->cap *= 2;
    }
    s->p[s->n++] = x;
    return true;
}

static double rounded(const partials *s) {
    uint32_t n = s->n;
    if (!n) return 0;
    double high = s->p[--n], low = 0;
    while (n && low == 0) {
        double x = high, y = s->p[--n];
        high = x + y;
        low = y - (high - x);
    }
    if (n && ((low < 0 && s->p[n - 1] < 0) || (low > 0 && s->p[n - 1] > 0))) { /* a tie is none if there is more below it */
        double twice = low * 2, x = high + twice;
        if (twice == x - high) high = x;
    }
    return high;
}

PY("math.fsum(seq, /) -> float") any math_fsum(any seq) {
    double near[32], special = 0, infinite = 0, v;
    partials s = {near, 0, 32};
    walk w;
    if (!walk_uniform(&w, seq)) return 0;
    for (any item; (item = walk_next(&w));) {
        if (!as_double(item, &v)) return 0;
        if (add_partial(&s, v)) continue;
        if (isfinite(v)) return raise(OverflowError_);
        if (isinf(v)) infinite += v;
        special += v;
    }
    if (FAILED) return 0;
    if (special == 0) return new_float(rounded(&s));
    return isnan(infinite) ? raise(ValueError_) : new_float(special);
}

/* ---- sums without error ---- */
typedef struct { double high, low; } twofold;
INLINE twofold exact_sum(double a, double b) {
    double x = a + b, z = x - a;
    return (twofold){x, (a - (x - z)) + (b - z)};
}
INLINE twofold exact_sum_ordered(double a, double b) { /* |a| >= |b| */
    double x = a + b;
    return (twofold){x, (a - x) + b};
}
INLINE twofold exact_product(double a, double b) {
    double x = a * b;
    return (twofold){x, fma(a, b, -x)};
}

/* ---- sumprod ----
 * First ints, exactly, then floats (or a float and an int) in three words, from the first other pair on by * and +. CPython leaves the
 * ints when one is beyond its C long, whose size only shows if a float follows: deopt. */
typedef struct { double high, low, tiny; } threefold;

static bool float_pair(any p, any q, double *x, double *y) {
    if (!is_float(p) && !is_float(q)) return false;
    if (!(is_float(p) || int_of(p)) || !(is_float(q) || int_of(q))) return false;
    if (as_double(p, x) && as_double(q, y)) return true;
    rt.error = OK; /* an int beyond the floats: * will say so */
    return false;
}

INLINE bool fits_32(any v) { return is_small(v) && small_value(v) == (int32_t)small_value(v); }

PY("math.sumprod(p, q, /) -> any") any math_sumprod(any p, any q) {
    walk left, right;
    if (!walk_start(&left, p, true) || !walk_start(&right, q, true)) return 0;
    any total = small(0);
    threefold s = {0, 0, 0};
    bool ints = true, floats = true, long_ints = false, float_sum = false;
    for (;;) {
        any a = walk_next(&left);
        if (FAILED) return 0;
        any b = walk_next(&right);
        if (FAILED) return 0;
        if (!a != !b) return raise(ValueError_);
        if (a && ints && is_int(a) && is_int(b)) {
            any product = int_mul(a, b);
            total = int_add(total, product);
            long_ints |= !fits_32(a) || !fits_32(b) || !fits_32(product) || !fits_32(total);
            continue;
        }
        ints = false;
        if (a && long_ints && (is_float(a) || is_float(b))) return deopt();
        double x, y;
        if (a && floats && float_pair(a, b, &x, &y)) {
            twofold product = exact_product(x, y), sum = exact_sum(s.high, product.high);
            twofold r1 = exact_sum(s.low, product.low), r2 = exact_sum(r1.high, sum.low);
            if (isfinite(sum.high)) {
                s = (threefold){sum.high, r2.high, s.tiny + r1.low + r2.low};
                float_sum = true;
                continue;
            }
        }
        floats = false;
        if (float_sum) {
            twofold last = exact_sum(s.low, s.high);
            total = add(total, new_float(s.tiny + last.low + last.high));
            if (!total) return 0;
            float_sum = false;
        }
        if (!a) return total;
        any product = multiply(a, b);
        if (!product || !(total = add(total, product))) return 0;
    }
}

/* ---- distances ---- */
/* The length of a vector of numbers that are not negative. */
static double norm(double *v, uint32_t n) {
    double largest = 0;
    bool has_nan = false;
    for (uint32_t i = 0; i < n; i++) {
        has_nan |= isnan(v[i]);
        if (v[i] > largest) largest = v[i];
    }
    if (isinf(largest)) return largest;
    if (has_nan) return NAN;
    if (largest == 0 || n <= 1) return largest;
    int e;
    frexp(largest, &e);
    if (e < -1023) { /* 2^-e would overflow */
        for (uint32_t i = 0; i < n; i++) v[i] /= 0x1p-1022;
        return 0x1p-1022 * norm(v, n);
    }
    double scale = ldexp(1, -e), sum = 1, low1 = 0, low2 = 0;
    for (uint32_t i = 0; i < n; i++) {
        double x = v[i] * scale;
        twofold square = exact_product(x, x), t = exact_sum_ordered(sum, square.high);
        sum = t.high;
        low1 += square.low;
        low2 += t.low;
    }
    double h = sqrt(sum - 1 + (low1 + low2));
    twofold square = exact_product(-h, h), t = exact_sum_ordered(sum, square.high); /* what the root misses */
    sum = t.high;
    low1 += square.low;
    low2 += t.low;
    h += (sum - 1 + (low1 + low2)) / (2 * h);
    return h / scale;
}

PY("math.hypot(*args) -> float") any math_hypot(any args) {
    tuple_object *t = tuple_at(args);
    double *v = alloc_array(t->len, 8);
    for (uint32_t i = 0; i < t->len; i++) {
        if (!as_double(t->items[i], &v[i])) return 0;
        v[i] = fabs(v[i]);
    }
    return new_float(norm(v, t->len));
}

PY("math.dist(p, q, /) -> float") any math_dist(any p, any q) {
    if (!is(p, T_TUPLE) && !(p = tuple_from(p))) return 0;
    if (!is(q, T_TUPLE) && !(q = tuple_from(q))) return 0;
    tuple_object *a = tuple_at(p), *b = tuple_at(q);
    if (a->len != b->len) return raise(ValueError_);
    double *v = alloc_array(a->len, 8);
    for (uint32_t i = 0; i < a->len; i++) {
        double x, y;
        if (!as_double(a->items[i], &x) || !as_double(b->items[i], &y)) return 0;
        v[i] = fabs(x - y);
    }
    return new_float(norm(v, a->len));
}
