/* Ints: making them, comparing them, and their way to and from machine numbers. A small int is a word; a large one is sign and
 * magnitude in limbs of 64 bits (int.h). Arithmetic is in int_arith.c and int_div.c, bits in int_bits.c, powers in int_pow.c. */
#include "int.h"

any new_int64(int64_t v) { return int_from_int64(v); }

any keep(uint32_t mark, any v) {
    if (is_small(v)) { rt.top = mark; return v; }
    int_object *o = at(v), *to = (int_object *)(uintptr_t)mark;
    if (o < to) { rt.top = mark; return v; }
    uint32_t bytes = sizeof(int_object) + o->len * 8;
    memmove(to, o, bytes);
    rt.top = mark + bytes;
    return value(to);
}

/* ---- comparison, hashes ---- */
int int_compare(any a, any b) {
    if (both_small(a, b)) return (a > b) - (a < b);
    view x, y;
    look(a, &x);
    look(b, &y);
    if (x.negative != y.negative) return x.negative ? -1 : 1;
    int order = compare_magnitudes(&x, &y);
    return x.negative ? -order : order;
}

int int_compare_double(any a, double b) {
    if (b != b) return 2;
    if (__builtin_isinf(b)) return b > 0 ? -1 : 1;
    if (is_small(a) && magnitude(small_value(a)) <= UINT64_C(1) << 53) {
        double x = (double)small_value(a);
        return (x > b) - (x < b);
    }
    uint32_t mark = mark_arena();
    double whole = __builtin_trunc(b);
    int order = int_compare(a, int_from_double(whole));
    rt.top = mark;
    return order ? order : (whole > b) - (whole < b);
}

static inline uint32_t mix(uint64_t v) {
    v = (v ^ v >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(v >> 32);
}

uint32_t int_hash(any a) {
    if (is_small(a)) return mix((uint64_t)small_value(a));
    int_object *o = at(a);
    uint32_t h = (uint32_t)o->sign;
    for (uint32_t i = 0; i < o->len; i++) h = mix(o->limbs[i] + h);
    return h;
}

uint32_t float_hash(double v) {
    if (v == __builtin_trunc(v) && !__builtin_isinf(v)) {
        if (__builtin_fabs(v) < 0x1p62) return mix((uint64_t)(int64_t)v);
        uint32_t mark = mark_arena(), h = int_hash(int_from_double(v));
        rt.top = mark;
        return h;
    }
    uint64_t bits;
    memcpy(&bits, &v, 8);
    return mix(bits);
}

/* ---- machine numbers ---- */
bool int_to_int64(any a, int64_t *out) {
    if (is_small(a)) { *out = small_value(a); return true; }
    int_object *o = at(a);
    if (o->len > 1 || o->limbs[0] > (limb)INT64_MAX + (o->sign < 0)) return false;
    *out = o->sign < 0 ? (int64_t)(0 - o->limbs[0]) : (int64_t)o->limbs[0];
    return true;
}

static double power_of_two(int64_t e) { /* -1074 <= e <= 1023 */
    uint64_t bits = e >= -1022 ? (uint64_t)(e + 1023) << 52 : UINT64_C(1) << (e + 1074);
    double v;
    memcpy(&v, &bits, 8);
    return v;
}

double scale_rounded(limb m, int64_t e) {
    int64_t top = (int64_t)limb_bits(m) - 1;
    if (top + e > 1023) return __builtin_inf();
    if (top + e < -1075) return 0;
    int64_t drop = top - 52 > -1074 - e ? top - 52 : -1074 - e; /* bits that a double has no place for */
    if (drop > 0) {
        limb low = drop >= 64 ? m : m & ((UINT64_C(1) << drop) - 1), half = UINT64_C(1) << (drop - 1);
        m = drop >= 64 ? 0 : m >> drop;
        m += low > half || (low == half && (m & 1));
        e += drop;
    }
    if ((int64_t)limb_bits(m) - 1 + e > 1023) return __builtin_inf();
    if (e > 971) { m <<= e - 971; e = 971; } /* a short m: keeps the power in range */
    return (double)m * power_of_two(e);
}

limb leading_bits(const view *v, int64_t *e) {
    uint32_t n = v->len, shift = (uint32_t)__builtin_clzll(v->limbs[n - 1]);
    *e = (int64_t)n * 64 - 64 - shift;
    limb m = v->limbs[n - 1] << shift;
    if (n == 1) return m;
    limb below = v->limbs[n - 2] << shift;
    if (shift) m |= v->limbs[n - 2] >> (64 - shift);
    for (uint32_t i = n - 2; i-- && !below;) below = v->limbs[i];
    return m | (below != 0);
}

double int_to_double(any a, bool *overflow) {
    *overflow = false;
    if (is_small(a)) return (double)small_value(a);
    view v;
    int64_t e;
    look(a, &v);
    limb m = leading_bits(&v, &e);
    double d = scale_rounded(m, e);
    *overflow = __builtin_isinf(d);
    return v.negative ? -d : d;
}

any int_from_double(double v) {
    if (__builtin_fabs(v) < 0x1p62) return small((int64_t)v);
    if (v != v) return raise(ValueError_);
    if (__builtin_isinf(v)) return raise(OverflowError_);
    uint64_t bits;
    memcpy(&bits, &v, 8);
    uint32_t shift = (uint32_t)(bits >> 52 & 0x7ff) - 1075, at = shift / 64; /* at least 10 */
    limb m = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    int_object *o = int_begin(at + 2);
    memset(o->limbs, 0, at * 8);
    wide w = (wide)m << shift % 64;
    o->limbs[at] = (limb)w;
    o->limbs[at + 1] = (limb)(w >> 64);
    return int_done(o, at + 2, v < 0);
}

bool as_double(any v, double *out) {
    if (is_small(v)) { *out = (double)small_value(v); return true; }
    switch (tag_of(v)) {
    case T_FLOAT: *out = float_value(v); return true;
    case T_BOOL: *out = bool_value(v); return true;
    case T_INT: {
        bool overflow;
        *out = int_to_double(v, &overflow);
        if (overflow) raise(OverflowError_);
        return !overflow;
    }
    default: raise(TypeError_); return false;
    }
}
