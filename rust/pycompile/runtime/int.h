/* What the files of ints share: views of a value as sign and magnitude, results that are trimmed in place, the arena as scratch
 * space, and arithmetic on rows of limbs (least significant first). */
#pragma once
#include "rt.h"

typedef uint64_t limb;
typedef unsigned __int128 wide;
#define INLINE static inline __attribute__((always_inline))

/* To be applied to every sum and product of 128 bits before its halves are looked at: LLVM (as of 21; its issue 199910) may otherwise read the
 * high half before it is there, where the low one is kept on WebAssembly's stack. For the same reason, no __builtin_mul_overflow of 64 bits. */
INLINE wide settled(wide v) {
    limb low = (limb)v;
    __asm__("" : "+r"(low));
    return v >> 64 << 64 | low;
}

/* More limbs than this (16 MiB) are CPython's business. */
#define LIMBS_MAX (1u << 21)
#define BITS_MAX ((uint64_t)LIMBS_MAX * 64)

/* An int as sign and magnitude. `word` holds the limb of a small one: a view must not be copied. */
typedef struct { const limb *limbs; uint32_t len; bool negative; limb word; } view;

INLINE limb magnitude(int64_t v) { return v < 0 ? 0 - (limb)v : (limb)v; }

INLINE void look(any v, view *out) {
    if (is_small(v)) {
        int64_t n = small_value(v);
        out->word = magnitude(n);
        out->limbs = &out->word;
        out->len = n != 0;
        out->negative = n < 0;
    } else {
        int_object *o = at(v);
        out->limbs = o->limbs;
        out->len = o->len;
        out->negative = o->sign < 0;
    }
}

INLINE bool fits_small(int64_t v) { return v <= SMALL_MAX && v >= SMALL_MIN; }
/* True: both are small. */
INLINE bool both_small(any a, any b) { return a & b & 1; }

/* ---- results ---- */
/* An int to be filled: int_done() makes a value of it, and gives back what it did not need. Nothing may be allocated in between. */
static inline int_object *int_begin(uint32_t len) {
    if (len > 4 * LIMBS_MAX) __builtin_trap();
    int_object *o = alloc(sizeof(int_object) + len * 8);
    o->tag = T_INT;
    o->pad = 0;
    return o;
}

static inline any int_done(int_object *o, uint32_t len, bool negative) {
    while (len && !o->limbs[len - 1]) len--;
    if (len == 0 || (len == 1 && o->limbs[0] <= (limb)SMALL_MAX + negative)) {
        limb m = len ? o->limbs[0] : 0;
        rt.top = (uint32_t)(uintptr_t)o;
        return small(negative ? -(int64_t)m : (int64_t)m);
    }
    o->len = len;
    o->sign = negative ? -1 : 1;
    rt.top = (uint32_t)(uintptr_t)(o->limbs + len);
    return value(o);
}

static inline any int_from_limb(limb m, bool negative) {
    if (m <= (limb)SMALL_MAX + negative) return small(negative ? -(int64_t)m : (int64_t)m);
    int_object *o = int_begin(1);
    o->limbs[0] = m;
    return int_done(o, 1, negative);
}

static inline any int_from_wide(wide m, bool negative) {
    m = settled(m);
    if (!(m >> 64)) return int_from_limb((limb)m, negative);
    int_object *o = int_begin(2);
    o->limbs[0] = (limb)m;
    o->limbs[1] = (limb)(m >> 64);
    return int_done(o, 2, negative);
}

INLINE any int_from_int64(int64_t v) { return fits_small(v) ? small(v) : int_from_limb(magnitude(v), v < 0); }

/* ---- scratch space ----
 * What lies above a mark is given back by `rt.top = mark`, or by keep(mark, v), which moves the int v down to it. */
static inline uint32_t mark_arena(void) {
    if (rt.top == 0) alloc(8); /* before the first allocation of all */
    return rt.top;
}
any keep(uint32_t mark, any v);
static inline limb *scratch(uint32_t limbs) {
    if (limbs > 16 * LIMBS_MAX) __builtin_trap();
    return alloc(limbs * 8);
}

/* ---- rows of limbs ---- */
INLINE uint32_t limb_bits(limb v) { return v ? 64 - (uint32_t)__builtin_clzll(v) : 0; }
INLINE uint64_t bits_of(const view *v) { return v->len ? (uint64_t)v->len * 64 - (uint32_t)__builtin_clzll(v->limbs[v->len - 1]) : 0; }
INLINE uint32_t trimmed(const limb *a, uint32_t n) { while (n && !a[n - 1]) n--; return n; }

static inline int compare_rows(const limb *a, const limb *b, uint32_t n) {
    while (n--) if (a[n] != b[n]) return a[n] < b[n] ? -1 : 1;
    return 0;
}
static inline int compare_magnitudes(const view *a, const view *b) {
    return a->len != b->len ? (a->len < b->len ? -1 : 1) : compare_rows(a->limbs, b->limbs, a->len);
}

/* r = a + b, na >= nb; the carry is returned. r may be a or b. */
INLINE limb add_rows(limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb) {
    limb carry = 0;
    uint32_t i = 0;
    for (; i < nb; i++) { wide t = settled((wide)a[i] + b[i] + carry); r[i] = (limb)t; carry = (limb)(t >> 64); }
    for (; i < na; i++) { limb t = a[i] + carry; carry = t < carry; r[i] = t; }
    return carry;
}
/* r = a - b, na >= nb; the borrow is returned. */
INLINE limb subtract_rows(limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb) {
    limb borrow = 0;
    uint32_t i = 0;
    for (; i < nb; i++) { wide t = settled((wide)a[i] - b[i] - borrow); r[i] = (limb)t; borrow = (limb)(t >> 64) & 1; }
    for (; i < na; i++) { limb t = a[i]; r[i] = t - borrow; borrow = t < borrow; }
    return borrow;
}
/* r = a * b + carry; what overflows is returned. */
INLINE limb multiply_row(limb *r, const limb *a, uint32_t n, limb b, limb carry) {
    for (uint32_t i = 0; i < n; i++) { wide t = settled((wide)a[i] * b + carry); r[i] = (limb)t; carry = (limb)(t >> 64); }
    return carry;
}
/* r += a * b */
INLINE limb multiply_add_row(limb *r, const limb *a, uint32_t n, limb b) {
    limb carry = 0;
    for (uint32_t i = 0; i < n; i++) { wide t = settled((wide)a[i] * b + r[i] + carry); r[i] = (limb)t; carry = (limb)(t >> 64); }
    return carry;
}
/* r -= a * b */
INLINE limb multiply_subtract_row(limb *r, const limb *a, uint32_t n, limb b) {
    limb borrow = 0;
    for (uint32_t i = 0; i < n; i++) {
        wide t = settled((wide)a[i] * b + borrow);
        limb low = (limb)t, was = r[i];
        r[i] = was - low;
        borrow = (limb)(t >> 64) + (was < low);
    }
    return borrow;
}
/* r = a << by, 0 <= by < 64; what is shifted out is returned. From the top, so that r may be above a in the same row. */
INLINE limb shift_row_left(limb *r, const limb *a, uint32_t n, uint32_t by) {
    if (!by) { memmove(r, a, n * 8); return 0; }
    limb out = a[n - 1] >> (64 - by);
    for (uint32_t i = n - 1; i; i--) r[i] = a[i] << by | a[i - 1] >> (64 - by);
    r[0] = a[0] << by;
    return out;
}
/* r = a >> by, 0 <= by < 64. From the bottom. */
INLINE void shift_row_right(limb *r, const limb *a, uint32_t n, uint32_t by) {
    if (!by) { memmove(r, a, n * 8); return; }
    for (uint32_t i = 0; i + 1 < n; i++) r[i] = a[i] >> by | a[i + 1] << (64 - by);
    r[n - 1] = a[n - 1] >> by;
}

/* r (na + nb limbs, apart from a and b) = a * b; na, nb >= 1. */
void multiply_rows(limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb);
/* q (na - nb + 1 limbs, or NULL) = a / b; r (nb limbs) = a % b. na >= nb; b's last limb is not 0. */
void divide_rows(limb *q, limb *r, const limb *a, uint32_t na, const limb *b, uint32_t nb);
/* q (na limbs, or NULL) = a / d; the remainder is returned. */
limb divide_row(limb *q, const limb *a, uint32_t na, limb d);
/* (high:low) / d for high < d, of any d. */
limb divide_wide(limb high, limb low, limb d, limb *remainder);

/* The value m * 2^e, rounded to even; bit 0 of m may stand for all the bits below. Infinity if it overflows. m != 0. */
double scale_rounded(limb m, int64_t e);
/* The 64 leading bits of a magnitude, in *e its scale, in bit 0 also what is below. */
limb leading_bits(const view *v, int64_t *e);

/* The white space that numbers may stand between. */
INLINE bool is_space(uint8_t c) { return c == ' ' || c - '\t' < 5u; }

/* The int of an int or bool; 0 for other values. */
INLINE any int_of(any v) { return is_int(v) ? v : is(v, T_BOOL) ? small(bool_value(v)) : 0; }
/* float(v) of an int, bool or float; otherwise TypeError, or OverflowError. */
bool as_double(any v, double *out);
