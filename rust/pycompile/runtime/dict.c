/* Dicts: what the runtime and compiled code ask of them, and the methods. OrderedDict's two are at the end. */
#include "containers.h"

any RAW(new_dict)(void) { return table_new(T_DICT); }

static inline table_entry *find(any dict, any key) {
    uint32_t h = key_hash(key);
    return FAILED ? 0 : table_find(table_at(dict), key, h);
}

any RAW(dict_find)(any dict, any key) {
    table_entry *e = find(dict, key);
    return e ? e->value : 0;
}

void dict_put(any dict, any key, any v) {
    uint32_t h = key_hash(key);
    if (FAILED) return;
    table_entry *e = table_entry_of(table_at(dict), key, h);
    if (e) e->value = v;
}

PY("raw.dict_put") void dict_set(any dict, any key, any v) {
    if (changeable(dict)) dict_put(dict, key, v);
}

bool dict_remove(any dict, any key) {
    table_entry *e = find(dict, key);
    if (e) table_remove(table_at(dict), e);
    return e != 0;
}

uint32_t dict_len(any dict) { return table_at(dict)->len; }

bool dict_next(any dict, uint32_t *at, any *key, any *v) {
    table_entry *e = table_next(table_at(dict), at);
    if (!e) return false;
    *key = e->key;
    *v = e->value;
    return true;
}

any new_view(uint32_t tag, any dict) {
    view_object *v = alloc(sizeof(view_object));
    *v = (view_object){tag, 0, dict};
    return value(v);
}

bool dict_equal(any a, any b) {
    table_object *x = table_at(a), *y = table_at(b);
    if (x->len != y->len) return false;
    bool in_order = x->tag == T_ORDEREDDICT && y->tag == T_ORDEREDDICT;
    uint32_t i = 0, j = 0;
    for (table_entry *e; (e = table_next(x, &i));) {
        table_entry *f = table_find(y, e->key, e->hash);
        if (!f || !same(e->value, f->value)) return false;
        if (in_order && table_next(y, &j) != f) return false;
    }
    return true;
}

/* ---- filling ---- */

/* One (key, value) of what dict() is made from. */
static bool pair_of(any item, any *key, any *v) {
    if (!is(item, T_TUPLE)) item = tuple_from(item);
    if (!item) return false;
    if (tuple_at(item)->len != 2) return raise(ValueError_);
    *key = tuple_at(item)->items[0];
    *v = tuple_at(item)->items[1];
    return true;
}

void dict_update(any dict, any other) {
    if (is_dict(other)) {
        uint32_t at = 0;
        for (table_entry *e; dict != other && (e = table_next(table_at(other), &at));) {
            table_entry *mine = table_entry_of(table_at(dict), e->key, e->hash);
            if (!mine) return;
            mine->value = e->value;
        }
        return;
    }
    walk w;
    if (!walk_start(&w, other, true)) return;
    any key, v;
    for (any item; (item = walk_next(&w)) && pair_of(item, &key, &v);) {
        dict_put(dict, key, v);
        if (FAILED) return;
    }
}

PY("dict(iterable=) -> dict") any py_dict(any iterable) {
    if (iterable && is_dict(iterable)) return table_copy(iterable, T_DICT);
    any dict = new_dict();
    if (iterable) dict_update(dict, iterable);
    return FAILED ? 0 : dict;
}

PY("dict.fromkeys(iterable, value=) -> dict") any dict_fromkeys(any iterable, any v) {
    any dict = new_dict();
    walk w;
    if (!walk_start(&w, iterable, true)) return 0;
    for (any key; !FAILED && (key = walk_next(&w));) dict_put(dict, key, v ? v : NONE);
    return FAILED ? 0 : dict;
}

/* a | b of two dicts: the types in the mix decide which type comes out. */
any dict_or(any a, any b) {
    uint32_t ta = tag_of(a), tb = tag_of(b), tag;
    bool counter = ta == T_COUNTER || tb == T_COUNTER, defaults = ta == T_DEFAULTDICT || tb == T_DEFAULTDICT;
    bool ordered = ta == T_ORDEREDDICT || tb == T_ORDEREDDICT;
    if (counter + defaults + ordered > 1) return deopt();
    tag = defaults ? T_DEFAULTDICT : ordered ? T_ORDEREDDICT : T_DICT;
    any dict = table_copy(a, tag);
    if (defaults) table_at(dict)->factory = table_at(ta == T_DEFAULTDICT ? a : b)->factory;
    dict_update(dict, b);
    return FAILED ? 0 : dict;
}

/* ---- methods ---- */

PY("dict.get(self, key, default=) -> any") any dict_get(any dict, any key, any otherwise) {
    table_entry *e = find(dict, key);
    return e ? e->value : FAILED ? 0 : otherwise ? otherwise : NONE;
}

PY("dict.setdefault(self, key, default=) -> any") any dict_setdefault(any dict, any key, any otherwise) {
    table_entry *e = find(dict, key);
    if (e || FAILED) return e ? e->value : 0;
    any v = otherwise ? otherwise : NONE;
    dict_set(dict, key, v);
    return FAILED ? 0 : v;
}

PY("dict.pop(self, key, default=) -> any") any dict_pop(any dict, any key, any otherwise) {
    table_entry *e = find(dict, key);
    if (!e) return FAILED ? 0 : otherwise ? otherwise : raise(KeyError_);
    if (!changeable(dict)) return 0;
    any v = e->value;
    table_remove(table_at(dict), e);
    return v;
}

static any pop_entry(any dict, table_entry *e) {
    any pair = new_tuple(2);
    tuple_at(pair)->items[0] = e->key;
    tuple_at(pair)->items[1] = e->value;
    table_remove(table_at(dict), e);
    return pair;
}

PY("dict.popitem(self) -> tuple") any dict_popitem(any dict) {
    table_object *t = table_at(dict);
    if (t->len == 0) return raise(KeyError_);
    return changeable(dict) ? pop_entry(dict, &t->entries[t->end - 1]) : 0;
}

PY("dict.update(self, other=) -> None") any py_dict_update(any dict, any other) {
    if (is(dict, T_COUNTER)) return counter_update(dict, other);
    if (!other) return NONE;
    if (changeable(dict)) dict_update(dict, other);
    return FAILED ? 0 : NONE;
}

PY("dict.keys(self) -> any") any dict_keys(any dict) { return new_view(T_DICT_KEYS, dict); }
PY("dict.values(self) -> any") any dict_values(any dict) { return new_view(T_DICT_VALUES, dict); }
PY("dict.items(self) -> any") any dict_items(any dict) { return new_view(T_DICT_ITEMS, dict); }

PY("dict.copy(self) -> any") any dict_copy(any dict) {
    any copy = table_copy(dict, tag_of(dict));
    table_at(copy)->factory = table_at(dict)->factory;
    return copy;
}

PY("dict.clear(self) -> None") any dict_clear(any dict) {
    if (!changeable(dict)) return 0;
    table_clear(table_at(dict));
    return NONE;
}

/* d[key] += v for a v that was known before: one search where the value is no list or the like. */
void RAW(dict_increase)(any dict, any key, any v) {
    table_entry *e = find(dict, key);
    if (FAILED) return;
    any old = e ? e->value : dict_missing(dict, key);
    if (!old) return;
    any sum = inplace_add(old, v);
    if (FAILED || !changeable(dict)) return;
    if (e && e->value == old && e->key && (is_small(old) || is(old, T_FLOAT) || is_str(old))) e->value = sum;
    else dict_put(dict, key, sum);
}

/* ---- collections.OrderedDict ---- */

PY("collections.OrderedDict(iterable=) -> OrderedDict") any new_ordered_dict(any iterable) {
    any dict = table_new(T_ORDEREDDICT);
    if (iterable) dict_update(dict, iterable);
    return FAILED ? 0 : dict;
}

/* The first entry; one behind many removed ones is brought to the front, lest taking first ones becomes a search. */
static table_entry *first_entry(table_object *t) {
    uint32_t at = 0;
    table_entry *e = table_next(t, &at);
    if (at <= t->len + 8) return e;
    table_rebuild(t);
    return &t->entries[0];
}

PY("OrderedDict.popitem(self, last=) -> tuple") any ordered_popitem(any dict, any last) {
    if (!last || truth(last)) return FAILED ? 0 : dict_popitem(dict);
    if (FAILED) return 0;
    if (table_at(dict)->len == 0) return raise(KeyError_);
    return changeable(dict) ? pop_entry(dict, first_entry(table_at(dict))) : 0;
}

PY("OrderedDict.move_to_end(self, key, last=) -> None") any ordered_move_to_end(any dict, any key, any last) {
    table_object *t = table_at(dict);
    bool to_end = !last || truth(last);
    if (FAILED) return 0;
    table_entry *e = find(dict, key);
    if (!e) return FAILED ? 0 : raise(KeyError_);
    if (!changeable(dict)) return 0;
    table_entry moved = *e;
    if (to_end) {
        table_remove(t, e);
        table_entry_of(t, moved.key, moved.hash)->value = moved.value;
    } else {
        memmove(t->entries + 1, t->entries, (size_t)(e - t->entries) * sizeof(table_entry));
        t->entries[0] = moved;
        t->changes++;
        table_rebuild(t);
    }
    return NONE;
}
