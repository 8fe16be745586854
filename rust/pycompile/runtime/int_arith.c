/* Sums, differences and products of ints. Products are schoolbook, above KARATSUBA limbs Karatsuba's. */
#include "int.h"

#define KARATSUBA 40

/* x + y, with y's sign given: what int_add and int_sub share. */
static any add_signed(const view *x, const view *y, bool y_negative) {
    if (x->negative == y_negative) {
        const view *a = x->len >= y->len ? x : y, *b = a == x ? y : x;
        bool sign = x->negative;
        int_object *o = int_begin(a->len + 1);
        o->limbs[a->len] = add_rows(o->limbs, a->limbs, a->len, b->limbs, b->len);
        return int_done(o, a->len + 1, sign);
    }
    int order = compare_magnitudes(x, y);
    if (order == 0) return small(0);
    const view *a = order > 0 ? x : y, *b = order > 0 ? y : x;
    int_object *o = int_begin(a->len);
    subtract_rows(o->limbs, a->limbs, a->len, b->limbs, b->len);
    return int_done(o, a->len, order > 0 ? x->negative : y_negative);
}

any int_add(any a, any b) {
    if (both_small(a, b)) return int_from_int64(small_value(a) + small_value(b));
    view x, y;
    look(a, &x);
    look(b, &y);
    return add_signed(&x, &y, y.negative);
}

any int_sub(any a, any b) {
    if (both_small(a, b)) return int_from_int64(small_value(a) - small_value(b));
    view x, y;
    look(a, &x);
    look(b, &y);
    return add_signed(&x, &y, !y.negative);
}

any int_neg(any a) {
    if (is_small(a)) return int_from_int64(-small_value(a));
    view v;
    look(a, &v);
    int_object *o = int_begin(v.len);
    memcpy(o->limbs, v.limbs, v.len * 8);
    return int_done(o, v.len, !v.negative);
}

any int_abs(any a) {
    return (is_small(a) ? small_value(a) < 0 : ((int_object *)at(a))->sign < 0) ? int_neg(a) : a;
}

/* ---- products ---- */
static void multiply_schoolbook(limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb) {
    r[na] = multiply_row(r, a, na, b[0], 0);
    for (uint32_t i = 1; i < nb; i++) r[na + i] = multiply_add_row(r + i, a, na, b[i]);
}

/* r (na limbs) = |a - b|, na >= nb; true if a < b. */
static bool difference(limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb) {
    if (trimmed(a, na) > nb || compare_rows(a, b, nb) >= 0) {
        subtract_rows(r, a, na, b, nb);
        return false;
    }
    subtract_rows(r, b, nb, a, nb);
    memset(r + nb, 0, (na - nb) * 8);
    return true;
}

/* r (2n) = a * b, both of n limbs, with 2n + 128 limbs of scratch space. (a1 B + a0)(b1 B + b0), where the middle term is
 * a0 b0 + a1 b1 - (a0 - a1)(b0 - b1). */
static void multiply_karatsuba(limb *r, const limb *a, const limb *b, uint32_t n, limb *space) {
    if (n < KARATSUBA) { multiply_schoolbook(r, a, n, b, n); return; }
    uint32_t low = (n + 1) / 2, high = n - low;
    bool flip = difference(r, a, low, a + low, high) != difference(r + low, b, low, b + low, high);
    limb *middle = space, *rest = space + 2 * low + 1;
    multiply_karatsuba(middle, r, r + low, low, rest);
    multiply_karatsuba(r, a, b, low, rest);
    multiply_karatsuba(r + 2 * low, a + low, b + low, high, rest);
    middle[2 * low] = 0;
    if (flip) middle[2 * low] = add_rows(middle, r, 2 * low, middle, 2 * low);
    else middle[2 * low] = 0 - subtract_rows(middle, r, 2 * low, middle, 2 * low);
    middle[2 * low] += add_rows(middle, middle, 2 * low, r + 2 * low, 2 * high);
    uint32_t above = 2 * n - low; /* limbs from where the middle term goes */
    add_rows(r + low, r + low, above, middle, 2 * low + 1 < above ? 2 * low + 1 : above);
}

void multiply_rows(limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb) {
    if (na < nb) { const limb *t = a; a = b; b = t; uint32_t n = na; na = nb; nb = n; }
    if (nb < KARATSUBA) { multiply_schoolbook(r, a, na, b, nb); return; }
    uint32_t mark = mark_arena();
    limb *space = scratch(2 * nb + 128), *part = na > nb ? scratch(2 * nb) : NULL;
    multiply_karatsuba(r, a, b, nb, space);
    for (uint32_t i = nb; i < na; i += nb) { /* the longer one in pieces of the shorter one's length */
        uint32_t n = na - i < nb ? na - i : nb;
        if (n == nb) multiply_karatsuba(part, a + i, b, nb, space);
        else multiply_rows(part, b, nb, a + i, n);
        limb carry = add_rows(r + i, part, nb + n, r + i, nb);
        (void)carry; /* the product of what came so far fits */
    }
    rt.top = mark;
}

any int_mul(any a, any b) {
    if (both_small(a, b)) {
        int64_t x = small_value(a), y = small_value(b), product = (int64_t)((uint64_t)x * (uint64_t)y);
        if ((int32_t)x == x && (int32_t)y == y) return int_from_int64(product);
        return int_from_wide((wide)magnitude(x) * magnitude(y), (x < 0) != (y < 0));
    }
    view x, y;
    look(a, &x);
    look(b, &y);
    if (!x.len || !y.len) return small(0);
    int_object *o = int_begin(x.len + y.len);
    multiply_rows(o->limbs, x.limbs, x.len, y.limbs, y.len);
    return int_done(o, x.len + y.len, x.negative != y.negative);
}
