/* Division of ints, towards minus infinity. WebAssembly divides 64 bits by 64 bits only: a division of 128 by 64 bits is two of those
 * (Knuth's algorithm D on halves); many by one divisor multiply by its reciprocal (Moeller and Granlund, "Improved division by
 * invariant integers"). Long divisors: Knuth's algorithm D on limbs. */
#include "int.h"

/* (high:low) / d, where high < d and d's top bit is set. */
static limb divide_normal(limb high, limb low, limb d, limb *remainder) {
    limb d1 = d >> 32, d0 = (uint32_t)d, quotient = 0;
    for (int half = 0; half < 2; half++) {
        limb next = half ? (uint32_t)low : low >> 32;
        limb q = high / d1, r = high - q * d1;
        while (q >> 32 || q * d0 > (r << 32 | next)) {
            q--;
            r += d1;
            if (r >> 32) break;
        }
        high = (high << 32 | next) - q * d;
        quotient = quotient << 32 | q;
    }
    *remainder = high;
    return quotient;
}

limb divide_wide(limb high, limb low, limb d, limb *remainder) {
    if (high == 0) { *remainder = low % d; return low / d; }
    if (d >> 32 == 0) {
        limb t = high << 32 | low >> 32, q1 = t / d;
        t = (t - q1 * d) << 32 | (uint32_t)low;
        limb q0 = t / d;
        *remainder = t - q0 * d;
        return q1 << 32 | q0;
    }
    uint32_t shift = (uint32_t)__builtin_clzll(d);
    if (shift) high = high << shift | low >> (64 - shift);
    limb q = divide_normal(high, low << shift, d << shift, remainder);
    *remainder >>= shift;
    return q;
}

/* ---- by a reciprocal ----
 * The reciprocal of d (its top bit set) is (2^128 - 1) / d - 2^64. */
static limb reciprocal(limb d) { limb r; return divide_normal(~d, ~(limb)0, d, &r); }

INLINE limb divide_step(limb high, limb low, limb d, limb inverse, limb *remainder) {
    wide q = settled((wide)inverse * high + ((wide)high << 64 | low));
    limb q1 = (limb)(q >> 64) + 1, r = low - q1 * d;
    if (r > (limb)q) { q1--; r += d; }
    if (__builtin_expect(r >= d, 0)) { q1++; r -= d; }
    *remainder = r;
    return q1;
}

limb divide_row(limb *q, const limb *a, uint32_t na, limb d) {
    limb r = 0;
    if (na <= 2) {
        for (uint32_t i = na; i--;) {
            limb digit = divide_wide(r, a[i], d, &r);
            if (q) q[i] = digit;
        }
        return r;
    }
    uint32_t shift = (uint32_t)__builtin_clzll(d);
    limb normal = d << shift, inverse = reciprocal(normal);
    if (shift) r = a[na - 1] >> (64 - shift);
    for (uint32_t i = na; i--;) {
        limb low = a[i] << shift;
        if (shift && i) low |= a[i - 1] >> (64 - shift);
        limb digit = divide_step(r, low, normal, inverse, &r);
        if (q) q[i] = digit;
    }
    return r >> shift;
}

#define ON_STACK 64

void divide_rows(limb *q, limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb) {
    if (nb == 1) { r[0] = divide_row(q, a, na, b[0]); return; }
    limb near[ON_STACK];
    uint32_t mark = 0;
    limb *u = near; /* a, then the divisor, both shifted so that the divisor's top bit is set */
    if (na + 1 + nb > ON_STACK) { mark = mark_arena(); u = scratch(na + 1 + nb); }
    limb *v = u + na + 1;
    uint32_t shift = (uint32_t)__builtin_clzll(b[nb - 1]);
    u[na] = shift_row_left(u, a, na, shift);
    shift_row_left(v, b, nb, shift);
    limb top = v[nb - 1], second = v[nb - 2], inverse = reciprocal(top);
    for (uint32_t j = na - nb + 1; j--;) {
        limb *at = u + j, digit, rest;
        bool whole = false; /* rest has overflowed: digit is not too large */
        if (__builtin_expect(at[nb] >= top, 0)) {
            digit = ~(limb)0;
            rest = at[nb - 1] + top;
            whole = rest < top;
        } else digit = divide_step(at[nb], at[nb - 1], top, inverse, &rest);
        while (!whole && settled((wide)digit * second) > ((wide)rest << 64 | at[nb - 2])) {
            digit--;
            rest += top;
            whole = rest < top;
        }
        limb borrow = multiply_subtract_row(at, v, nb, digit);
        if (__builtin_expect(at[nb] < borrow, 0)) {
            digit--;
            add_rows(at, at, nb, v, nb);
        }
        at[nb] = 0;
        if (q) q[j] = digit;
    }
    shift_row_right(r, u, nb, shift);
    if (mark) rt.top = mark;
}

/* ---- ints ---- */
/* a / d and a % d of machine words, towards minus infinity; d is not 0 and the quotient fits. */
INLINE int64_t floor_quotient(int64_t a, int64_t d) { int64_t q = a / d; return q - (a % d != 0 && (a ^ d) < 0); }
INLINE int64_t floor_remainder(int64_t a, int64_t d) { int64_t r = a % d; return r && (r ^ d) < 0 ? r + d : r; }

/* Both results, or the one that is asked for; the divisor is not 0, and not both are small. */
static void divide(any a, any b, any *quotient, any *remainder) {
    view x, y;
    look(a, &x);
    look(b, &y);
    bool apart = x.negative != y.negative; /* the quotient is negative: what is left over takes one more */
    if (compare_magnitudes(&x, &y) < 0) {
        bool more = apart && x.len;
        if (quotient) *quotient = small(more ? -1 : 0);
        if (remainder) *remainder = more ? int_add(a, b) : a;
        return;
    }
    uint32_t nq = x.len - y.len + 1;
    int_object *o = quotient ? int_begin(nq + 1) : NULL;
    uint32_t mark = mark_arena();
    limb word, *r = y.len == 1 ? &word : scratch(y.len + 2) + 2; /* behind the header of an int that may come to lie there */
    divide_rows(o ? o->limbs : NULL, r, x.limbs, x.len, y.limbs, y.len);
    bool left = trimmed(r, y.len) != 0;
    if (left && apart) subtract_rows(r, y.limbs, y.len, r, y.len);
    if (o) {
        o->limbs[nq] = 0;
        if (left && apart) { limb one = 1; add_rows(o->limbs, o->limbs, nq + 1, &one, 1); }
        *quotient = int_done(o, nq + 1, apart);
    } else rt.top = mark;
    if (!remainder) return;
    if (y.len == 1) { *remainder = int_from_limb(word, y.negative && left); return; }
    o = int_begin(y.len); /* its limbs lie at r or below */
    memmove(o->limbs, r, y.len * 8);
    *remainder = int_done(o, y.len, y.negative);
}

any int_floordiv(any a, any b) {
    if (b == small(0)) return raise(ZeroDivisionError_);
    if (both_small(a, b)) return int_from_int64(floor_quotient(small_value(a), small_value(b)));
    if (is_small(b) && small_value(b) > 0 && !(small_value(b) & (small_value(b) - 1)))
        return int_rshift(a, small(__builtin_ctzll((limb)small_value(b))));
    any q;
    divide(a, b, &q, NULL);
    return q;
}

any int_mod(any a, any b) {
    if (b == small(0)) return raise(ZeroDivisionError_);
    if (both_small(a, b)) return small(floor_remainder(small_value(a), small_value(b)));
    if (is_small(b)) { /* n % p */
        int_object *o = at(a);
        int64_t d = small_value(b);
        limb m = magnitude(d), r;
        if (!(m & (m - 1))) r = o->limbs[0] & (m - 1);
        else if (o->len == 2 && !(m >> 32)) { /* trial division: three remainders of 64 bits at most */
            r = o->limbs[1] < m ? o->limbs[1] : o->limbs[1] % m;
            r = (r << 32 | o->limbs[0] >> 32) % m;
            r = (r << 32 | (uint32_t)o->limbs[0]) % m;
        } else r = divide_row(NULL, o->limbs, o->len, m);
        if (r && (o->sign < 0) != (d < 0)) r = m - r;
        return small(d < 0 ? -(int64_t)r : (int64_t)r);
    }
    any r;
    divide(a, b, NULL, &r);
    return r;
}

any int_divmod(any a, any b) {
    if (b == small(0)) return raise(ZeroDivisionError_);
    any q, r;
    if (both_small(a, b)) {
        q = int_from_int64(floor_quotient(small_value(a), small_value(b)));
        r = small(floor_remainder(small_value(a), small_value(b)));
    } else divide(a, b, &q, &r);
    any pair = new_tuple(2);
    tuple_at(pair)->items[0] = q;
    tuple_at(pair)->items[1] = r;
    return pair;
}

any int_truediv(any a, any b) {
    if (b == small(0)) return raise(ZeroDivisionError_);
    const limb exact = UINT64_C(1) << 53;
    if (both_small(a, b) && magnitude(small_value(a)) <= exact && magnitude(small_value(b)) <= exact)
        return new_float((double)small_value(a) / (double)small_value(b));
    view x, y;
    look(a, &x);
    look(b, &y);
    double v = 0;
    if (x.len) { /* a quotient of 62 or 63 bits, the last of which stands for all that follow, is rounded once */
        uint32_t mark = mark_arena();
        int64_t shift = 62 - ((int64_t)bits_of(&x) - (int64_t)bits_of(&y));
        limb *n, *q, *r;
        const limb *d = y.limbs;
        uint32_t nn, nd = y.len, words = (uint32_t)((shift < 0 ? -shift : shift) / 64), bits = (uint32_t)((shift < 0 ? -shift : shift) % 64);
        /* The numerator or the denominator is multiplied by 2^|shift|. */
        const view *scaled = shift >= 0 ? &x : &y;
        limb *row = scratch(scaled->len + words + 1);
        memset(row, 0, words * 8);
        row[words + scaled->len] = shift_row_left(row + words, scaled->limbs, scaled->len, bits);
        uint32_t nr = trimmed(row, words + scaled->len + 1);
        if (shift >= 0) { n = row; nn = nr; } else { n = (limb *)x.limbs; nn = x.len; d = row; nd = nr; }
        q = scratch(nn - nd + 1);
        r = scratch(nd);
        divide_rows(q, r, n, nn, d, nd);
        v = scale_rounded(q[0] | (trimmed(r, nd) != 0), -shift);
        rt.top = mark;
        if (__builtin_isinf(v)) return raise(OverflowError_);
    }
    return new_float(x.negative != y.negative ? -v : v);
}

int64_t RAW(int_floordiv_i64)(int64_t a, int64_t b) {
    if (b == 0) return raise(ZeroDivisionError_);
    return b == -1 ? (int64_t)(0 - (uint64_t)a) : floor_quotient(a, b);
}

/* a % d for a word d > 0, which is the case of trial division. */
int64_t RAW(int_mod_word)(any a, int64_t d) {
    if (is_small(a)) return floor_remainder(small_value(a), d);
    const int_object *o = at(a);
    limb rest = divide_row(NULL, o->limbs, o->len, (limb)d);
    return (int64_t)(rest && o->sign < 0 ? (limb)d - rest : rest);
}
