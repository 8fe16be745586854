/* What the files of floats share. */
#pragma once
#include "int.h"

INLINE bool is_float(any v) { return is(v, T_FLOAT); }
INLINE uint64_t bits_of_double(double v) { uint64_t b; memcpy(&b, &v, 8); return b; }
INLINE double double_of_bits(uint64_t b) { double v; memcpy(&v, &b, 8); return v; }
#define SIGN_BIT (UINT64_C(1) << 63)

/* A finite v as m * 2^e, without its sign. */
INLINE uint64_t split(double v, int *e) {
    uint64_t b = bits_of_double(v), m = b & ((UINT64_C(1) << 52) - 1);
    int exponent = (int)(b >> 52 & 0x7ff);
    *e = (exponent ? exponent : 1) - 1075;
    return exponent ? m | UINT64_C(1) << 52 : m;
}

any power_of_ten(uint32_t n); /* 10 ** n */
any float_round(double v, int64_t digits); /* round(v, digits) */
