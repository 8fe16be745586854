/* Floats from text and to text. Reading is exact: short decimals by one operation of the machine, others by a quotient of ints.
 * Writing is Raffaello Giulietti's Schubfach: the shortest decimal that reads back, the nearest of those. */
#include "float.h"

/* ---- from text ---- */
#define DIGITS_KEPT 800 /* enough to tell any decimal from the midpoint of two floats, with one digit for what follows */

INLINE bool is_digit(uint8_t c) { return c - '0' < 10u; }

static bool same_word(const uint8_t *text, uint32_t len, const char *word) {
    if (strlen(word) != len) return false;
    for (uint32_t i = 0; i < len; i++) if ((text[i] | 32) != word[i]) return false;
    return true;
}

/* digits * 10^e, rounded once. The digits start with another than 0. */
static double scale_decimal(const uint8_t *digits, uint32_t count, int64_t e) {
    static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
                                  1e18, 1e19, 1e20, 1e21, 1e22};
    if (count <= 18) {
        uint64_t m = 0;
        for (uint32_t i = 0; i < count; i++) m = m * 10 + digits[i] - '0';
        if (m <= UINT64_C(1) << 53 && e >= -22 && e <= 22) return e < 0 ? (double)m / tens[-e] : (double)m * tens[e];
    }
    if (e + count > 310) return __builtin_inf();
    if (e + count < -330) return 0;
    uint32_t mark = mark_arena();
    any m = int_parse(digits, count, 10), ten = power_of_ten((uint32_t)(e < 0 ? -e : e));
    double v;
    if (e >= 0) {
        bool overflow;
        v = int_to_double(int_mul(m, ten), &overflow);
    } else {
        any q = int_truediv(m, ten);
        if (FAILED) { /* too large */
            rt.error = OK;
            v = __builtin_inf();
        } else v = float_value(q);
    }
    rt.top = mark;
    return v;
}

/* Copies digits, without the underscores between them and, before the first other one, without zeros; what is beyond DIGITS_KEPT
 * leaves a 1 behind if it is not 0. */
typedef struct { const uint8_t *at, *end; uint8_t digits[DIGITS_KEPT + 1]; uint32_t count; int64_t dropped; bool seen, inexact; } reader;

static void read_digits(reader *r, bool fraction) {
    bool before = false;
    for (; r->at < r->end; r->at++) {
        uint8_t c = *r->at;
        if (c == '_' && before && r->at + 1 < r->end && is_digit(r->at[1])) { before = false; continue; }
        if (!is_digit(c)) break;
        before = r->seen = true;
        if (r->count == 0 && c == '0') { r->dropped -= fraction; continue; }
        if (r->count < DIGITS_KEPT) {
            r->digits[r->count++] = c;
            r->dropped -= fraction;
        } else {
            r->dropped += !fraction;
            r->inexact |= c != '0';
        }
    }
}

any float_parse(const uint8_t *text, uint32_t len) {
    reader r;
    r.at = text;
    r.end = text + len;
    r.count = 0;
    r.dropped = 0;
    r.seen = r.inexact = false;
    while (r.at < r.end && is_space(*r.at)) r.at++;
    while (r.at < r.end && is_space(r.end[-1])) r.end--;
    bool negative = false;
    if (r.at < r.end && (*r.at == '+' || *r.at == '-')) negative = *r.at++ == '-';
    uint32_t left = (uint32_t)(r.end - r.at);
    if (same_word(r.at, left, "inf") || same_word(r.at, left, "infinity")) return new_float(negative ? -__builtin_inf() : __builtin_inf());
    if (same_word(r.at, left, "nan")) return new_float(negative ? -__builtin_nan("") : __builtin_nan(""));
    read_digits(&r, false);
    if (r.at < r.end && *r.at == '.') { r.at++; read_digits(&r, true); }
    if (!r.seen) return raise(ValueError_);
    int64_t e = 0;
    if (r.at < r.end && (*r.at | 32) == 'e') {
        r.at++;
        bool down = false, before = false;
        if (r.at < r.end && (*r.at == '+' || *r.at == '-')) down = *r.at++ == '-';
        if (r.at == r.end) return raise(ValueError_);
        for (; r.at < r.end; r.at++) {
            if (*r.at == '_' && before && r.at + 1 < r.end && is_digit(r.at[1])) { before = false; continue; }
            if (!is_digit(*r.at)) return raise(ValueError_);
            before = true;
            if (e < 1 << 30) e = e * 10 + (*r.at - '0');
        }
        if (down) e = -e;
    }
    if (r.at != r.end) return raise(ValueError_);
    e += r.dropped;
    if (r.inexact) { r.digits[r.count++] = '1'; e--; }
    else while (r.count && r.digits[r.count - 1] == '0') { r.count--; e++; }
    double v = r.count ? scale_decimal(r.digits, r.count, e) : 0;
    return new_float(negative ? -v : v);
}

/* ---- to text ---- */
/* 10^k as a number of 126 bits above: floor(10^k 2^-x) + 1, x = floor(log2 10^k) - 125. Kept once computed: a program needs few. */
typedef struct { uint64_t high, low; } ten;
#define TEN_MIN (-292)
#define TEN_MAX 324
static ten tens[TEN_MAX - TEN_MIN + 1];

static inline int log2_of_ten(int k) { return (int)(((int64_t)k * 1741647) >> 19); } /* floor(log2 10^k) */

static ten ten_at(int k) {
    ten *t = &tens[k - TEN_MIN];
    if (t->high) return *t;
    uint32_t mark = mark_arena();
    int x = log2_of_ten(k) - 125;
    any p = power_of_ten((uint32_t)(k < 0 ? -k : k));
    if (k < 0) p = int_floordiv(int_lshift(small(1), small(-x)), p);
    else p = x > 0 ? int_rshift(p, small(x)) : int_lshift(p, small(-x));
    p = int_add(p, small(1));
    view v;
    look(p, &v);
    /* 63 bits in each word. */
    t->high = v.limbs[1] << 1 | v.limbs[0] >> 63;
    t->low = v.limbs[0] & (~UINT64_C(0) >> 1);
    rt.top = mark;
    return *t;
}

/* c g 2^-127, with a last bit that stands for all that is below. */
static inline uint64_t round_to_odd(ten g, uint64_t c) {
    uint64_t x1 = (uint64_t)(((wide)g.low * c) >> 64);
    wide y = settled((wide)g.high * c);
    uint64_t z = ((uint64_t)y >> 1) + x1, w = (uint64_t)(y >> 64) + (z >> 63);
    return w | (((z & (~UINT64_C(0) >> 1)) + (~UINT64_C(0) >> 1)) >> 63);
}

/* The shortest decimal f * 10^e of a finite v > 0. */
static uint64_t shortest(double v, int *e) {
    int q;
    uint64_t c = split(v, &q);
    if (q < 0 && q > -53 && !(c & ((UINT64_C(1) << -q) - 1))) { *e = 0; return c >> -q; } /* an integer below 2^53 */
    bool even = !(c & 1), irregular = c == UINT64_C(1) << 52 && q > -1074;
    uint64_t left = irregular ? 4 * c - 1 : 4 * c - 2, middle = 4 * c, right = 4 * c + 2;
    /* k = floor(log10 of the width of what rounds to v) */
    int k = irregular ? (int)(((int64_t)q * 661971961083 - 274743187321) >> 41) : (int)(((int64_t)q * 661971961083) >> 41);
    int h = q + (int)(((int64_t)-k * 913124641741) >> 38) + 2;
    ten g = ten_at(-k);
    uint64_t vb = round_to_odd(g, middle << h), lower = round_to_odd(g, left << h) + !even, upper = round_to_odd(g, right << h) - !even;
    uint64_t s = vb >> 2;
    if (s >= 10) { /* one digit less */
        uint64_t sp = s / 10;
        bool under = lower <= 40 * sp, over = 40 * sp + 40 <= upper;
        if (under != over) { *e = k + 1; return under ? sp : sp + 1; }
    }
    bool under = lower <= 4 * s, over = 4 * s + 4 <= upper;
    *e = k;
    if (under != over) return under ? s : s + 1;
    uint64_t mid = 4 * s + 2;
    return vb > mid || (vb == mid && (s & 1)) ? s + 1 : s;
}

any float_repr(double v) {
    if (v != v) return str_literal("nan");
    if (__builtin_isinf(v)) return str_literal(v > 0 ? "inf" : "-inf");
    uint8_t digits[20], text[32], *at = text;
    if (bits_of_double(v) & SIGN_BIT) { *at++ = '-'; v = -v; }
    int e = 0;
    uint64_t f = v == 0 ? 0 : shortest(v, &e);
    uint32_t count = 0;
    while (f && f % 10 == 0) { f /= 10; e++; }
    do { digits[19 - count++] = (uint8_t)('0' + f % 10); f /= 10; } while (f);
    const uint8_t *d = digits + 20 - count;
    int point = (int)count + e; /* digits before the point */
    if (v == 0) point = 1;
    if (point > 16 || point <= -4) {
        *at++ = d[0];
        if (count > 1) { *at++ = '.'; memcpy(at, d + 1, count - 1); at += count - 1; }
        int exponent = point - 1;
        *at++ = 'e';
        *at++ = exponent < 0 ? '-' : '+';
        if (exponent < 0) exponent = -exponent;
        if (exponent >= 100) *at++ = (uint8_t)('0' + exponent / 100);
        *at++ = (uint8_t)('0' + exponent / 10 % 10);
        *at++ = (uint8_t)('0' + exponent % 10);
    } else if (point <= 0) {
        *at++ = '0'; *at++ = '.';
        for (int i = point; i < 0; i++) *at++ = '0';
        memcpy(at, d, count);
        at += count;
    } else {
        for (int i = 0; i < point || i < (int)count; i++) {
            if (i == point) *at++ = '.';
            *at++ = i < (int)count ? d[i] : '0';
        }
        if (point >= (int)count) { *at++ = '.'; *at++ = '0'; }
    }
    uint32_t len = (uint32_t)(at - text);
    uint8_t *copy = alloc(len);
    memcpy(copy, text, len);
    return new_str(copy, len);
}
