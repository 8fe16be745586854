/* Iterators over Python's own containers, forwards and backwards. As in CPython, a list's reads the list as it is at each step; one
 * over a dict, set or deque that has changed raises RuntimeError (or is deopt, where CPython's answer hangs on its memory's layout);
 * and one that has ended stays at its end. */
#include "iter.h"

/* ---- lists ---- */

typedef struct { iterator is; list_object *list; int64_t at; } list_iterator;

static any list_next(void *self) {
    list_iterator *it = self;
    if (it->list && it->at < it->list->len) return it->list->items[it->at++];
    it->list = NULL;
    return 0;
}

static any list_next_reversed(void *self) {
    list_iterator *it = self;
    if (it->at >= 0 && it->at < it->list->len) return it->list->items[it->at--];
    it->at = -1;
    return 0;
}

static any over_list(list_object *list, bool reversed) {
    list_iterator *it = iter_make(sizeof *it, reversed ? list_next_reversed : list_next);
    it->list = list;
    it->at = reversed ? (int64_t)list->len - 1 : 0;
    return value(it);
}

/* ---- tuples, str, bytes: these never change ---- */

typedef struct { iterator is; const any *at, *end; } tuple_iterator;

static any tuple_next(void *self) { tuple_iterator *it = self; return it->at < it->end ? *it->at++ : 0; }
static any tuple_next_reversed(void *self) { tuple_iterator *it = self; return it->at < it->end ? *--it->end : 0; }

static any over_tuple(tuple_object *tuple, bool reversed) {
    tuple_iterator *it = iter_make(sizeof *it, reversed ? tuple_next_reversed : tuple_next);
    it->at = tuple->items;
    it->end = tuple->items + tuple->len;
    return value(it);
}

typedef struct { iterator is; const uint8_t *at, *end; } str_iterator;

static any str_next(void *self) { str_iterator *it = self; return it->at < it->end ? value(&rt_chars[*it->at++]) : 0; }
static any str_next_reversed(void *self) { str_iterator *it = self; return it->at < it->end ? value(&rt_chars[*--it->end]) : 0; }
static any bytes_next(void *self) { str_iterator *it = self; return it->at < it->end ? small(*it->at++) : 0; }
static any bytes_next_reversed(void *self) { str_iterator *it = self; return it->at < it->end ? small(*--it->end) : 0; }

static any over_str(str_object *s, next_function next) {
    str_iterator *it = iter_make(sizeof *it, next);
    it->at = s->data;
    it->end = s->data + s->len;
    return value(it);
}

/* ---- ranges ---- */

typedef struct { iterator is; uint64_t next, step; int64_t left; } range_iterator;

static any range_next(void *self) {
    range_iterator *it = self;
    if (it->left == 0) return 0;
    it->left--;
    int64_t v = (int64_t)it->next;
    it->next += it->step;
    return new_int64(v);
}

static any over_range(range_object *r, bool reversed) {
    range_iterator *it = iter_make(sizeof *it, range_next);
    uint64_t step = (uint64_t)r->step;
    it->left = r->len;
    it->next = (uint64_t)r->start + (reversed ? (uint64_t)(r->len - 1) * step : 0);
    it->step = reversed ? -step : step;
    return value(it);
}

/* ---- dicts, their views, sets ---- */

typedef struct { iterator is; table_object *table; uint32_t at, len, changes; bool reversed; } table_iterator;

static table_entry *table_advance(table_iterator *it) {
    table_object *t = it->table;
    if (!t) return NULL;
    if (t->changes != it->changes) {
        /* An OrderedDict's iterator that stands at the end does not mind; another's always does. */
        if (t->len != it->len && t->tag != T_ORDEREDDICT) raise(RuntimeError_);
        else deopt();
        return NULL;
    }
    while (it->reversed ? it->at > 0 : it->at < t->end) {
        table_entry *entry = &t->entries[it->reversed ? --it->at : it->at++];
        if (entry->key) return entry;
    }
    it->table = NULL;
    return NULL;
}

static any keys_next(void *self) {
    table_entry *entry = table_advance(self);
    return entry ? entry->key : 0;
}

static any values_next(void *self) {
    table_entry *entry = table_advance(self);
    return entry ? entry->value : 0;
}

static any items_next(void *self) {
    table_entry *entry = table_advance(self);
    if (!entry) return 0;
    any pair = new_tuple(2);
    tuple_at(pair)->items[0] = entry->key;
    tuple_at(pair)->items[1] = entry->value;
    return pair;
}

static any over_table(table_object *table, bool reversed, next_function next) {
    table_iterator *it = iter_make(sizeof *it, next);
    it->table = table;
    it->at = reversed ? table->end : 0;
    it->len = table->len;
    it->changes = table->changes;
    it->reversed = reversed;
    return value(it);
}

/* ---- deques ---- */

typedef struct { iterator is; deque_object *deque; uint32_t left, changes; } deque_iterator;

static any deque_advance(deque_iterator *it, bool reversed) {
    deque_object *d = it->deque;
    if (it->left == 0 && (reversed || d->changes == it->changes)) return 0;
    if (d->changes != it->changes) {
        it->left = 0;
        return raise(RuntimeError_);
    }
    it->left--;
    return deque_item(d, reversed ? it->left : d->len - 1 - it->left);
}

static any deque_next(void *self) { return deque_advance(self, false); }
static any deque_next_reversed(void *self) { return deque_advance(self, true); }

static any over_deque(deque_object *d, bool reversed) {
    deque_iterator *it = iter_make(sizeof *it, reversed ? deque_next_reversed : deque_next);
    it->deque = d;
    it->left = d->len;
    it->changes = d->changes;
    return value(it);
}

/* ---- any value ---- */

any RAW(iter_new)(any v) {
    switch (tag_of(v)) {
    case T_ITER: return v;
    case T_LIST: return over_list(list_at(v), false);
    case T_TUPLE: return over_tuple(tuple_at(v), false);
    case T_STR: return over_str(str_at(v), str_next);
    case T_BYTES: return over_str(str_at(v), bytes_next);
    case T_RANGE: return over_range(range_at(v), false);
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: return over_table(table_at(v), false, keys_next);
    case T_DICT_KEYS: return over_table(table_at(view_at(v)->dict), false, keys_next);
    case T_DICT_VALUES: return over_table(table_at(view_at(v)->dict), false, values_next);
    case T_DICT_ITEMS: return over_table(table_at(view_at(v)->dict), false, items_next);
    case T_SET: case T_FROZENSET: return table_at(v)->len > 1 ? deopt() : over_table(table_at(v), false, keys_next);
    case T_DEQUE: return over_deque(deque_at(v), false);
    }
    return raise(TypeError_);
}

any RAW(iter_unordered)(any v) { return is_set(v) ? over_table(table_at(v), false, keys_next) : iter_new(v); }

any iter_uniform(any v) {
    if (!is_set(v) || table_at(v)->len < 2) return iter_new(v);
    uint32_t ints = 0, strs = 0, place = 0;
    for (any item; set_next(v, &place, &item);) {
        ints += is_int(item);
        strs += is_str(item);
    }
    uint32_t len = table_at(v)->len;
    return ints == len || strs == len ? iter_unordered(v) : deopt();
}

any RAW(iter_next)(any v) {
    if (!writable(v)) return 0; /* to advance an iterator is to change it */
    iterator *it = at(v);
    return it->next(it);
}

PY("reversed(sequence, /) -> iter") any builtin_reversed(any v) {
    switch (tag_of(v)) {
    case T_LIST: return over_list(list_at(v), true);
    case T_TUPLE: return over_tuple(tuple_at(v), true);
    case T_STR: return over_str(str_at(v), str_next_reversed);
    case T_BYTES: return over_str(str_at(v), bytes_next_reversed);
    case T_RANGE: return over_range(range_at(v), true);
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: return over_table(table_at(v), true, keys_next);
    case T_DICT_KEYS: return over_table(table_at(view_at(v)->dict), true, keys_next);
    case T_DICT_VALUES: return over_table(table_at(view_at(v)->dict), true, values_next);
    case T_DICT_ITEMS: return over_table(table_at(view_at(v)->dict), true, items_next);
    case T_DEQUE: return over_deque(deque_at(v), true);
    }
    return raise(TypeError_);
}
