/* What compiled code calls that is no function of Python's: boxes, joins, cursors over dicts. */
#include "containers.h"
#include "rt.h"

any RAW(float_box)(double v) { return new_float(v); }
any RAW(bytes_box)(packed s) { return new_bytes(packed_data(s), packed_len(s)); }
int32_t RAW(value_tag)(any v) { return (int32_t)tag_of(v); }

/* Strings that may be None (0). */
int32_t RAW(maybe_str_equal)(packed a, packed b) {
    if (a == 0 || b == 0) return a == b;
    return packed_len(a) == packed_len(b) && memcmp(packed_data(a), packed_data(b), packed_len(a)) == 0;
}

int32_t RAW(str_find_char)(packed s, int32_t c) {
    const uint8_t *found = memchr(packed_data(s), c, packed_len(s));
    return found ? found - packed_data(s) : -1;
}

/* Whether all int64 of a row lie in -bound..bound. */
int32_t RAW(words_within)(const int64_t *row, int32_t count, int64_t bound) {
    uint64_t outside = 0;
    for (int32_t i = 0; i < count; i++) outside |= (uint64_t)(row[i] + bound) > (uint64_t)(2 * bound);
    return !outside;
}

/* separator.join of a list of characters (int64 each), of packed strings. */
packed RAW(join_chars)(packed separator, any list) {
    list_object *l = list_at(list);
    uint32_t n = l->len, gap = packed_len(separator);
    if (n == 0) return pack(rt_empty.data, 0);
    uint8_t *to = alloc_array((uint64_t)n + (uint64_t)gap * (n - 1), 1), *at = to;
    for (uint32_t i = 0; i < n; i++) {
        if (gap && i) memcpy(at, packed_data(separator), gap), at += gap;
        *at++ = (uint8_t)l->items[i];
    }
    return pack(to, (uint32_t)(at - to));
}

packed RAW(join_packed)(packed separator, any list) {
    list_object *l = list_at(list);
    uint32_t n = l->len, gap = packed_len(separator);
    if (n == 0) return pack(rt_empty.data, 0);
    uint64_t size = (uint64_t)gap * (n - 1);
    for (uint32_t i = 0; i < n; i++) size += packed_len((packed)l->items[i]);
    uint8_t *to = alloc_array(size, 1), *at = to;
    for (uint32_t i = 0; i < n; i++) {
        packed s = (packed)l->items[i];
        if (gap && i) memcpy(at, packed_data(separator), gap), at += gap;
        memcpy(at, packed_data(s), packed_len(s));
        at += packed_len(s);
    }
    return pack(to, (uint32_t)(at - to));
}

/* Going through a dict: the entry at or after a place (0: no more), and the place behind an entry. */
int32_t RAW(dict_size)(any dict) { return (int32_t)table_at(dict)->len; }
int32_t RAW(dict_changes)(any dict) { return (int32_t)table_at(dict)->changes; }
table_entry *RAW(dict_entry)(any dict, uint32_t place) { return table_next(table_at(dict), &place); }
uint32_t RAW(dict_after)(any dict, table_entry *e) { return (uint32_t)(e - table_at(dict)->entries) + 1; }
any RAW(entry_key)(table_entry *e) { return e->key; }
any RAW(entry_value)(table_entry *e) { return e->value; }
