/* str and bytes as values: making, comparing, joining, indexing, slicing. The work on bytes is in packed.c and search.c. */
#include "text.h"

static const uint8_t bytes_of_chars[128] = {
#define EIGHT(c) c, c + 1, c + 2, c + 3, c + 4, c + 5, c + 6, c + 7
    EIGHT(0), EIGHT(8), EIGHT(16), EIGHT(24), EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56), EIGHT(64), EIGHT(72), EIGHT(80), EIGHT(88),
    EIGHT(96), EIGHT(104), EIGHT(112), EIGHT(120),
#undef EIGHT
};
str_object rt_empty = {T_STR, 0, bytes_of_chars, 0};
str_object rt_chars[128] = {
#define ONE(c) {T_STR, 1, bytes_of_chars + c, 0}
#define EIGHT(c) ONE(c), ONE(c + 1), ONE(c + 2), ONE(c + 3), ONE(c + 4), ONE(c + 5), ONE(c + 6), ONE(c + 7)
    EIGHT(0), EIGHT(8), EIGHT(16), EIGHT(24), EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56), EIGHT(64), EIGHT(72), EIGHT(80), EIGHT(88),
    EIGHT(96), EIGHT(104), EIGHT(112), EIGHT(120),
#undef EIGHT
#undef ONE
};

static any new_object(uint32_t tag, const uint8_t *data, uint32_t len) {
    str_object *s = alloc(sizeof *s);
    *s = (str_object){tag, len, data, 0};
    return value(s);
}

any new_str(const uint8_t *data, uint32_t len) {
    if (len > 1) return new_object(T_STR, data, len);
    return value(len ? &rt_chars[data[0]] : &rt_empty);
}

any new_bytes(const uint8_t *data, uint32_t len) { return new_object(T_BYTES, data, len); }

any RAW(str_box)(packed s) { return new_str(packed_data(s), packed_len(s)); }

bool str_equal(any a, any b) { return a == b || str_equal_packed(packed_of(a), packed_of(b)); }
int str_compare(any a, any b) { return str_compare_packed(packed_of(a), packed_of(b)); }
bool str_contains(any s, any sub) { return str_find(packed_of(s), packed_of(sub)) >= 0; }

uint32_t str_hash(any s) {
    str_object *o = str_at(s);
    if (o->hash == 0) o->hash = (uint32_t)str_hash_packed(packed_of(s));
    return o->hash;
}

any str_concat(any a, any b) {
    if (str_at(b)->len == 0) return a;
    if (str_at(a)->len == 0) return b;
    return like(a, str_concat_packed(packed_of(a), packed_of(b)));
}

any str_repeat(any s, any n) {
    int32_t times;
    if (!small_count(n, 0, &times)) return 0;
    if (times == 1) return s;
    return like(s, str_repeat_packed(packed_of(s), times));
}

any str_index(any s, int64_t i) {
    const str_object *o = str_at(s);
    if (i < 0) i += o->len;
    if (i < 0 || i >= o->len) return raise(IndexError_);
    return o->tag == T_STR ? value(&rt_chars[o->data[i]]) : small(o->data[i]);
}

any str_slice(any s, any start, any stop, any step) {
    const str_object *o = str_at(s);
    int64_t from, by, count;
    if (!slice_indices(start, stop, step, o->len, &from, &by, &count)) return 0;
    if (by == 1) return part(s, o->data + from, (uint32_t)count);
    if (count <= 1) return part(s, o->data + (count ? from : 0), (uint32_t)count);
    return like(s, str_slice_step(packed_of(s), (int32_t)from, (int32_t)by, (int32_t)count));
}

/* The parts of an f-string, all of them str, as one. */
any RAW(str_join_parts)(const any *parts, int32_t count) {
    uint32_t len = 0;
    for (int32_t i = 0; i < count; i++)
        if (__builtin_add_overflow(len, str_at(parts[i])->len, &len)) __builtin_trap();
    uint8_t *data = alloc(len), *to = data;
    for (int32_t i = 0; i < count; i++) {
        const str_object *s = str_at(parts[i]);
        copy_bytes(to, s->data, s->len);
        to += s->len;
    }
    return new_str(data, len);
}

void text_grow(text *t, uint32_t extra) {
    uint32_t more = (extra + (t->cap ? t->cap : 24) + 7) & ~7u;
    if (extra > (1u << 30) || more > (1u << 30)) __builtin_trap();
    if (t->data && (uint32_t)(uintptr_t)t->data + t->cap == rt.top) {
        alloc(more); /* nothing came behind it in the arena: it grows where it is */
        t->cap += more;
        return;
    }
    uint8_t *data = alloc(t->cap + more);
    copy_bytes(data, t->data, t->len);
    t->data = data;
    t->cap += more;
}

bool needle(any self, any v, packed *out) {
    if (is_str(self) || is(v, T_BYTES)) return same_type(self, v, out);
    int64_t byte;
    if (!to_index(v, &byte)) return false;
    if (byte < 0 || byte > 255) { raise(ValueError_); return false; }
    uint8_t *data = alloc(1);
    *data = (uint8_t)byte;
    *out = pack(data, 1);
    return true;
}

bool bounds(any self, any start, any end, int64_t *from, int64_t *to) {
    int64_t len = str_at(self)->len;
    *from = 0, *to = len;
    if (given_not_none(start) && !to_index(start, from)) return false;
    if (given_not_none(end) && !to_index(end, to)) return false;
    if (*to > len) *to = len;
    if (*to < 0 && (*to += len) < 0) *to = 0;
    if (*from < 0 && (*from += len) < 0) *from = 0;
    return true;
}

bool small_count(any v, int32_t otherwise, int32_t *out) {
    int64_t n = otherwise;
    if (given(v) && !to_index(v, &n)) return false;
    if (n != (int32_t)n) { deopt(); return false; }
    *out = (int32_t)n;
    return true;
}
