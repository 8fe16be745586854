/* Module math, the functions on ints: gcd, lcm, isqrt, factorial, perm, comb. */
#include "float.h"

/* ---- greatest common divisor ----
 * Lehmer's algorithm, as long as the larger one has more than two limbs: Euclid's steps are tried on the 60 leading bits, and as many as are
 * sure are applied to the long numbers at once. Then the binary algorithm. */
static limb gcd_1(limb a, limb b) {
    if (!a || !b) return a | b;
    int shift = __builtin_ctzll(a | b);
    a >>= __builtin_ctzll(a);
    while (b) {
        b >>= __builtin_ctzll(b);
        limb more = a > b ? a - b : b - a; /* without a branch: it would be mispredicted half the time */
        a = a > b ? b : a;
        b = more;
    }
    return a << shift;
}

INLINE int zeros(wide v) { return (limb)v ? __builtin_ctzll((limb)v) : 64 + __builtin_ctzll((limb)(v >> 64)); }

static wide gcd_2(wide a, wide b) {
    if (!a || !b) return a | b;
    int shift = zeros(a | b);
    a >>= zeros(a);
    while (b) {
        b >>= zeros(b);
        if (!((a | b) >> 64)) return (wide)gcd_1((limb)a, (limb)b) << shift;
        if (a > b) { wide t = a; a = b; b = t; }
        b = settled(b - a);
    }
    return a << shift;
}

/* The 60 bits of v that lie where those below the bit `top` of another number lie. */
static int64_t bits_below(const limb *v, uint32_t n, uint64_t top) {
    uint64_t from = top - 60;
    uint32_t at = (uint32_t)(from / 64), shift = from % 64;
    if (at >= n) return 0;
    limb m = v[at] >> shift;
    if (shift && at + 1 < n) m |= v[at + 1] << (64 - shift);
    return (int64_t)(m & ((UINT64_C(1) << 60) - 1));
}

/* r = |p x - q y|, which is less than x, of n limbs; x and y have n limbs, p x >= q y. */
static void combine(limb *r, limb p, const limb *x, limb q, const limb *y, uint32_t n) {
    multiply_row(r, x, n, p, 0);
    multiply_subtract_row(r, y, n, q); /* what overflows in both is the same */
}

/* The gcd of two rows of n limbs, a >= b, as a value. Both rows and two more are used up. */
static any gcd_rows(limb *a, limb *b, uint32_t n, limb *s, limb *t) {
    for (;;) {
        uint32_t na = trimmed(a, n), nb = trimmed(b, na);
        memset(b + nb, 0, (na - nb) * 8);
        n = na;
        if (n <= 2) break;
        uint64_t top = (uint64_t)n * 64 - (uint32_t)__builtin_clzll(a[n - 1]);
        int64_t x = bits_below(a, n, top), y = bits_below(b, nb, top), p = 1, q = 0, u = 0, v = 1, steps = 0;
        /* Before step k: x = p x0 - q y0 and y = v y0 - u x0, with the signs swapped when k is odd. */
        for (; y != u; steps++) {
            int64_t digit = (x + (p - 1)) / (y - u), w = q + digit * v, rest = x - digit * y;
            if (w > rest) break;
            x = y;
            y = rest;
            rest = p + digit * u;
            p = v;
            q = u;
            u = w;
            v = rest;
        }
        if (steps == 0) {
            if (nb == 0) break;
            divide_rows(NULL, s, a, na, b, nb);
            memset(s + nb, 0, (na - nb) * 8);
            limb *was = a;
            a = b; b = s; s = was;
            continue;
        }
        if (steps & 1) { combine(s, (limb)p, b, (limb)q, a, n); combine(t, (limb)v, a, (limb)u, b, n); }
        else { combine(s, (limb)p, a, (limb)q, b, n); combine(t, (limb)v, b, (limb)u, a, n); }
        limb *was = a;
        a = s; s = was;
        was = b;
        b = t; t = was;
    }
    if (n > 2) { /* b is 0 */
        int_object *o = int_begin(n);
        memmove(o->limbs, a, n * 8);
        return int_done(o, n, false);
    }
    wide x = n == 0 ? 0 : n == 1 ? a[0] : (wide)a[1] << 64 | a[0], y = n == 0 ? 0 : n == 1 ? b[0] : (wide)b[1] << 64 | b[0];
    return int_from_wide(gcd_2(x, y), false);
}

static any gcd(any a, any b) {
    if (both_small(a, b)) return int_from_limb(gcd_1(magnitude(small_value(a)), magnitude(small_value(b))), false);
    view x, y;
    look(a, &x);
    look(b, &y);
    const view *more = compare_magnitudes(&x, &y) >= 0 ? &x : &y, *less = more == &x ? &y : &x;
    if (!less->len) return int_abs(more == &x ? a : b);
    if (less->len == 1) return int_from_limb(gcd_1(divide_row(NULL, more->limbs, more->len, less->limbs[0]), less->limbs[0]), false);
    uint32_t mark = mark_arena(), n = less->len;
    limb *rows = scratch(4 * n);
    memcpy(rows, less->limbs, n * 8);
    divide_rows(NULL, rows + n, more->limbs, more->len, less->limbs, n);
    return keep(mark, gcd_rows(rows, rows + n, n, rows + 2 * n, rows + 3 * n));
}

PY("math.gcd(*args) -> int") any math_gcd(any args) {
    tuple_object *t = tuple_at(args);
    any result = small(0);
    for (uint32_t i = 0; i < t->len; i++) {
        any v = int_of(t->items[i]);
        if (!v) return raise(TypeError_);
        result = gcd(result, v);
    }
    return result;
}

PY("math.lcm(*args) -> int") any math_lcm(any args) {
    tuple_object *t = tuple_at(args);
    any result = small(1);
    for (uint32_t i = 0; i < t->len; i++) {
        any v = int_of(t->items[i]);
        if (!v) return raise(TypeError_);
        if (result == small(0) || v == small(0)) result = small(0);
        else result = int_abs(int_mul(int_floordiv(result, gcd(result, v)), v));
    }
    return result;
}

/* ---- square roots ---- */
static limb isqrt_1(limb n) {
    limb r = (limb)__builtin_sqrt((double)n);
    if (r > UINT32_MAX) r = UINT32_MAX;
    while (r * r > n) r--;
    while (r < UINT32_MAX && (r + 1) * (r + 1) <= n) r++;
    return r;
}

PY("math.isqrt(n, /) -> int") any math_isqrt(any n) {
    n = int_of(n);
    if (!n) return raise(TypeError_);
    view v;
    look(n, &v);
    if (v.negative) return raise(ValueError_);
    if (v.len <= 1) return int_from_limb(v.len ? isqrt_1(v.limbs[0]) : 0, false);
    /* From the root of the leading bits to that of twice as many (and a little less): one step of Newton's method, each time exact enough
     * for the next. The last one may be too large by 1. */
    uint32_t mark = mark_arena();
    uint64_t half = (bits_of(&v) - 1) / 2, done = 31;
    int rounds = 0;
    while (half >> rounds > done) rounds++;
    uint64_t bits = half >> rounds;
    any root;
    {
        any lead = int_rshift(n, small((int64_t)(2 * half - 2 * bits)));
        view l;
        look(lead, &l);
        root = int_from_limb(isqrt_1(l.limbs[0]), false);
    }
    while (rounds--) {
        uint64_t next = half >> rounds;
        any lead = int_rshift(n, small((int64_t)(2 * half - next - bits + 1)));
        root = int_add(int_lshift(root, small((int64_t)(next - bits - 1))), int_floordiv(lead, root));
        bits = next;
    }
    if (int_compare(int_mul(root, root), n) > 0) root = int_sub(root, small(1));
    return keep(mark, root);
}

/* ---- products of ranges ---- */
/* from (from - 1) ... (from - count + 1) */
static any falling(uint64_t from, uint64_t count) {
    if (count <= 8) {
        any product = small((int64_t)from);
        for (uint64_t i = 1; i < count; i++) product = int_mul(product, small((int64_t)(from - i)));
        return product;
    }
    any high = falling(from, count / 2);
    return int_mul(high, falling(from - count / 2, count - count / 2));
}

/* The same of any n > 0; count >= 1. */
static any falling_of(any n, uint64_t count) {
    view v;
    look(n, &v);
    if (bits_of(&v) > BITS_MAX / count) return deopt();
    uint32_t mark = mark_arena();
    if (is_small(n)) return keep(mark, falling((uint64_t)small_value(n), count));
    any product = n;
    for (uint64_t i = 1; i < count; i++) product = keep(mark, int_mul(product, int_sub(n, small((int64_t)i))));
    return product;
}

INLINE bool below_zero(any v) { return int_compare(v, small(0)) < 0; }

PY("math.factorial(n, /) -> int") any math_factorial(any n) {
    n = int_of(n);
    if (!n) return raise(TypeError_);
    if (below_zero(n)) return raise(ValueError_);
    if (!is_small(n)) return raise(OverflowError_);
    return small_value(n) < 2 ? small(1) : falling_of(n, (uint64_t)small_value(n));
}

PY("math.perm(n, k=, /) -> int") any math_perm(any n, any k) {
    if (!k || k == NONE) return math_factorial(n);
    n = int_of(n);
    k = int_of(k);
    if (!n || !k) return raise(TypeError_);
    if (below_zero(n) || below_zero(k)) return raise(ValueError_);
    if (int_compare(n, k) < 0) return small(0);
    if (k == small(0)) return small(1);
    return is_small(k) ? falling_of(n, (uint64_t)small_value(k)) : raise(OverflowError_);
}

PY("math.comb(n, k, /) -> int") any math_comb(any n, any k) {
    n = int_of(n);
    k = int_of(k);
    if (!n || !k) return raise(TypeError_);
    if (below_zero(n) || below_zero(k)) return raise(ValueError_);
    any other = int_sub(n, k);
    if (below_zero(other)) return small(0);
    if (int_compare(other, k) < 0) k = other;
    if (k == small(0)) return small(1);
    if (!is_small(k)) return raise(OverflowError_);
    uint64_t count = (uint64_t)small_value(k);
    if (is_small(n)) { /* as long as it fits a limb: c(n, i + 1) = c(n, i) (n - i) / (i + 1) */
        limb c = 1, from = (limb)small_value(n);
        for (uint64_t i = 0;; i++) {
            if (i == count) return int_from_limb(c, false);
            wide product = settled((wide)c * (from - i));
            if ((limb)(product >> 64) > i) break; /* the quotient may need more */
            limb rest;
            c = divide_wide((limb)(product >> 64), (limb)product, i + 1, &rest);
        }
    }
    uint32_t mark = mark_arena();
    any top = falling_of(n, count);
    return FAILED ? 0 : keep(mark, int_floordiv(top, falling_of(k, count)));
}
