/* What the files about str and bytes share: bytes that grow, characters, arguments. A str and a bytes object have one layout, so
 * the methods that both have are written once; `self` tells which. */
#pragma once
#include "rt.h"

#include <wasm_simd128.h>

/* ---- copying: short pieces without a call of memory.copy, which costs some 10 ns ---- */
static inline uint64_t load64(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return v; }
static inline uint32_t load32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint16_t load16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static inline void store64(uint8_t *p, uint64_t v) { memcpy(p, &v, 8); }
static inline void store32(uint8_t *p, uint32_t v) { memcpy(p, &v, 4); }
static inline void store16(uint8_t *p, uint16_t v) { memcpy(p, &v, 2); }

static inline void copy_bytes(uint8_t *to, const uint8_t *from, uint32_t len) {
    if (len > 128) { memcpy(to, from, len); return; }
    if (len >= 16) {
        v128_t last = wasm_v128_load(from + len - 16);
        for (uint32_t i = 0; i + 16 <= len; i += 16) wasm_v128_store(to + i, wasm_v128_load(from + i));
        wasm_v128_store(to + len - 16, last);
    } else if (len >= 8) {
        uint64_t first = load64(from), last = load64(from + len - 8);
        store64(to, first), store64(to + len - 8, last);
    } else if (len >= 4) {
        uint32_t first = load32(from), last = load32(from + len - 4);
        store32(to, first), store32(to + len - 4, last);
    } else if (len) {
        uint8_t first = from[0], middle = from[len / 2], last = from[len - 1];
        to[0] = first, to[len / 2] = middle, to[len - 1] = last;
    }
}

/* Whether `bytes` may be loaded at p: a load may go beyond a string, but not beyond memory. */
static inline bool readable(const uint8_t *p, uint32_t bytes) { return (uint64_t)(uint32_t)(uintptr_t)p + bytes <= rt.limit; }

/* ---- bytes that grow ---- */
typedef struct { uint8_t *data; uint32_t len, cap; } text;

void text_grow(text *t, uint32_t extra);
/* Makes room and gives the place of `len` new bytes. */
static inline uint8_t *text_room(text *t, uint32_t len) {
    if (__builtin_expect(len > t->cap - t->len, 0)) text_grow(t, len);
    uint8_t *at = t->data + t->len;
    t->len += len;
    return at;
}
static inline void text_byte(text *t, uint8_t c) { *text_room(t, 1) = c; }
static inline void text_add(text *t, const uint8_t *data, uint32_t len) { copy_bytes(text_room(t, len), data, len); }
static inline void text_fill(text *t, uint8_t c, uint32_t count) { if (count) memset(text_room(t, count), c, count); }
static inline void text_str(text *t, any s) { text_add(t, str_at(s)->data, str_at(s)->len); }
static inline void text_literal(text *t, const char *s) { text_add(t, (const uint8_t *)s, (uint32_t)strlen(s)); }
static inline any text_done(const text *t) { return new_str(t->data, t->len); }

/* ---- characters ---- */
static inline bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static inline bool is_upper(uint8_t c) { return (uint8_t)(c - 'A') < 26; }
static inline bool is_lower(uint8_t c) { return (uint8_t)(c - 'a') < 26; }
static inline bool is_alpha(uint8_t c) { return (uint8_t)((c | 32) - 'a') < 26; }
static inline bool is_alnum(uint8_t c) { return is_alpha(c) || is_digit(c); }
static inline uint8_t to_upper(uint8_t c) { return is_lower(c) ? c - 32 : c; }
static inline uint8_t to_lower(uint8_t c) { return is_upper(c) ? c + 32 : c; }
/* White space: in a str also the separators 0x1c to 0x1f. */
static inline bool is_space(uint8_t c, bool str) {
    return c == ' ' || (uint8_t)(c - '\t') < 5 || (str && (uint8_t)(c - 0x1c) < 4);
}

/* ---- arguments and results of methods ---- */
/* A method of str and of bytes: exports `body` twice. */
#define BOTH(signature, str_result, bytes_result, name, params, body) \
    PY("str." signature " -> " str_result) any str_method_##name params body \
    PY("bytes." signature " -> " bytes_result) any bytes_method_##name params body

/* A part of self, of self's type. */
static inline any part(any self, const uint8_t *data, uint32_t len) {
    if (len == str_at(self)->len) return self;
    return is_str(self) ? new_str(data, len) : new_bytes(data, len);
}
/* Something new, of self's type. */
static inline any like(any self, packed p) {
    return is_str(self) ? new_str(packed_data(p), packed_len(p)) : new_bytes(packed_data(p), packed_len(p));
}
static inline bool given(any v) { return v != 0; }
static inline bool given_not_none(any v) { return v != 0 && v != NONE; }
/* What must be of self's type; otherwise TypeError. */
static inline bool same_type(any self, any v, packed *out) {
    if (tag_of(v) != tag_of(self)) { raise(TypeError_); return false; }
    *out = packed_of(v);
    return true;
}
/* The same, or in a bytes method a byte as an int. */
bool needle(any self, any v, packed *out);
/* start= and end= of find and others, as CPython adjusts them to the length; then from <= to, or nothing is there, not even ''. */
bool bounds(any self, any start, any end, int64_t *from, int64_t *to);
/* A count or width, within int32: beyond it CPython's answer depends on the machine. */
bool small_count(any v, int32_t otherwise, int32_t *out);

/* Whether encoding= and errors= are strings, and of an encoding in which ASCII is itself; otherwise deopt. */
bool codec(any encoding, any errors);
any bytes_decode(any self, any encoding, any errors);

/* ---- texts of values (repr.c, format_spec.c) ---- */
void text_int(text *t, int64_t v);
bool text_repr(text *t, any v);        /* appends repr(v); false: failed */
/* A float as C's printf with %e, %f or %g (or upper case) writes it, which is as Python does; nan has no sign. */
void text_double(text *t, double v, char type, uint32_t precision, bool alternate);
enum { PRECISION_MAX = 500 };          /* beyond it formatting is CPython's */

/* ---- on packed strings ---- */
int32_t str_count_char(packed s, int32_t c), str_count(packed s, packed sub);
int32_t str_find(packed s, packed sub), str_rfind(packed s, packed sub);
int32_t str_equal_packed(packed a, packed b), str_compare_packed(packed a, packed b);
int32_t str_hash_packed(packed s);
packed str_concat_packed(packed a, packed b), str_repeat_packed(packed s, int64_t n);
packed str_reverse(packed s), str_slice_step(packed s, int32_t from, int32_t step, int32_t count);
packed replace_some(packed s, packed old, packed new, int32_t limit); /* limit < 0: all; s itself when nothing changes */
