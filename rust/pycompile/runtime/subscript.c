/* o[key], o[a:b:c], their assignment and deletion, and `in`. */
#include "containers.h"

any re_match_getitem(any match, any group); /* re_object.c */

any RAW(get_item)(any o, any key) {
    int64_t i;
    uint32_t tag = tag_of(o);
    if (tag == T_LIST && is_small(key)) {
        list_object *l = list_at(o);
        i = small_value(key);
        if (i < 0) i += l->len;
        return i >= 0 && i < l->len ? l->items[i] : raise(IndexError_);
    }
    switch (tag) {
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: {
        table_entry *e = 0;
        uint32_t h = key_hash(key);
        if (!FAILED) e = table_find(table_at(o), key, h);
        return e ? e->value : FAILED ? 0 : dict_missing(o, key);
    }
    case T_LIST: return place_of(key, list_at(o)->len, &i) ? list_at(o)->items[i] : 0;
    case T_TUPLE: return place_of(key, tuple_at(o)->len, &i) ? tuple_at(o)->items[i] : 0;
    case T_STR: case T_BYTES: return to_index(key, &i) ? str_index(o, i) : 0;
    case T_RANGE: return place_of(key, range_at(o)->len, &i) ? range_item(range_at(o), i) : 0;
    case T_DEQUE: return deque_get(o, key);
    case T_MATCH: return re_match_getitem(o, key);
    }
    return raise(TypeError_);
}

any RAW(get_slice)(any o, any start, any stop, any step) {
    switch (tag_of(o)) {
    case T_STR: case T_BYTES: return str_slice(o, start, stop, step);
    case T_LIST: return list_slice(o, start, stop, step);
    case T_TUPLE: return tuple_slice(o, start, stop, step);
    case T_RANGE: return range_slice(o, start, stop, step);
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: case T_MATCH: return deopt(); /* a slice as a key */
    }
    return raise(TypeError_);
}

/* TypeError, but CPython first looks whether an int is an index at all. */
static void no_items(any key) {
    int64_t i;
    if (!is_int(key) || size_argument(key, &i)) raise(TypeError_);
}

void RAW(set_item)(any o, any key, any v) {
    int64_t i;
    if (is(o, T_LIST)) {
        if (place_of(key, list_at(o)->len, &i) && writable(o)) list_at(o)->items[i] = v;
    } else if (is_dict(o)) {
        dict_set(o, key, v);
    } else if (is(o, T_DEQUE)) {
        deque_set(o, key, v);
    } else {
        no_items(key);
    }
}

void RAW(set_slice)(any o, any start, any stop, any step, any v) {
    if (is(o, T_LIST)) list_set_slice(o, start, stop, step, v);
    else if (is_dict(o)) deopt();
    else raise(TypeError_);
}

void RAW(del_item)(any o, any key) {
    int64_t i;
    if (is(o, T_LIST)) {
        if (place_of(key, list_at(o)->len, &i)) list_pop(o, i);
    } else if (is_dict(o)) {
        if (!changeable(o)) return;
        if (!dict_remove(o, key) && !FAILED && !is(o, T_COUNTER)) raise(KeyError_);
    } else if (is(o, T_DEQUE)) {
        deque_delete(o, key);
    } else {
        no_items(key);
    }
}

void RAW(del_slice)(any o, any start, any stop, any step) {
    if (is(o, T_LIST)) list_del_slice(o, start, stop, step);
    else if (is_dict(o)) deopt();
    else raise(TypeError_);
}

/* ---- in ---- */

static bool bytes_contain(any o, any item) {
    str_object *s = str_at(o);
    if (is(item, T_BYTES)) {
        str_object *sub = str_at(item);
        for (uint32_t i = 0; i + (uint64_t)sub->len <= s->len; i++)
            if (memcmp(s->data + i, sub->data, sub->len) == 0) return true;
        return false;
    }
    int64_t byte;
    if (!to_index(item, &byte)) return false;
    if (byte < 0 || byte > 255) return raise(ValueError_);
    return s->len && memchr(s->data, (int)byte, s->len) != 0;
}

static bool items_view_contains(any dict, any item) {
    if (!is(item, T_TUPLE) || tuple_at(item)->len != 2) return false;
    any found = dict_find(dict, tuple_at(item)->items[0]);
    return found && same(found, tuple_at(item)->items[1]);
}

bool RAW(contains)(any o, any item) {
    switch (tag_of(o)) {
    case T_STR: return is_str(item) ? str_contains(o, item) : raise(TypeError_);
    case T_BYTES: return bytes_contain(o, item);
    case T_LIST: return find_item(list_at(o)->items, 0, list_at(o)->len, item) >= 0;
    case T_TUPLE: return find_item(tuple_at(o)->items, 0, tuple_at(o)->len, item) >= 0;
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: return dict_find(o, item) != 0;
    case T_SET: case T_FROZENSET: return set_has(o, item);
    case T_RANGE: return range_count(o, item) == small(1);
    case T_DICT_KEYS: return dict_find(view_at(o)->dict, item) != 0;
    case T_DICT_ITEMS: return items_view_contains(view_at(o)->dict, item);
    }
    walk w;
    if (!walk_start(&w, o, true)) return false;
    for (any v; (v = walk_next(&w));) {
        if (same(v, item)) return true;
        if (FAILED) return false;
    }
    return false;
}
