/* What of libm is not the same in every libc, as the libc of the CPython runtime (musl) computes it: its answers are CPython's. zig's libc has
 * functions of its own for some. exp and exp2 follow Szabolcs Nagy's algorithm, on the table that pow brings with it; defined under
 * their names, they also serve those functions of libm that call them. */
#include "float.h"
#include "libm.h"
#include <math.h>

/* exp2 of the 128ths, as musl's pow uses them: tab[2 i] is the relative error of tab[2 i + 1], which lacks i in its exponent. */
extern const struct {
    double per_ln2, shift, ln2_high, ln2_low; /* 128 / ln 2; the ln2 are negative, by 128 */
    double p[4];
    double shift2, p2[5];
    uint64_t tab[256];
} __exp_data;

/* scale (1 + t), where scale's exponent may be out of range: k > 0, it is `up` too high; otherwise the result may be subnormal. */
static double far_out(double t, uint64_t scale, bool grows, int up) {
    if (grows) {
        double s = double_of_bits(scale - ((uint64_t)up << 52));
        return double_of_bits((uint64_t)(up + 1023) << 52) * (s + s * t);
    }
    double s = double_of_bits(scale + (UINT64_C(1022) << 52)), y = s + s * t;
    if (y < 1) { /* rounded where a subnormal ends */
        double low = s - y + s * t, high = 1 + y;
        low = 1 - high + y + low;
        y = (high + low) - 1;
    }
    return 0x1p-1022 * y;
}

INLINE uint32_t exponent_of(double v) { return (uint32_t)(bits_of_double(v) >> 52 & 0x7ff); }

double exp(double x) {
    uint32_t size = exponent_of(x);
    if (size < 1023 - 54) return 1 + x;
    if (size >= 1023 + 10) return x < 0 ? 0 : x != x ? x : INFINITY;
    double kd = __exp_data.per_ln2 * x + __exp_data.shift;
    uint64_t k = bits_of_double(kd);
    kd -= __exp_data.shift;
    double r = x + kd * __exp_data.ln2_high + kd * __exp_data.ln2_low, r2 = r * r;
    const uint64_t *at = &__exp_data.tab[2 * (k % 128)];
    const double *p = __exp_data.p;
    uint64_t scale = at[1] + (k << 45);
    double t = double_of_bits(at[0]) + r + r2 * (p[0] + r * p[1]) + r2 * r2 * (p[2] + r * p[3]);
    if (size >= 1023 + 9) return far_out(t, scale, !(k >> 31 & 1), 1009);
    double s = double_of_bits(scale);
    return s + s * t;
}

double exp2(double x) {
    uint32_t size = exponent_of(x);
    if (size < 1023 - 54) return 1 + x;
    if (x != x) return x;
    if (x >= 1024) return INFINITY;
    if (x <= -1075) return 0;
    double kd = x + __exp_data.shift2;
    uint64_t k = bits_of_double(kd);
    double r = x - (kd - __exp_data.shift2), r2 = r * r;
    const uint64_t *at = &__exp_data.tab[2 * (k % 128)];
    const double *p = __exp_data.p2;
    uint64_t scale = at[1] + (k << 45);
    double t = double_of_bits(at[0]) + r * p[0] + r2 * (p[1] + r * p[2]) + r2 * r2 * (p[3] + r * p[4]);
    if (fabs(x) > 928) return far_out(t, scale, !(k >> 31 & 1), 1);
    double s = double_of_bits(scale);
    return s + s * t;
}

double cosh(double x) {
    x = fabs(x);
    if (x < 0x1p-26) return 1;
    if (bits_of_double(x) >> 32 < 0x3fe62e42) { /* below log 2 */
        double t = expm1(x);
        return 1 + t * t / (2 * (1 + t));
    }
    if (bits_of_double(x) >> 32 < 0x40862e42) { /* exp does not overflow */
        double t = exp(x);
        return 0.5 * (t + 1 / t);
    }
    return exp(x - 0x1.62066151add8bp+10) * 0x1p1021 * 0x1p1021; /* 2043 ln 2 less */
}

/* ---- logarithms ----
 * musl's log2 is off by less than 0.55 units in the last place: where the exact value is nearer than 0.44 to a float, that is its answer.
 * Elsewhere there is none of ours. */
typedef struct { double high, low; } twofold;
static twofold sum2(double a, double b) {
    double x = a + b, z = x - a;
    return (twofold){x, (a - (x - z)) + (b - z)};
}
static twofold product2(double a, double b) {
    double x = a * b, ta = a * 0x8000001p0, tb = b * 0x8000001p0;
    double ah = ta - (ta - a), al = a - ah, bh = tb - (tb - b), bl = b - bh;
    return (twofold){x, al * bl - (((x - ah * bh) - al * bh) - ah * bl)};
}
static twofold multiply2(twofold a, twofold b) {
    twofold p = product2(a.high, b.high);
    return sum2(p.high, p.low + (a.high * b.low + a.low * b.high));
}
static twofold add2(twofold a, twofold b) {
    twofold s = sum2(a.high, b.high);
    return sum2(s.high, s.low + a.low + b.low);
}
static twofold divide2(double a, twofold b) {
    double q = a / b.high;
    twofold p = product2(q, b.high);
    return sum2(q, ((a - p.high) - p.low - q * b.low) / b.high);
}

double exact_log2(double x) {
    if (!(x > 0) || isinf(x)) return x > 0 || x != x ? x : x == 0 ? -INFINITY : NAN;
    int k;
    double m = frexp(x, &k);
    if (m < 0.70710678118654752) { m *= 2; k--; }
    /* ln m = 2 s (1 + s^2 / 3 + s^4 / 5 + ...), s = (m - 1) / (m + 1), s^2 < 0.0295 */
    twofold s = divide2(m - 1, sum2(m, 1)), square = multiply2(s, s), series = {0, 0};
    for (int i = 41; i > 0; i -= 2) series = add2(multiply2(series, square), divide2(1, (twofold){i, 0}));
    twofold log = multiply2(multiply2(s, series), (twofold){2 * 0x1.71547652b82fep0, 2 * 0x1.777d0ffda0d24p-56});
    log = add2((twofold){k, 0}, log);
    double unit = nextafter(log.high, log.low > 0 ? INFINITY : -INFINITY) - log.high;
    if (fabs(log.low) > 0.44 * fabs(unit)) deopt();
    return log.high;
}

double exact_log10(double x) {
    if (x > 0 && x < 0x1p-1022) deopt(); /* where libcs differ */
    return log10(x);
}
