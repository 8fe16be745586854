/* What every value can be asked: truth, length, equality, order, hash. Dispatch on the tags. */
#include "containers.h"

bool RAW(truth)(any v) {
    if (is_small(v)) return v != small(0);
    switch (tag_of(v)) {
    case T_NONE: return false;
    case T_BOOL: return bool_value(v);
    case T_FLOAT: return float_value(v) != 0;
    case T_NOTIMPLEMENTED: raise(TypeError_); return false;
    case T_STR: case T_BYTES: return str_at(v)->len != 0;
    case T_LIST: return list_at(v)->len != 0;
    case T_TUPLE: return tuple_at(v)->len != 0;
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: case T_SET: case T_FROZENSET: return table_at(v)->len != 0;
    case T_RANGE: return range_at(v)->len != 0;
    case T_DEQUE: return deque_at(v)->len != 0;
    case T_DICT_KEYS: case T_DICT_VALUES: case T_DICT_ITEMS: return table_at(view_at(v)->dict)->len != 0;
    }
    return true;
}

int64_t RAW(length)(any v) {
    switch (tag_of(v)) {
    case T_STR: case T_BYTES: return str_at(v)->len;
    case T_LIST: return list_at(v)->len;
    case T_TUPLE: return tuple_at(v)->len;
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: case T_SET: case T_FROZENSET: return table_at(v)->len;
    case T_RANGE: return range_at(v)->len <= INT32_MAX ? range_at(v)->len : (deopt(), -1); /* CPython's Py_ssize_t there */
    case T_DEQUE: return deque_at(v)->len;
    case T_DICT_KEYS: case T_DICT_VALUES: case T_DICT_ITEMS: return table_at(view_at(v)->dict)->len;
    }
    raise(TypeError_);
    return -1;
}

PY("len(obj) -> index") any py_len(any v) {
    int64_t n = length(v);
    return FAILED ? 0 : new_int64(n);
}

/* ---- equality and order ---- */

static inline bool is_number(uint32_t tag) { return tag == T_INT || tag == T_BOOL || tag == T_FLOAT; }

/* -1, 0, 1; 2: a nan. */
static int compare_numbers(any a, any b) {
    a = as_int(a);
    b = as_int(b);
    if (!is(a, T_FLOAT)) return is(b, T_FLOAT) ? int_compare_double(a, float_value(b)) : int_compare(a, b);
    double x = float_value(a);
    if (!is(b, T_FLOAT)) {
        int c = int_compare_double(b, x);
        return c == 2 ? 2 : -c;
    }
    double y = float_value(b);
    return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
}

static int compare_bytes(any a, any b) {
    uint32_t m = str_at(a)->len, n = str_at(b)->len;
    int c = memcmp(str_at(a)->data, str_at(b)->data, m < n ? m : n);
    return c ? c : (m > n) - (m < n);
}

/* The items of a list, tuple or deque. */
typedef struct { const any *items; uint32_t len; } row;
static row row_of(any v) {
    if (is(v, T_TUPLE)) return (row){tuple_at(v)->items, tuple_at(v)->len};
    if (is(v, T_DEQUE)) v = deque_list(v);
    return (row){list_at(v)->items, list_at(v)->len};
}

static bool equal_containers(any a, uint32_t ta, any b, uint32_t tb) {
    switch (ta) {
    case T_LIST: case T_TUPLE: case T_DEQUE: {
        if (ta != tb || length(a) != length(b)) return false;
        row x = row_of(a), y = row_of(b);
        for (uint32_t i = 0; i < x.len; i++)
            if (!same(x.items[i], y.items[i])) return false;
        return true;
    }
    case T_COUNTER:
        if (tb == T_COUNTER) return counter_equal(a, b);
        return is_dict(b) && dict_equal(a, b);
    case T_DICT: case T_DEFAULTDICT: case T_ORDEREDDICT: return is_dict(b) && dict_equal(a, b);
    case T_SET: case T_FROZENSET:
        return is_set(b) ? table_at(a)->len == table_at(b)->len && subset(a, b) : is_view(b) && equal_containers(b, tb, a, ta);
    case T_DICT_KEYS: case T_DICT_ITEMS: return (is_set(b) || is_view(b)) && length(a) == length(b) && subset(a, b);
    case T_BYTES: return tb == T_BYTES && compare_bytes(a, b) == 0;
    case T_RANGE: return tb == T_RANGE && range_equal(a, b);
    }
    return a == b;
}

bool RAW(equal)(any a, any b) {
    if (is_small(a) && is_small(b)) return a == b;
    uint32_t ta = tag_of(a), tb = tag_of(b);
    if (ta == T_STR || tb == T_STR) return ta == tb && str_equal(a, b);
    if (is_number(ta)) return is_number(tb) && compare_numbers(a, b) == 0;
    if (ta == T_NONE || tb == T_NONE) return a == b;
    if (!enter()) return false;
    bool result = equal_containers(a, ta, b, tb);
    leave();
    return result && !FAILED;
}

bool RAW(not_equal)(any a, any b) { return !equal(a, b); }

/* a < b, or a <= b. */
static bool ordered(any a, any b, bool or_equal);

static bool rows_ordered(row x, row y, bool or_equal) {
    for (uint32_t i = 0; i < x.len && i < y.len; i++) {
        if (same(x.items[i], y.items[i])) continue;
        return !FAILED && ordered(x.items[i], y.items[i], or_equal);
    }
    return or_equal ? x.len <= y.len : x.len < y.len;
}

static bool containers_ordered(any a, uint32_t ta, any b, uint32_t tb, bool or_equal) {
    if (ta == tb && (ta == T_LIST || ta == T_TUPLE || ta == T_DEQUE)) return rows_ordered(row_of(a), row_of(b), or_equal);
    if (ta == T_BYTES && tb == T_BYTES) return compare_bytes(a, b) < or_equal;
    if ((is_set(a) || is_view(a)) && (is_set(b) || is_view(b)))
        return (or_equal ? length(a) <= length(b) : length(a) < length(b)) && subset(a, b);
    if (ta == T_COUNTER && tb == T_COUNTER) return counter_less_equal(a, b) && (or_equal || !counter_equal(a, b));
    return raise(TypeError_);
}

static bool ordered(any a, any b, bool or_equal) {
    if (is_small(a) && is_small(b)) return or_equal ? a <= b : a < b;
    uint32_t ta = tag_of(a), tb = tag_of(b);
    if (ta == T_STR && tb == T_STR) return str_compare(a, b) < or_equal;
    if (is_number(ta) && is_number(tb)) {
        int c = compare_numbers(a, b);
        return c == -1 || (or_equal && c == 0);
    }
    if (!enter()) return false;
    bool result = containers_ordered(a, ta, b, tb, or_equal);
    leave();
    return result && !FAILED;
}

bool RAW(less)(any a, any b) { return ordered(a, b, false); }
bool RAW(less_equal)(any a, any b) { return ordered(a, b, true); }

/* ---- hash ---- */

static inline uint32_t mix(uint32_t h, uint32_t item) { return (h ^ item) * 0x9E3779B1u + (h >> 15); }

static uint32_t hash_range(range_object *r) {
    uint32_t h = mix(T_RANGE, key_hash(small(r->len)));
    if (r->len) h = mix(h, (uint32_t)r->start ^ (uint32_t)(r->start >> 32));
    return r->len > 1 ? mix(h, (uint32_t)r->step ^ (uint32_t)(r->step >> 32)) : h;
}

uint32_t RAW(hash)(any v) {
    switch (tag_of(v)) {
    case T_INT: return is_small(v) ? small_hash(v) : int_hash(v);
    case T_BOOL: return small_hash(as_int(v));
    case T_FLOAT: {
        double d = float_value(v);
        bool whole = d >= -0x1p62 && d < 0x1p62 && d == (double)(int64_t)d;
        return whole ? small_hash(small((int64_t)d)) : float_hash(d);
    }
    case T_STR: return str_hash(v);
    case T_BYTES: {
        uint32_t h = T_BYTES;
        for (uint32_t i = 0; i < str_at(v)->len; i++) h = mix(h, str_at(v)->data[i]);
        return h;
    }
    case T_TUPLE: {
        if (!enter()) return 0;
        uint32_t h = T_TUPLE;
        for (uint32_t i = 0; i < tuple_at(v)->len && !FAILED; i++) h = mix(h, key_hash(tuple_at(v)->items[i]));
        leave();
        return h;
    }
    case T_FROZENSET: return frozen_hash(v);
    case T_RANGE: return hash_range(range_at(v));
    case T_LIST: case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: case T_SET: case T_DEQUE:
    case T_DICT_KEYS: case T_DICT_ITEMS:
        raise(TypeError_);
        return 0;
    }
    return (uint32_t)v * 0x9E3779B1u;
}
