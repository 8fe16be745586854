/* Strings as one word (length << 32 | address): comparing, hashing, turning round, cutting, joining. Compiled code calls these on
 * rows of some 20 to 1000 bytes; 16 bytes are done at a time, and the last 16 once more where the length is no multiple. */
#include "text.h"

static inline v128_t load(const uint8_t *p) { return wasm_v128_load(p); }
static inline v128_t reversed(v128_t v) { return wasm_i8x16_shuffle(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0); }
static inline bool differ(v128_t a, v128_t b) { return wasm_v128_any_true(wasm_v128_xor(a, b)); }

int32_t RAW(str_equal_packed)(packed a, packed b) {
    if (a == b) return 1;
    uint32_t len = packed_len(a);
    if (len != packed_len(b)) return 0;
    const uint8_t *p = packed_data(a), *q = packed_data(b);
    if (len >= 16) {
        for (uint32_t i = 0; i + 16 < len; i += 16)
            if (differ(load(p + i), load(q + i))) return 0;
        return !differ(load(p + len - 16), load(q + len - 16));
    }
    if (len >= 8) return ((load64(p) ^ load64(q)) | (load64(p + len - 8) ^ load64(q + len - 8))) == 0;
    if (len >= 4) return ((load32(p) ^ load32(q)) | (load32(p + len - 4) ^ load32(q + len - 4))) == 0;
    return len == 0 || ((p[0] ^ q[0]) | (p[len / 2] ^ q[len / 2]) | (p[len - 1] ^ q[len - 1])) == 0;
}

/* a == b[::-1] */
int32_t RAW(str_equal_reversed)(packed a, packed b) {
    uint32_t len = packed_len(a);
    if (len != packed_len(b)) return 0;
    const uint8_t *p = packed_data(a), *end = packed_data(b) + len;
    uint32_t compared = a == b ? len / 2 : len; /* of a palindrome one half is enough */
    uint32_t i = 0;
    if (len >= 16) {
        for (; i + 16 <= compared; i += 16)
            if (differ(load(p + i), reversed(load(end - i - 16)))) return 0;
        if (i == compared) return 1;
        if (compared < 16) i = 0;
        else i = compared - 16;
        return !differ(load(p + i), reversed(load(end - i - 16)));
    }
    if (len >= 8) {
        if (load64(p) != __builtin_bswap64(load64(end - 8))) return 0;
        return load64(p + len - 8) == __builtin_bswap64(load64(end - len));
    }
    for (; i < compared; i++)
        if (p[i] != *(end - 1 - i)) return 0;
    return 1;
}

int32_t RAW(str_compare_packed)(packed a, packed b) {
    const uint8_t *p = packed_data(a), *q = packed_data(b);
    uint32_t len = packed_len(a) < packed_len(b) ? packed_len(a) : packed_len(b), i = 0;
    for (; i + 8 <= len; i += 8) {
        uint64_t v = load64(p + i), w = load64(q + i);
        if (v != w) return __builtin_bswap64(v) < __builtin_bswap64(w) ? -1 : 1;
    }
    for (; i < len; i++)
        if (p[i] != q[i]) return p[i] < q[i] ? -1 : 1;
    return (packed_len(a) > packed_len(b)) - (packed_len(a) < packed_len(b));
}

/* Folded products of 64 bits, 16 bytes a step, as in wyhash. Never 0, which stands for "not computed". */
static inline uint64_t mix(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

int32_t RAW(str_hash_packed)(packed s) {
    const uint64_t k0 = 0x2d358dccaa6c78a5, k1 = 0x8bb84b93962eacc9;
    const uint8_t *p = packed_data(s);
    uint32_t len = packed_len(s);
    uint64_t h = k0 ^ len, a, b;
    for (uint32_t i = 0; i + 16 < len; i += 16) h = mix(load64(p + i) ^ k1, load64(p + i + 8) ^ h);
    if (len >= 16) a = load64(p + len - 16), b = load64(p + len - 8);
    else if (len >= 8) a = load64(p), b = load64(p + len - 8);
    else if (len >= 4) a = load32(p), b = load32(p + len - 4);
    else if (len) a = (uint64_t)p[0] << 16 | p[len / 2] << 8 | p[len - 1], b = 0;
    else a = b = 0;
    h = mix(a ^ k1, b ^ h);
    uint32_t folded = (uint32_t)(h ^ h >> 32);
    return (int32_t)(folded ? folded : 1);
}

packed RAW(str_concat_packed)(packed a, packed b) {
    uint64_t len = (uint64_t)packed_len(a) + packed_len(b);
    uint8_t *data = alloc_array(len, 1);
    copy_bytes(data, packed_data(a), packed_len(a));
    copy_bytes(data + packed_len(a), packed_data(b), packed_len(b));
    return pack(data, (uint32_t)len);
}

packed RAW(str_repeat_packed)(packed s, int64_t n) {
    uint32_t len = packed_len(s);
    if (n != (int32_t)n) __builtin_trap(); /* OverflowError or MemoryError in CPython, even for '' */
    if (n <= 0 || len == 0) return pack(packed_data(s), 0);
    uint64_t total = (uint64_t)n * len;
    uint8_t *data = alloc_array(total, 1);
    if (len == 1) {
        memset(data, packed_data(s)[0], total);
    } else {
        copy_bytes(data, packed_data(s), len);
        for (uint32_t done = len; done < total; done *= 2)
            copy_bytes(data + done, data, done < total - done ? done : (uint32_t)total - done);
    }
    return pack(data, (uint32_t)total);
}

packed RAW(str_reverse)(packed s) {
    uint32_t len = packed_len(s);
    const uint8_t *end = packed_data(s) + len;
    uint8_t *to = alloc(len);
    if (len >= 16) {
        for (uint32_t i = 0; i + 16 < len; i += 16) wasm_v128_store(to + i, reversed(load(end - i - 16)));
        wasm_v128_store(to + len - 16, reversed(load(end - len)));
    } else {
        for (uint32_t i = 0; i < len; i++) to[i] = *(end - 1 - i);
    }
    return pack(to, len);
}

/* The `count` characters at from, from + step, ... */
packed RAW(str_slice_step)(packed s, int32_t from, int32_t step, int32_t count) {
    const uint8_t *p = packed_data(s) + from;
    if (count <= 0) return pack(packed_data(s), 0);
    if (step == 1) return pack(p, (uint32_t)count);
    if (step == -1) return str_reverse(pack(p - (count - 1), (uint32_t)count));
    uint8_t *to = alloc((uint32_t)count);
    int32_t i = 0;
    if (step == 2) {
        const v128_t low = wasm_i16x8_const_splat(0xff);
        for (; i + 16 < count; i += 16) { /* not the last: the byte behind its last character may be outside memory */
            v128_t a = wasm_v128_and(load(p + 2 * i), low), b = wasm_v128_and(load(p + 2 * i + 16), low);
            wasm_v128_store(to + i, wasm_u8x16_narrow_i16x8(a, b));
        }
    }
    for (const uint8_t *q = p + (int64_t)i * step; i < count; i++, q += step) to[i] = *q;
    return pack(to, (uint32_t)count);
}

int32_t RAW(str_is_digits)(packed s) {
    const uint8_t *p = packed_data(s);
    uint32_t len = packed_len(s);
    for (uint32_t i = 0; i < len; i++)
        if (!is_digit(p[i])) return 0;
    return len > 0;
}

packed RAW(str_strip_packed)(packed s) {
    const uint8_t *p = packed_data(s), *end = p + packed_len(s);
    while (p < end && is_space(*p, true)) p++;
    while (p < end && is_space(end[-1], true)) end--;
    return pack(p, (uint32_t)(end - p));
}
