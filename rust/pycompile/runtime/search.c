/* Finding, counting and replacing in packed strings. */
#include "search.h"

int32_t RAW(str_count_char)(packed s, int32_t c) {
    const uint8_t *p = packed_data(s);
    uint32_t len = packed_len(s), i = 0;
    int32_t count = 0;
    v128_t wanted = wasm_u8x16_splat((uint8_t)c);
    for (; i + 16 <= len; i += 16) count += __builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(p + i), wanted)));
    if (i == len) return count;
    if (len >= 16) /* the last 16 bytes, without those already counted */
        return count + __builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(p + len - 16), wanted)) >> (16 - (len - i)));
    if (readable(p, 16)) return __builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(p), wanted)) & ((1u << len) - 1));
    for (; i < len; i++) count += p[i] == c;
    return count;
}

uint32_t search_confirm(const uint8_t *at, uint32_t hits, const uint8_t *needle, uint32_t len) {
    for (uint32_t left = hits; left; left &= left - 1) {
        uint32_t k = (uint32_t)__builtin_ctz(left);
        if (!str_equal_packed(pack(at + k, len), pack(needle, len))) hits &= ~(1u << k);
    }
    return hits;
}

/* Makes f(s, sub) of f_of(s, sub, compared), with a function for every number of bytes compared at once: as a constant, so that the
 * comparisons are unrolled and stay in registers. */
#define FOR_CONSTANT(f, n) __attribute__((noinline)) static int32_t f##_##n(packed s, packed sub) { return f##_of(s, sub, n); }
#define FOR_CONSTANTS(f) \
    FOR_CONSTANT(f, 1) FOR_CONSTANT(f, 2) FOR_CONSTANT(f, 3) FOR_CONSTANT(f, 4) \
    FOR_CONSTANT(f, 5) FOR_CONSTANT(f, 6) FOR_CONSTANT(f, 7) FOR_CONSTANT(f, 8) \
    static inline int32_t f(packed s, packed sub) { \
        switch (packed_len(sub)) { \
        case 1: return f##_1(s, sub); \
        case 2: return f##_2(s, sub); \
        case 3: return f##_3(s, sub); \
        case 4: return f##_4(s, sub); \
        case 5: return f##_5(s, sub); \
        case 6: return f##_6(s, sub); \
        case 7: return f##_7(s, sub); \
        default: return f##_8(s, sub); \
        } \
    }

__attribute__((always_inline)) static inline int32_t first_place_of(packed s, packed sub, uint32_t compared) {
    search w = search_for(s, sub, compared);
    for (uint32_t at = 0; at < w.places; at += 16) {
        uint32_t hits = search_hits(&w, at, compared);
        if (hits) return (int32_t)(at + (uint32_t)__builtin_ctz(hits));
    }
    return -1;
}
FOR_CONSTANTS(first_place)

int32_t RAW(str_find)(packed s, packed sub) {
    if (packed_len(sub) == 0) return 0;
    if (packed_len(sub) > packed_len(s)) return -1;
    return first_place(s, sub);
}

int32_t RAW(str_rfind)(packed s, packed sub) {
    uint32_t len = packed_len(sub);
    if (len > packed_len(s)) return -1;
    if (len == 0) return (int32_t)packed_len(s);
    const uint8_t *p = packed_data(s);
    uint8_t first = packed_data(sub)[0];
    for (uint32_t i = packed_len(s) - len + 1; i-- > 0;)
        if (p[i] == first && str_equal_packed(pack(p + i, len), sub)) return (int32_t)i;
    return -1;
}

/* Occurrences of what cannot overlap itself: all hits count. */
__attribute__((always_inline)) static inline int32_t count_all_of(packed s, packed sub, uint32_t compared) {
    search w = search_for(s, sub, compared);
    int32_t count = 0;
    for (uint32_t at = 0; at < w.places; at += 16) count += __builtin_popcount(search_hits(&w, at, compared));
    return count;
}
FOR_CONSTANTS(count_all)

__attribute__((always_inline)) static inline int32_t count_apart_of(packed s, packed sub, uint32_t compared) {
    search w = search_for(s, sub, compared);
    int32_t count = 0;
    uint32_t free = 0; /* the end of the last occurrence counted */
    for (uint32_t at = 0; at < w.places; at += 16)
        for (uint32_t hits = search_hits(&w, at, compared); hits; hits &= hits - 1) {
            uint32_t place = at + (uint32_t)__builtin_ctz(hits);
            if (place >= free) count++, free = place + w.len;
        }
    return count;
}
FOR_CONSTANTS(count_apart)

/* Whether a start of the needle is also an end of it. If one is, one of at most half its length is. */
static bool overlaps_itself(packed needle) {
    uint32_t len = packed_len(needle);
    for (uint32_t k = 1; k <= len / 2; k++)
        if (str_equal_packed(pack(packed_data(needle), k), pack(packed_data(needle) + len - k, k))) return true;
    return false;
}

int32_t RAW(str_count)(packed s, packed sub) {
    uint32_t len = packed_len(sub);
    if (len == 0) return (int32_t)packed_len(s) + 1;
    if (len == 1) return str_count_char(s, packed_data(sub)[0]);
    if (len > packed_len(s)) return 0;
    if (len > COMPARED_MAX || overlaps_itself(sub)) return count_apart(s, sub);
    return count_all(s, sub);
}

/* new before, between and behind the first characters */
static packed insert_between(packed s, packed new, uint32_t limit) {
    uint32_t len = packed_len(s), count = limit < len + 1 ? limit : len + 1;
    uint64_t total = len + (uint64_t)count * packed_len(new);
    uint8_t *data = alloc_array(total, 1), *to = data;
    for (uint32_t i = 0; i < count; i++) {
        copy_bytes(to, packed_data(new), packed_len(new));
        to += packed_len(new);
        if (i < len) *to++ = packed_data(s)[i];
    }
    if (count < len) copy_bytes(to, packed_data(s) + count, len - count);
    return pack(data, (uint32_t)total);
}

static packed replace_char(packed s, uint8_t old, uint8_t new) {
    uint32_t len = packed_len(s), i = 0;
    const uint8_t *p = packed_data(s);
    uint8_t *to = alloc(len);
    v128_t wanted = wasm_u8x16_splat(old), change = wasm_u8x16_splat(old ^ new);
    for (; i + 16 <= len; i += 16) {
        v128_t v = wasm_v128_load(p + i);
        wasm_v128_store(to + i, wasm_v128_xor(v, wasm_v128_and(wasm_i8x16_eq(v, wanted), change)));
    }
    for (; i < len; i++) to[i] = p[i] == old ? new : p[i];
    return pack(to, len);
}

packed replace_some(packed s, packed old, packed new, int32_t limit) {
    uint32_t most = (uint32_t)limit, len = packed_len(s); /* -1: beyond any count */
    if (most == 0) return s;
    if (packed_len(old) == 0) return insert_between(s, new, most);
    uint32_t count = (uint32_t)str_count(s, old);
    if (count == 0) return s;
    if (most >= count && packed_len(old) == 1 && packed_len(new) == 1) return replace_char(s, *packed_data(old), *packed_data(new));
    if (count > most) count = most;
    uint64_t total = len + (uint64_t)count * packed_len(new) - (uint64_t)count * packed_len(old);
    uint8_t *data = alloc_array(total, 1), *to = data;
    const uint8_t *from = packed_data(s);
    matches m = matches_of(s, old);
    for (uint32_t place; count && next_match(&m, &place); count--) {
        uint32_t before = (uint32_t)(packed_data(s) + place - from);
        copy_bytes(to, from, before);
        copy_bytes(to + before, packed_data(new), packed_len(new));
        to += before + packed_len(new);
        from += before + packed_len(old);
    }
    copy_bytes(to, from, (uint32_t)(packed_data(s) + len - from));
    return pack(data, (uint32_t)total);
}

packed RAW(str_replace_packed)(packed s, packed old, packed new) { return replace_some(s, old, new, -1); }
