/* Sets and frozensets: what the runtime asks of them, and the operators, also with the views of dicts. Where equal items differ (1 and 1.0), the
 * one that stays is CPython's. */
#include "containers.h"

any RAW(new_set)(void) { return table_new(T_SET); }

void set_put(any set, any v) {
    uint32_t h = key_hash(v);
    if (!FAILED) table_entry_of(table_at(set), v, h);
}

PY("raw.set_put") void set_add_checked(any set, any v) {
    if (changeable(set)) set_put(set, v);
}

/* A set is looked for as if it were frozen. */
bool set_has(any set, any v) {
    uint32_t h = is(v, T_SET) ? frozen_hash(v) : key_hash(v);
    return !FAILED && table_find(table_at(set), v, h) != 0;
}

uint32_t set_len(any set) { return table_at(set)->len; }

bool set_next(any set, uint32_t *at, any *v) {
    table_entry *e = table_next(table_at(set), at);
    if (e) *v = e->key;
    return e != 0;
}

uint32_t frozen_hash(any set) {
    uint32_t at = 0, h = T_FROZENSET + table_at(set)->len;
    for (table_entry *e; (e = table_next(table_at(set), &at));) h += (e->hash ^ e->hash >> 13) * 0x85EBCA6Bu;
    return h;
}

/* The table behind a set, a dict or a dict's keys; 0: something else. */
static table_object *table_of(any v) {
    if (is(v, T_DICT_KEYS)) v = view_at(v)->dict;
    return is_set(v) || is_dict(v) ? table_at(v) : 0;
}

bool subset(any a, any b) {
    if (is_set(a) && is_set(b) && table_at(a)->len > table_at(b)->len) return false;
    table_object *x = table_of(a), *y = table_of(b);
    uint32_t at = 0;
    if (x && y) {
        for (table_entry *e; (e = table_next(x, &at));)
            if (!table_find(y, e->key, e->hash)) return false;
        return true;
    }
    any it = iter_unordered(a);
    for (any v; it && (v = iter_next(it));)
        if (!contains(b, v)) return false;
    return !FAILED;
}

/* ---- filling ---- */

void set_update(any set, any iterable) {
    table_object *t = table_at(set), *other = table_of(iterable);
    if (other) {
        uint32_t at = 0;
        for (table_entry *e; (e = table_next(other, &at));)
            if (!table_entry_of(t, e->key, e->hash)) return;
        return;
    }
    walk w;
    if (!walk_start(&w, iterable, false)) return;
    if (w.text) {
        bool seen[128] = {false};
        for (uint32_t i = 0; i < w.len; i++) {
            if (seen[w.text[i]]) continue;
            seen[w.text[i]] = true;
            set_put(set, value(&rt_chars[w.text[i]]));
        }
        return;
    }
    for (any v; !FAILED && (v = walk_next(&w));) set_put(set, v);
}

any set_from(any iterable, uint32_t tag) {
    if (is_set(iterable)) return table_copy(iterable, tag);
    any set = table_new(tag);
    set_update(set, iterable);
    return FAILED ? 0 : set;
}

PY("set(iterable=) -> set") any py_set(any iterable) { return iterable ? set_from(iterable, T_SET) : new_set(); }

PY("frozenset(iterable=) -> frozenset") any py_frozenset(any iterable) {
    if (!iterable) return table_new(T_FROZENSET);
    return is(iterable, T_FROZENSET) ? iterable : set_from(iterable, T_FROZENSET);
}

/* ---- the four operations with any iterable ---- */

void set_discard_all(any set, any iterable) {
    table_object *t = table_at(set), *other = table_of(iterable);
    if (t == other) {
        table_clear(t);
        return;
    }
    uint32_t at = 0;
    if (other) {
        for (table_entry *e, *mine; (e = table_next(other, &at));)
            if ((mine = table_find(t, e->key, e->hash))) table_remove(t, mine);
        return;
    }
    walk w;
    if (!walk_start(&w, iterable, false)) return;
    for (any v; !FAILED && (v = walk_next(&w));) {
        uint32_t h = key_hash(v);
        table_entry *mine = FAILED ? 0 : table_find(t, v, h);
        if (mine) table_remove(t, mine);
    }
}

/* Of two sets the smaller one is walked, and gives the items. */
any set_intersection(any set, any iterable, uint32_t tag) {
    any result = table_new(tag);
    table_object *in = table_at(set), *from = is_set(iterable) ? table_at(iterable) : 0;
    if (from && from->len > in->len) {
        in = from;
        from = table_at(set);
    }
    if (from) {
        uint32_t at = 0;
        for (table_entry *e; (e = table_next(from, &at));)
            if (table_find(in, e->key, e->hash)) table_entry_of(table_at(result), e->key, e->hash);
        return FAILED ? 0 : result;
    }
    walk w;
    if (!walk_start(&w, iterable, false)) return 0;
    for (any v; !FAILED && (v = walk_next(&w));) {
        uint32_t h = key_hash(v);
        if (!FAILED && table_find(in, v, h)) table_entry_of(table_at(result), v, h);
    }
    return FAILED ? 0 : result;
}

/* Items that are in both go; those of the iterable alone come. */
void set_exchange(any set, any iterable) {
    any other = is_set(iterable) ? iterable : set_from(iterable, T_SET);
    if (!other) return;
    table_object *t = table_at(set);
    if (set == other) {
        table_clear(t);
        return;
    }
    uint32_t at = 0;
    for (table_entry *e, *mine; (e = table_next(table_at(other), &at));) {
        if ((mine = table_find(t, e->key, e->hash))) table_remove(t, mine);
        else if (!FAILED) table_entry_of(t, e->key, e->hash);
    }
}

/* The set takes over what another one holds. */
void set_become(any set, any other) {
    table_object *t = table_at(set);
    uint32_t tag = t->tag, changes = t->changes + 1;
    *t = *table_at(other);
    t->tag = tag;
    t->changes = changes;
}

/* ---- operators ---- */

typedef void (*change)(any set, any iterable);

/* Of two sets: the left one's type. With a view of a dict: a set, and the other operand may be any iterable. */
static any operation(any a, any b, change apply) {
    if (!(is_set(a) && is_set(b)) && !is_view(a) && !is_view(b)) return raise(TypeError_);
    any result = set_from(a, is_set(a) && is_set(b) ? tag_of(a) : T_SET);
    if (result) apply(result, b);
    return FAILED ? 0 : result;
}

any set_minus(any a, any b) { return operation(a, b, set_discard_all); }
any set_or(any a, any b) { return operation(a, b, set_update); }
any set_xor(any a, any b) {
    if (is(a, T_DICT_ITEMS) && is(b, T_DICT_ITEMS)) return deopt(); /* compares values that may have no hash */
    return operation(a, b, set_exchange);
}

any set_and(any a, any b) {
    if (is_set(a) && is_set(b)) return set_intersection(a, b, tag_of(a));
    if (!is_view(a)) {
        if (!is_view(b)) return raise(TypeError_);
        any view = b;
        b = a;
        a = view;
    }
    if (is(b, T_SET) && length(a) <= length(b)) return set_intersection(b, a, T_SET);
    if (is_view(b) && length(b) > length(a)) {
        any smaller = a;
        a = b;
        b = smaller;
    }
    any result = new_set();
    walk w;
    if (!walk_start(&w, b, false)) return 0;
    for (any v; !FAILED && (v = walk_next(&w));)
        if (contains(a, v)) set_put(result, v);
    return FAILED ? 0 : result;
}

void set_inplace_minus(any a, any b) { set_discard_all(a, b); }
void set_inplace_xor(any a, any b) { set_exchange(a, b); }
void set_inplace_and(any a, any b) {
    any both = set_intersection(a, b, T_SET);
    if (both) set_become(a, both);
}
