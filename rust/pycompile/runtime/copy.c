/* The module copy, for what is built of lists, tuples, dicts, sets and what never changes. */
#include "containers.h"

/* Values that are their own copies, deep copies too. */
static bool atomic(any v) {
    switch (tag_of(v)) {
    case T_NONE: case T_BOOL: case T_INT: case T_FLOAT: case T_STR: case T_BYTES: case T_NOTIMPLEMENTED: case T_ELLIPSIS: return true;
    }
    return false;
}

PY("copy.copy(x) -> any") any copy_copy(any v) {
    switch (tag_of(v)) {
    case T_LIST: return list_from(v);
    case T_DICT: case T_SET: return table_copy(v, tag_of(v));
    case T_TUPLE: case T_FROZENSET: return v;
    }
    return atomic(v) ? v : deopt();
}

/* `memo` leads from the address of what was copied to its copy: what was one object stays one. */
static any deep(any v, any memo);

static any deep_list(any v, any memo) {
    any made = new_list(0, list_at(v)->len);
    dict_put(memo, small(v), made);
    for (uint32_t i = 0; i < list_at(v)->len; i++) {
        any item = deep(list_at(v)->items[i], memo);
        if (!item) return 0;
        list_append(made, item);
    }
    return made;
}

static any deep_dict(any v, any memo) {
    any made = new_dict(), key, item;
    dict_put(memo, small(v), made);
    for (uint32_t place = 0; dict_next(v, &place, &key, &item);) {
        any new_key = deep(key, memo), new_item = new_key ? deep(item, memo) : 0;
        if (!new_item) return 0;
        dict_put(made, new_key, new_item);
        if (FAILED) return 0;
    }
    return made;
}

/* A tuple in which nothing had to be copied is its own copy. */
static any deep_tuple(any v, any memo) {
    uint32_t len = tuple_at(v)->len;
    any made = new_tuple(len);
    bool differs = false;
    for (uint32_t i = 0; i < len; i++) {
        any item = deep(tuple_at(v)->items[i], memo);
        if (!item) return 0;
        tuple_at(made)->items[i] = item;
        differs |= item != tuple_at(v)->items[i];
    }
    any earlier = dict_find(memo, small(v)); /* a list in it may lead back here */
    if (earlier || FAILED) return earlier;
    if (!differs) return v;
    dict_put(memo, small(v), made);
    return made;
}

static any deep_set(any v, any memo) {
    any made = table_copy(v, T_SET), item;
    for (uint32_t place = 0; set_next(v, &place, &item);)
        if (!atomic(item)) return deopt();
    dict_put(memo, small(v), made);
    return made;
}

static any deep(any v, any memo) {
    if (atomic(v)) return v;
    any earlier = dict_find(memo, small(v));
    if (earlier || FAILED) return earlier;
    if (!enter()) return 0;
    any made;
    switch (tag_of(v)) {
    case T_LIST: made = deep_list(v, memo); break;
    case T_DICT: made = deep_dict(v, memo); break;
    case T_TUPLE: made = deep_tuple(v, memo); break;
    case T_SET: made = deep_set(v, memo); break;
    default: made = deopt();
    }
    leave();
    return FAILED ? 0 : made;
}

PY("copy.deepcopy(x) -> any") any copy_deepcopy(any v) { return atomic(v) ? v : deep(v, new_dict()); }
