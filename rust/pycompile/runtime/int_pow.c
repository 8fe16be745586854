/* Powers. Modulo an odd number: Montgomery's multiplication, products and reductions interleaved limb by limb (CIOS), under a sliding
 * window; one and two limbs have paths of their own, up to eight are unrolled. Modulo an even number: plain squares and remainders. */
#include "int.h"

/* ---- a ** b ---- */
any int_pow(any a, any b) {
    view x, e;
    look(b, &e);
    if (e.negative) {
        double v, w;
        return as_double(a, &v) && as_double(b, &w) ? float_pow(v, w) : 0;
    }
    if (b == small(0) || a == small(1)) return small(1);
    if (a == small(0) || b == small(1)) return a;
    if (a == small(-1)) return small(e.limbs[0] & 1 ? -1 : 1);
    look(a, &x);
    if (e.len > 1 || e.limbs[0] > BITS_MAX || (bits_of(&x) - 1) * e.limbs[0] > BITS_MAX) return deopt();
    limb n = e.limbs[0], m = x.limbs[0];
    if (x.len == 1 && !(m & (m - 1))) {
        any power = int_lshift(small(1), small((int64_t)n * __builtin_ctzll(m)));
        return x.negative && n & 1 ? int_neg(power) : power;
    }
    uint32_t mark = mark_arena();
    any power = a;
    for (uint32_t i = limb_bits(n) - 1; i--;) {
        power = int_mul(power, power);
        if (n >> i & 1) power = int_mul(power, a);
    }
    return keep(mark, power);
}

/* ---- Montgomery ----
 * Numbers x are kept as x R mod m, R = 2^(64 len). `inverse` is -1 / m mod 2^64. */
static limb minus_inverse(limb m) {
    limb v = m * 3 ^ 2; /* 5 bits are right, every step doubles them */
    for (int i = 0; i < 4; i++) v *= 2 - m * v;
    return 0 - v;
}

INLINE limb multiply_1(limb a, limb b, limb m, limb inverse) {
    wide t = settled((wide)a * b);
    limb q = (limb)t * inverse, high = (limb)(((wide)q * m) >> 64) + ((limb)t != 0); /* the low halves add up to 0 or 2^64 */
    limb r = (limb)(t >> 64) + high;
    return r < high || r >= m ? r - m : r;
}

INLINE wide multiply_2(wide a, wide b, wide m, limb inverse) {
    limb a0 = (limb)a, a1 = (limb)(a >> 64), m0 = (limb)m, m1 = (limb)(m >> 64);
    limb t0 = 0, t1 = 0, t2 = 0;
    for (int i = 0; i < 2; i++) {
        limb digit = i ? (limb)(b >> 64) : (limb)b;
        wide x = settled((wide)a0 * digit + t0);
        limb q = (limb)x * inverse;
        wide y = settled((wide)q * m0 + (limb)x);
        x = settled((wide)a1 * digit + t1 + (limb)(x >> 64));
        y = settled((wide)q * m1 + (limb)x + (limb)(y >> 64));
        t0 = (limb)y;
        x = settled((wide)t2 + (limb)(x >> 64) + (limb)(y >> 64));
        t1 = (limb)x;
        t2 = (limb)(x >> 64);
    }
    wide r = (wide)t1 << 64 | t0;
    return t2 || r >= m ? settled(r - m) : r;
}

/* r = a b / R mod m. r may be a or b. */
INLINE void multiply_n(limb *r, const limb *a, const limb *b, const limb *m, uint32_t n, limb inverse, limb *t) {
    for (uint32_t j = 0; j <= n; j++) t[j] = 0;
#pragma clang loop unroll(disable)
    for (uint32_t i = 0; i < n; i++) {
        limb digit = b[i];
        wide x = settled((wide)a[0] * digit + t[0]);
        limb q = (limb)x * inverse;
        wide y = settled((wide)q * m[0] + (limb)x);
        for (uint32_t j = 1; j < n; j++) {
            x = settled((wide)a[j] * digit + t[j] + (limb)(x >> 64));
            y = settled((wide)q * m[j] + (limb)x + (limb)(y >> 64));
            t[j - 1] = (limb)y;
        }
        x = settled((wide)t[n] + (limb)(x >> 64) + (limb)(y >> 64));
        t[n - 1] = (limb)x;
        t[n] = (limb)(x >> 64);
    }
    if (t[n] || compare_rows(t, m, n) >= 0) subtract_rows(r, t, n, m, n);
    else for (uint32_t j = 0; j < n; j++) r[j] = t[j];
}

typedef struct { const limb *m; uint32_t n; limb inverse; limb *space; } modulus;

static void multiply_mod(limb *r, const limb *a, const limb *b, const modulus *m) {
    switch (m->n) {
#define UNROLLED(n) case n: { limb t[n + 1]; multiply_n(r, a, b, m->m, n, m->inverse, t); return; }
    UNROLLED(3) UNROLLED(4) UNROLLED(5) UNROLLED(6) UNROLLED(7) UNROLLED(8)
    default: multiply_n(r, a, b, m->m, m->n, m->inverse, m->space);
    }
}

/* ---- exponents ---- */
INLINE uint32_t bit(const view *e, uint32_t i) { return e->limbs[i / 64] >> i % 64 & 1; }

static uint32_t window_for(uint32_t bits) { return bits < 16 ? 1 : bits < 40 ? 2 : bits < 120 ? 3 : bits < 280 ? 4 : bits < 800 ? 5 : 6; }

/* The next window of the exponent below bit *i + 1, which is set: its odd value; *count bits are taken. */
INLINE uint32_t window_at(const view *e, uint32_t i, uint32_t width, uint32_t *count) {
    uint32_t from = i + 1 > width ? i + 1 - width : 0, v = 0;
    while (!bit(e, from)) from++;
    for (uint32_t j = i + 1; j-- > from;) v = v << 1 | bit(e, j);
    *count = i + 1 - from;
    return v;
}

static any power_1(limb base, const view *e, limb m) {
    limb inverse = minus_inverse(m), x, r;
    divide_wide(base, 0, m, &x);
    r = x;
    for (uint32_t i = (uint32_t)bits_of(e) - 1; i--;) {
        r = multiply_1(r, r, m, inverse);
        if (bit(e, i)) r = multiply_1(r, x, m, inverse);
    }
    return int_from_limb(multiply_1(r, 1, m, inverse), false);
}

static any power_word(limb x, const view *e, limb m) {
    limb r = x;
    for (uint32_t i = (uint32_t)bits_of(e) - 1; i--;) {
        wide t = settled((wide)r * r);
        divide_wide((limb)(t >> 64), (limb)t, m, &r);
        if (!bit(e, i)) continue;
        t = settled((wide)r * x);
        divide_wide((limb)(t >> 64), (limb)t, m, &r);
    }
    return int_from_limb(r, false);
}

/* base R mod m, for a base below m. */
static void to_montgomery(limb *r, const limb *base, const limb *m, uint32_t n) {
    uint32_t mark = mark_arena();
    limb *shifted = scratch(2 * n);
    memset(shifted, 0, n * 8);
    memcpy(shifted + n, base, n * 8);
    divide_rows(NULL, r, shifted, 2 * n, m, n);
    rt.top = mark;
}

static any power_2(const limb *base, const view *e, const limb *modulus) {
    wide m = (wide)modulus[1] << 64 | modulus[0];
    limb inverse = minus_inverse(modulus[0]), start[2];
    to_montgomery(start, base, modulus, 2);
    wide odd[32], x = (wide)start[1] << 64 | start[0], r = 0;
    uint32_t bits = (uint32_t)bits_of(e), width = window_for(bits), count;
    odd[0] = x;
    if (width > 1) x = multiply_2(x, x, m, inverse);
    for (uint32_t i = 1; i < 1u << (width - 1); i++) odd[i] = multiply_2(odd[i - 1], x, m, inverse);
    for (uint32_t i = bits; i;) {
        if (!bit(e, i - 1)) { r = multiply_2(r, r, m, inverse); i--; continue; }
        wide factor = odd[window_at(e, i - 1, width, &count) >> 1];
        if (i == bits) r = factor;
        else {
            for (uint32_t j = 0; j < count; j++) r = multiply_2(r, r, m, inverse);
            r = multiply_2(r, factor, m, inverse);
        }
        i -= count;
    }
    return int_from_wide(multiply_2(r, 1, m, inverse), false);
}

static void power_odd(limb *r, const limb *base, const view *e, const limb *m, uint32_t n) {
    modulus mod = {m, n, minus_inverse(m[0]), scratch(n + 1)};
    uint32_t bits = (uint32_t)bits_of(e), width = window_for(bits), count;
    limb *odd = scratch(n << (width - 1)), *square = scratch(n);
    to_montgomery(odd, base, m, n);
    multiply_mod(square, odd, odd, &mod);
    for (uint32_t i = 1; i < 1u << (width - 1); i++) multiply_mod(odd + i * n, odd + (i - 1) * n, square, &mod);
    for (uint32_t i = bits; i;) {
        if (!bit(e, i - 1)) { multiply_mod(r, r, r, &mod); i--; continue; }
        const limb *factor = odd + (window_at(e, i - 1, width, &count) >> 1) * n;
        if (i == bits) memcpy(r, factor, n * 8);
        else {
            for (uint32_t j = 0; j < count; j++) multiply_mod(r, r, r, &mod);
            multiply_mod(r, r, factor, &mod);
        }
        i -= count;
    }
    memset(square, 0, n * 8);
    square[0] = 1;
    multiply_mod(r, r, square, &mod);
}

static void power_even(limb *r, const limb *base, const view *e, const limb *m, uint32_t n) {
    limb *product = scratch(2 * n);
    memcpy(r, base, n * 8);
    for (uint32_t i = (uint32_t)bits_of(e) - 1; i--;) {
        multiply_rows(product, r, n, r, n);
        divide_rows(NULL, r, product, 2 * n, m, n);
        if (!bit(e, i)) continue;
        multiply_rows(product, r, n, base, n);
        divide_rows(NULL, r, product, 2 * n, m, n);
    }
}

/* ---- pow(a, b, m) ---- */
/* The x in [0, m) with a x = 1 mod m; 0 if there is none. 0 <= a, 1 < m. */
static any inverse_mod(any a, any m) {
    any r0 = m, r1 = int_mod(a, m), x0 = small(0), x1 = small(1);
    while (r1 != small(0)) {
        any q = int_floordiv(r0, r1), r2 = int_sub(r0, int_mul(q, r1)), x2 = int_sub(x0, int_mul(q, x1));
        r0 = r1; r1 = r2;
        x0 = x1; x1 = x2;
    }
    return r0 == small(1) ? int_mod(x0, m) : 0;
}

any int_powmod(any a, any b, any m) {
    if (m == small(0)) return raise(ValueError_);
    if (m == small(1) || m == small(-1)) return small(0);
    uint32_t mark = mark_arena();
    any positive = int_abs(m), result;
    view e;
    look(b, &e);
    a = e.negative ? inverse_mod(a, positive) : int_mod(a, positive);
    if (!a) { rt.top = mark; return raise(ValueError_); }
    view x, y;
    look(a, &x);
    look(positive, &y);
    if (!e.len) result = small(1);
    else if (!x.len) result = a;
    else if (e.len > BITS_MAX / 64) return deopt();
    else if (y.len == 1) result = (y.limbs[0] & 1 ? power_1 : power_word)(x.limbs[0], &e, y.limbs[0]);
    else {
        uint32_t n = y.len;
        limb near[2], *base = n <= 2 ? near : scratch(n); /* the base, as long as the modulus */
        memcpy(base, x.limbs, x.len * 8);
        memset(base + x.len, 0, (n - x.len) * 8);
        if (n == 2 && y.limbs[0] & 1) result = power_2(base, &e, y.limbs);
        else {
            int_object *o = int_begin(n);
            rt.top = (uint32_t)(uintptr_t)(o->limbs + n);
            if (y.limbs[0] & 1) power_odd(o->limbs, base, &e, y.limbs, n);
            else power_even(o->limbs, base, &e, y.limbs, n);
            result = int_done(o, n, false);
        }
    }
    if (m != positive && result != small(0)) result = int_add(result, m);
    return keep(mark, result);
}
