/* Shifts and the operators of bits. A negative int is two's complement without end: its limbs are made as they are asked for. */
#include "int.h"

/* The limbs of an int in two's complement, one after the other. */
typedef struct { const view *v; limb flip, carry; } bits;
INLINE bits bits_from(const view *v) { return (bits){v, v->negative ? ~(limb)0 : 0, v->negative}; }
INLINE limb bits_next(bits *b, uint32_t i) {
    limb t = ((i < b->v->len ? b->v->limbs[i] : 0) ^ b->flip) + b->carry;
    b->carry &= t == 0;
    return t;
}

enum operator { AND, OR, XOR };
INLINE limb apply(enum operator op, limb a, limb b) { return op == AND ? a & b : op == OR ? a | b : a ^ b; }

INLINE any combine(any a, any b, enum operator op) {
    view x, y;
    look(a, &x);
    look(b, &y);
    const view *more = x.len >= y.len ? &x : &y, *less = more == &x ? &y : &x;
    if (!x.negative && !y.negative) {
        uint32_t n = op == AND ? less->len : more->len, i = 0;
        if (n <= 1) return int_from_limb(n ? apply(op, x.len ? x.limbs[0] : 0, y.len ? y.limbs[0] : 0) : 0, false);
        int_object *o = int_begin(n);
        for (; i < less->len; i++) o->limbs[i] = apply(op, more->limbs[i], less->limbs[i]);
        for (; i < n; i++) o->limbs[i] = more->limbs[i];
        return int_done(o, n, false);
    }
    uint32_t n = more->len + 1;
    bool negative = apply(op, x.negative, y.negative);
    limb flip = negative ? ~(limb)0 : 0, carry = negative;
    bits p = bits_from(&x), q = bits_from(&y);
    int_object *o = int_begin(n);
    for (uint32_t i = 0; i < n; i++) {
        limb t = apply(op, bits_next(&p, i), bits_next(&q, i));
        t = (t ^ flip) + carry;
        carry &= t == 0;
        o->limbs[i] = t;
    }
    return int_done(o, n, negative);
}

any int_and(any a, any b) {
    if (both_small(a, b)) return a & b;
    return combine(a, b, AND);
}
any int_or(any a, any b) {
    if (both_small(a, b)) return a | b;
    return combine(a, b, OR);
}
any int_xor(any a, any b) {
    if (both_small(a, b)) return (a ^ b) | 1;
    return combine(a, b, XOR);
}

any int_invert(any a) { return is_small(a) ? small(~small_value(a)) : int_sub(small(-1), a); }

any int_lshift(any a, any b) {
    int64_t by;
    bool fits = int_to_int64(b, &by);
    if (fits ? by < 0 : ((int_object *)at(b))->sign < 0) return raise(ValueError_);
    if (a == small(0)) return a;
    if (!fits || (uint64_t)by > BITS_MAX) return deopt();
    if (is_small(a) && by < 62) {
        int64_t v = small_value(a), shifted = (int64_t)((uint64_t)v << by);
        if (shifted >> by == v) return int_from_int64(shifted);
    }
    view v;
    look(a, &v);
    uint32_t words = (uint32_t)(by / 64), n = (uint32_t)((bits_of(&v) + (uint64_t)by + 63) / 64);
    int_object *o = int_begin(n);
    memset(o->limbs, 0, words * 8);
    limb out = shift_row_left(o->limbs + words, v.limbs, v.len, by % 64);
    if (words + v.len < n) o->limbs[n - 1] = out;
    return int_done(o, n, v.negative);
}

any int_rshift(any a, any b) {
    int64_t by;
    bool fits = int_to_int64(b, &by);
    if (fits ? by < 0 : ((int_object *)at(b))->sign < 0) return raise(ValueError_);
    if (is_small(a)) return small(small_value(a) >> (fits && by < 63 ? by : 63));
    view v;
    look(a, &v);
    if (!fits || (uint64_t)by / 64 >= v.len) return small(v.negative ? -1 : 0);
    uint32_t words = (uint32_t)(by / 64), shift = by % 64, n = v.len - words;
    const limb *from = v.limbs + words;
    bool left = v.negative && (trimmed(v.limbs, words) || from[0] & ((UINT64_C(1) << shift) - 1)); /* one further from 0 */
    if (n == 1) {
        limb m = from[0] >> shift;
        if (!(left && m == ~(limb)0)) return int_from_limb(m + left, v.negative);
    }
    int_object *o = int_begin(n + left);
    shift_row_right(o->limbs, from, n, shift);
    if (left) { limb one = 1; o->limbs[n] = add_rows(o->limbs, o->limbs, n, &one, 1); }
    return int_done(o, n + left, v.negative);
}
