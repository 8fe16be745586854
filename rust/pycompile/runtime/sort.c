/* Sorting: a stable merge sort of words, instantiated for each kind of word. It may compare other pairs than CPython's does; so what has no
 * total order (nans, sets) is deopt. Without one, or failing midway, the state left behind is CPython's own. */
#include "containers.h"

/* Whether a comes before b, never when they tie. */
typedef bool (*order)(any a, any b, const any *keys);
#define INLINE static inline __attribute__((always_inline))

INLINE void insertion_sort(any *items, uint32_t len, order before, const any *keys) {
    for (uint32_t i = 1; i < len; i++) {
        any v = items[i];
        uint32_t j = i;
        for (; j > 0 && before(v, items[j - 1], keys); j--) items[j] = items[j - 1];
        items[j] = v;
    }
}

INLINE void merge(const any *a, const any *middle, const any *end, any *to, order before, const any *keys) {
    const any *b = middle;
    while (a < middle && b < end) {
        bool right = before(*b, *a, keys);
        *to++ = right ? *b : *a;
        a += !right;
        b += right;
    }
    memcpy(to, a, (size_t)((const char *)middle - (const char *)a));
    memcpy(to + (middle - a), b, (size_t)((const char *)end - (const char *)b));
}

/* Runs of 8 by insertion, then merges to and fro between `items` and memory that is given back. */
INLINE void sort_words(any *items, uint32_t len, order before, const any *keys) {
    uint32_t sorted = 1;
    while (sorted < len && !before(items[sorted], items[sorted - 1], keys)) sorted++;
    if (sorted >= len || FAILED) return;
    for (uint32_t i = 0; i < len; i += 8) insertion_sort(items + i, len - i < 8 ? len - i : 8, before, keys);
    if (len <= 8) return;
    uint32_t top = rt.top;
    any *from = items, *to = alloc_array(len, 8);
    for (uint64_t width = 8; width < len && !FAILED; width *= 2) {
        for (uint64_t i = 0; i < len; i += 2 * width) {
            uint64_t middle = i + width < len ? i + width : len, end = i + 2 * width < len ? i + 2 * width : len;
            merge(from + i, from + middle, from + end, to + i, before, keys);
        }
        any *other = from;
        from = to;
        to = other;
    }
    if (from != items) memcpy(items, from, (size_t)len * 8);
    rt.top = top;
}

static int packed_compare(packed a, packed b) {
    uint32_t m = packed_len(a), n = packed_len(b);
    int c = memcmp(packed_data(a), packed_data(b), m < n ? m : n);
    return c ? c : (m > n) - (m < n);
}

static inline double float_word(any word) {
    double d;
    memcpy(&d, &word, 8);
    return d;
}

/* One function of an order and its reverse; `keys` are what is compared, or 0 for the words themselves. */
#define SORT(name, test) \
    INLINE bool name##_up(any a, any b, const any *keys) { (void)keys; return test; } \
    INLINE bool name##_down(any b, any a, const any *keys) { (void)keys; return test; } \
    static void sort_##name(any *items, uint32_t len, bool reverse, const any *keys) { \
        if (reverse) sort_words(items, len, name##_down, keys); \
        else sort_words(items, len, name##_up, keys); \
    }
SORT(ints, a < b)
SORT(floats, float_word(a) < float_word(b))
SORT(packed, packed_compare((packed)a, (packed)b) < 0)
SORT(boxed_floats, float_value(a) < float_value(b))
SORT(strings, str_compare(a, b) < 0)
SORT(values, !FAILED && less(a, b)) /* the first error counts */
SORT(by_ints, keys[a] < keys[b])
SORT(by_floats, float_value(keys[a]) < float_value(keys[b]))
SORT(by_strings, str_compare(keys[a], keys[b]) < 0)
SORT(by_values, !FAILED && less(keys[a], keys[b]))

/* ---- values ---- */

/* Containers in containers are looked into this deep: they may share parts, so that going further would take exponential time. */
#define LEVELS 4

/* Whether a value has its place in a total order, or no order at all (then every way to sort raises TypeError). */
static bool has_order(any v, uint32_t levels) {
    const any *items;
    uint32_t len;
    switch (tag_of(v)) {
    case T_FLOAT: return float_value(v) == float_value(v);
    case T_SET: case T_FROZENSET: case T_DICT_KEYS: case T_DICT_ITEMS: case T_COUNTER: case T_DEQUE: return false;
    case T_LIST: items = list_at(v)->items; len = list_at(v)->len; break;
    case T_TUPLE: items = tuple_at(v)->items; len = tuple_at(v)->len; break;
    default: return true;
    }
    if (levels == 0) return false;
    bool all = true;
    for (uint32_t i = 0; i < len && all; i++) all = has_order(items[i], levels - 1);
    return all;
}

enum kind { INTS, FLOATS, STRINGS, MIXED, NO_ORDER };
static enum kind kind_of(const any *items, uint32_t len) {
    uint32_t smalls = 0, floats = 0, strings = 0;
    for (uint32_t i = 0; i < len; i++) {
        if (is_small(items[i])) smalls++;
        else if (is_str(items[i])) strings++;
        else if (!has_order(items[i], LEVELS)) return NO_ORDER;
        else if (is(items[i], T_FLOAT)) floats++;
    }
    return smalls == len ? INTS : floats == len ? FLOATS : strings == len ? STRINGS : MIXED;
}

/* Characters are counted: one is as good as another. */
static bool sort_characters(any *items, uint32_t len, bool reverse) {
    uint32_t counts[128] = {0};
    for (uint32_t i = 0; i < len; i++) {
        if (str_at(items[i])->len != 1) return false;
        counts[str_at(items[i])->data[0]]++;
    }
    for (uint32_t i = 0; i < 128; i++) {
        uint32_t c = reverse ? 127 - i : i;
        for (uint32_t n = counts[c]; n > 0; n--) *items++ = value(&rt_chars[c]);
    }
    return true;
}

void sort_items(any *items, uint32_t len, bool reverse) {
    if (len < 2) return;
    switch (kind_of(items, len)) {
    case INTS: sort_ints(items, len, reverse, 0); break;
    case FLOATS: sort_boxed_floats(items, len, reverse, 0); break;
    case STRINGS:
        if (len < 16 || !sort_characters(items, len, reverse)) sort_strings(items, len, reverse, 0);
        break;
    case MIXED: sort_values(items, len, reverse, 0); break;
    case NO_ORDER: deopt();
    }
}

/* The items stay as they are if a comparison fails. */
void sort_by(any *items, any *keys, uint32_t len, bool reverse) {
    if (len < 2) return;
    enum kind kind = kind_of(keys, len);
    if (kind == NO_ORDER) {
        deopt();
        return;
    }
    uint32_t top = rt.top;
    any *places = alloc_array(len, 16), *sorted = places + len;
    for (uint32_t i = 0; i < len; i++) places[i] = i;
    if (kind == INTS) sort_by_ints(places, len, reverse, keys);
    else if (kind == FLOATS) sort_by_floats(places, len, reverse, keys);
    else if (kind == STRINGS) sort_by_strings(places, len, reverse, keys);
    else sort_by_values(places, len, reverse, keys);
    if (!FAILED) {
        for (uint32_t i = 0; i < len; i++) sorted[i] = items[places[i]];
        memcpy(items, sorted, (size_t)len * 8);
    }
    rt.top = top;
}

/* ---- for programs ---- */

static bool no_key(any key) { return absent(key) || deopt(); }

PY("sorted(iterable, *, key=, reverse=) -> list") any builtin_sorted(any iterable, any key, any reverse) {
    if (!no_key(key)) return 0;
    bool down = reverse && truth(reverse);
    if (FAILED) return 0;
    any list = new_list(0, 0);
    if (is_set(iterable)) {
        uint32_t at = 0;
        for (table_entry *e; (e = table_next(table_at(iterable), &at));) list_append(list, e->key);
    } else {
        list_extend(list, iterable);
    }
    if (!FAILED) sort_items(list_at(list)->items, list_at(list)->len, down);
    return FAILED ? 0 : list;
}

/* In place: a comparison that fails leaves the list in an order of CPython's own. */
static void sort_in_place(any list, bool reverse) {
    if (!writable(list)) return;
    sort_items(list_at(list)->items, list_at(list)->len, reverse);
    if (FAILED) deopt();
}

PY("list.sort(self, *, key=, reverse=) -> None") any list_sort(any list, any key, any reverse) {
    if (!no_key(key)) return 0;
    bool down = reverse && truth(reverse);
    if (!FAILED) sort_in_place(list, down);
    return FAILED ? 0 : NONE;
}

/* ---- for compiled code ---- */

PY("raw.sort_values") void raw_sort_values(any list, bool reverse) { sort_in_place(list, reverse); }

PY("raw.sort_i64") void raw_sort_i64(any list, bool reverse) {
    if (writable(list)) sort_ints(list_at(list)->items, list_at(list)->len, reverse, 0);
}

PY("raw.sort_f64") void raw_sort_f64(any list, bool reverse) {
    list_object *l = list_at(list);
    if (!writable(list)) return;
    for (uint32_t i = 0; i < l->len; i++) {
        if (float_word(l->items[i]) == float_word(l->items[i])) continue;
        deopt();
        return;
    }
    sort_floats(l->items, l->len, reverse, 0);
}

PY("raw.sort_packed") void raw_sort_packed(any list, bool reverse) {
    if (writable(list)) sort_packed(list_at(list)->items, list_at(list)->len, reverse, 0);
}

/* Items of any kind by the values of another list. */
PY("raw.sort_by") void raw_sort_by(any list, any keys, bool reverse) {
    if (!writable(list)) return;
    sort_by(list_at(list)->items, list_at(keys)->items, list_at(list)->len, reverse);
    if (FAILED) deopt();
}
