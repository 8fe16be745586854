/* Ints from text and to text. Digits of a base that is a power of two are bits, which are placed; others are multiplied in, as many
 * at a time as a limb holds. Where CPython refuses more than 4300 digits, so do we. */
#include "int.h"
#include <wasm_simd128.h>

#define DIGITS_MAX 4300

INLINE uint32_t digit_of(uint8_t c) { /* 255: none */
    if (c - '0' < 10u) return c - '0';
    c |= 32;
    return c - 'a' < 26u ? c - 'a' + 10u : 255;
}
INLINE bool power_of_two(int base) { return (base & (base - 1)) == 0; }

/* ---- from text ----
 * These read digits only, and return 0 without an error where there is something else. */

/* Up to 64 binary digits as a limb. */
static bool read_bits(const uint8_t *text, uint32_t len, limb *out) {
    limb v = 0;
    for (; len >= 16; text += 16, len -= 16) {
        v128_t c = wasm_v128_load(text);
        if (!wasm_i8x16_all_true(wasm_i8x16_eq(wasm_v128_and(c, wasm_i8x16_splat((char)0xfe)), wasm_i8x16_splat('0')))) return false;
        c = wasm_i8x16_shuffle(c, c, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        v = v << 16 | (limb)wasm_i8x16_bitmask(wasm_i8x16_shl(c, 7));
    }
    if (len >= 8) {
        limb c;
        memcpy(&c, text, 8);
        if ((c & UINT64_C(0xfefefefefefefefe)) != UINT64_C(0x3030303030303030)) return false;
        v = v << 8 | (c & UINT64_C(0x0101010101010101)) * UINT64_C(0x8040201008040201) >> 56;
        text += 8;
        len -= 8;
    }
    for (; len; text++, len--) {
        if ((*text & 0xfe) != '0') return false;
        v = v << 1 | (*text & 1);
    }
    *out = v;
    return true;
}

static any parse_binary(const uint8_t *text, uint32_t len, bool negative) {
    limb v;
    if (len <= 64) return read_bits(text, len, &v) ? int_from_limb(v, negative) : 0;
    uint32_t n = (len + 63) / 64;
    int_object *o = int_begin(n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = len < 64 ? len : 64;
        len -= count;
        if (!read_bits(text + len, count, &o->limbs[i])) { rt.top = (uint32_t)(uintptr_t)o; return 0; }
    }
    return int_done(o, n, negative);
}

/* Sixteen hexadecimal digits as a limb. */
static bool read_nibbles(const uint8_t *text, limb *out) {
    v128_t c = wasm_v128_load(text), digit = wasm_i8x16_sub(c, wasm_i8x16_splat('0'));
    v128_t letter = wasm_i8x16_sub(wasm_v128_or(c, wasm_i8x16_splat(32)), wasm_i8x16_splat('a'));
    v128_t is_digit = wasm_u8x16_lt(digit, wasm_i8x16_splat(10)), is_letter = wasm_u8x16_lt(letter, wasm_i8x16_splat(6));
    if (!wasm_i8x16_all_true(wasm_v128_or(is_digit, is_letter))) return false;
    v128_t v = wasm_v128_bitselect(digit, wasm_i8x16_add(letter, wasm_i8x16_splat(10)), is_digit);
    v = wasm_i8x16_shuffle(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    v = wasm_v128_or(v, wasm_u16x8_shr(v, 4)); /* two in the low byte of each pair */
    v = wasm_i8x16_shuffle(v, v, 0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6, 8, 10, 12, 14);
    *out = (limb)wasm_i64x2_extract_lane(v, 0);
    return true;
}

/* Bases 4, 8, 16, 32. */
static any parse_placed(const uint8_t *text, uint32_t len, int base, bool negative) {
    uint32_t width = (uint32_t)__builtin_ctz((unsigned)base), used = 0, n = 0, room = (uint32_t)(((uint64_t)len * width + 63) / 64);
    limb v = 0;
    if (room <= 1) {
        if (len == 16 && base == 16) return read_nibbles(text, &v) ? int_from_limb(v, negative) : 0;
        for (uint32_t i = 0; i < len; i++) {
            uint32_t d = digit_of(text[i]);
            if (d >= (uint32_t)base) return 0;
            v = v << width | d;
        }
        return int_from_limb(v, negative);
    }
    int_object *o = int_begin(room);
    if (base == 16)
        for (; len >= 16; n++, len -= 16)
            if (!read_nibbles(text + len - 16, &o->limbs[n])) { rt.top = (uint32_t)(uintptr_t)o; return 0; }
    while (len--) {
        uint32_t d = digit_of(text[len]);
        if (d >= (uint32_t)base) { rt.top = (uint32_t)(uintptr_t)o; return 0; }
        v |= (limb)d << used;
        used += width;
        if (used < 64) continue;
        o->limbs[n++] = v;
        used -= 64;
        v = d >> (width - used);
    }
    if (n < room) o->limbs[n++] = v;
    return int_done(o, n, negative);
}

/* How many digits of a base a limb holds, and the base to that power. */
static uint32_t digits_in_limb(uint32_t base, limb *power) {
    if (base == 10) { *power = UINT64_C(10000000000000000000); return 19; }
    uint32_t count = 0;
    for (*power = 1; *power <= ~(limb)0 / base; count++) *power *= base;
    return count;
}

INLINE bool eight_decimals(const uint8_t *text, limb *out) {
    limb c, high;
    memcpy(&c, text, 8);
    high = c + UINT64_C(0x4646464646464646); /* a byte above '9' reaches 0x80 */
    c -= UINT64_C(0x3030303030303030);
    if ((c | high) & UINT64_C(0x8080808080808080)) return false;
    c = c * 10 + (c >> 8); /* pairs in the even bytes */
    *out = ((c & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064)
            + (c >> 16 & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001)) >> 32;
    return true;
}

/* At most digits_in_limb() digits. */
INLINE bool read_digits(const uint8_t *text, uint32_t len, uint32_t base, limb *out) {
    limb v = 0, eight;
    if (base == 10)
        for (; len >= 8; text += 8, len -= 8) {
            if (!eight_decimals(text, &eight)) return false;
            v = v * 100000000 + eight;
        }
    for (; len; text++, len--) {
        uint32_t d = digit_of(*text);
        if (d >= base) return false;
        v = v * base + d;
    }
    *out = v;
    return true;
}

static any parse_multiplied(const uint8_t *text, uint32_t len, uint32_t base, bool negative) {
    limb power, v;
    uint32_t chunk = digits_in_limb(base, &power), count = len % chunk ? len % chunk : chunk;
    if (!read_digits(text, count, base, &v)) return 0;
    if (len <= chunk) return int_from_limb(v, negative);
    int_object *o = int_begin((len - count) / chunk + 1);
    uint32_t n = 1;
    o->limbs[0] = v;
    for (uint32_t i = count; i < len; i += chunk) {
        if (!read_digits(text + i, chunk, base, &v)) { rt.top = (uint32_t)(uintptr_t)o; return 0; }
        limb out = multiply_row(o->limbs, o->limbs, n, power, v);
        if (out) o->limbs[n++] = out;
    }
    return int_done(o, n, negative);
}

static any parse_digits(const uint8_t *text, uint32_t len, int base, bool negative) {
    if (!len || len > 1u << 26) return 0;
    if (base == 2) return parse_binary(text, len, negative);
    if (power_of_two(base)) return parse_placed(text, len, base, negative);
    return len > DIGITS_MAX ? 0 : parse_multiplied(text, len, (uint32_t)base, negative);
}

any int_parse(const uint8_t *text, uint32_t len, int base) {
    const uint8_t *end = text + len;
    while (text < end && is_space(*text)) text++;
    while (text < end && is_space(end[-1])) end--;
    bool negative = false, only_zero = false;
    if (text < end && (*text == '+' || *text == '-')) negative = *text++ == '-';
    if (text + 1 < end && *text == '0') {
        uint8_t letter = text[1] | 32;
        int named = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        if (named && (base == 0 || base == named)) {
            base = named;
            text += 2;
            if (text < end && *text == '_') text++;
        } else only_zero = base == 0;
    }
    if (base == 0) base = 10;
    if (end - text > 1 << 26) return deopt();
    uint32_t mark = mark_arena(), n = (uint32_t)(end - text);
    any v;
    if (memchr(text, '_', n)) { /* between two digits only */
        uint8_t *digits = alloc(n);
        uint32_t count = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (text[i] != '_') digits[count++] = text[i];
            else if (i == 0 || i + 1 == n || text[i + 1] == '_') { rt.top = mark; return raise(ValueError_); }
        }
        v = parse_digits(digits, count, base, negative);
        if (v) v = keep(mark, v);
    } else v = parse_digits(text, n, base, negative);
    if (!v || (only_zero && v != small(0))) { rt.top = mark; return raise(ValueError_); }
    return v;
}

any RAW(int_parse_packed)(packed text, int32_t base) {
    const uint8_t *at = packed_data(text);
    uint32_t len = packed_len(text);
    if (base == 2 || base == 10 || base == 16) { /* as a rule there are digits only */
        any v = parse_digits(at, len, base, false);
        if (v) return v;
    } else if (base != 0 && (base < 2 || base > 36)) return raise(ValueError_);
    return int_parse(at, len, base);
}

/* ---- to text ---- */
static uint8_t *write_limb(uint8_t *end, limb v, uint32_t base, const char *digits) {
    if (base == 10) { /* a division by a constant is a multiplication */
        do { *--end = (uint8_t)('0' + v % 10); v /= 10; } while (v);
        return end;
    }
    do { *--end = (uint8_t)digits[v % base]; v /= base; } while (v);
    return end;
}

/* The digits of a magnitude, before `end`; returns where they start. The limbs of `row` are used up. */
static uint8_t *write_multiplied(uint8_t *end, limb *row, uint32_t n, uint32_t base, const char *digits) {
    limb power;
    uint32_t chunk = digits_in_limb(base, &power);
    while (n > 1) {
        uint8_t *next = end - chunk, *from = write_limb(end, divide_row(row, row, n, power), base, digits);
        while (from > next) *--from = '0';
        end = next;
        n = trimmed(row, n);
    }
    return write_limb(end, row[0], base, digits);
}

static uint8_t *write_placed(uint8_t *end, const view *v, uint32_t width, const char *digits) {
    uint64_t bits = bits_of(v);
    for (uint64_t i = 0; i < bits; i += width) {
        uint32_t at = (uint32_t)(i / 64), shift = i % 64;
        limb d = v->limbs[at] >> shift;
        if (shift + width > 64 && at + 1 < v->len) d |= v->limbs[at + 1] << (64 - shift);
        *--end = (uint8_t)digits[d & ((1u << width) - 1)];
    }
    return end;
}

any int_format(any a, int base, bool prefix, bool upper) {
    const char *digits = upper ? "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" : "0123456789abcdefghijklmnopqrstuvwxyz";
    view v;
    look(a, &v);
    uint8_t near[72], *end = near + sizeof near, *from, *start = NULL;
    uint32_t mark = mark_arena();
    if (v.len <= 1) from = write_limb(end, v.len ? v.limbs[0] : 0, (uint32_t)base, digits);
    else {
        if (!power_of_two(base) && v.len > 512) return raise(ValueError_); /* more than 4300 digits, in any base up to 36 */
        uint32_t room = (uint32_t)(bits_of(&v) / (31 - (uint32_t)__builtin_clz((unsigned)base))) + 8;
        start = alloc(room); /* the text is moved down to here */
        end = start + room;
        if (power_of_two(base)) from = write_placed(end, &v, (uint32_t)__builtin_ctz((unsigned)base), digits);
        else {
            limb *row = scratch(v.len);
            memcpy(row, v.limbs, v.len * 8);
            from = write_multiplied(end, row, v.len, (uint32_t)base, digits);
            if (end - from > DIGITS_MAX) { rt.top = mark; return raise(ValueError_); }
        }
    }
    if (prefix && base != 10) {
        *--from = base == 16 ? (upper ? 'X' : 'x') : base == 8 ? 'o' : 'b';
        *--from = '0';
    }
    if (v.negative) *--from = '-';
    uint32_t len = (uint32_t)(end - from);
    if (len == 1) return new_str(from, 1); /* which does not keep the address */
    rt.top = mark;
    uint8_t *text = alloc(len);
    memmove(text, from, len);
    return new_str(text, len);
}
