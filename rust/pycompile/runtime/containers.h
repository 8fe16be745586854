/* What the files of containers and operators share: hash tables, walking an iterable, and comparing as containers do. */
#pragma once
#include "iter.h"

#define MAX_ITEMS (UINT32_C(1) << 27) /* 1 GiB of words, which alloc_array traps above */

static inline bool absent(any v) { return v == 0 || v == NONE; }
static inline any as_int(any v) { return is(v, T_BOOL) ? small(bool_value(v)) : v; }
static inline bool is_view(any v) { return is(v, T_DICT_KEYS) || is(v, T_DICT_ITEMS); } /* the views that are like sets */

/* The place of v among items[from] to items[to - 1]; -1: not there, or failed. */
static inline int64_t find_item(const any *items, int64_t from, int64_t to, any v) {
    for (int64_t i = from; i < to; i++) {
        if (same(items[i], v)) return i;
        if (FAILED) return -1;
    }
    return -1;
}
/* Where something is, or ValueError. */
static inline any found_at(int64_t place) { return place >= 0 ? small(place) : FAILED ? 0 : raise(ValueError_); }

/* ---- hash tables (table.c) ----
 * The index is probed by growing steps; it never fills up. Several of its slots may lead to one entry (one that was removed last and whose
 * place was taken again), which a search does not mind: it compares. */
static inline uint32_t small_hash(any v) { return (uint32_t)((uint64_t)v * UINT64_C(0x9E3779B97F4A7C15) >> 32); }
static inline uint32_t key_hash(any key) {
    if (is_small(key)) return small_hash(key);
    if (is_str(key) && str_at(key)->hash) return str_at(key)->hash;
    return hash(key);
}
any table_new(uint32_t tag);
table_entry *table_find(table_object *t, any key, uint32_t hash);
/* The entry of the key, made with value 0 if there is none. */
table_entry *table_entry_of(table_object *t, any key, uint32_t hash);
void table_remove(table_object *t, table_entry *e);
void table_clear(table_object *t);
any table_copy(any from, uint32_t tag);
/* Forgets removed entries, and makes room for more. */
void table_rebuild(table_object *t);
static inline table_entry *table_next(table_object *t, uint32_t *at) {
    while (*at < t->end) {
        table_entry *e = &t->entries[(*at)++];
        if (e->key) return e;
    }
    return 0;
}
/* writable() for tables. */
static inline bool changeable(any table) {
    if (table_at(table)->pinned) { deopt(); return false; }
    return writable(table);
}

/* ---- parts of operations that lie in other files ---- */
/* As slice_indices, but the stop as Python's slice.indices gives it. */
bool slice_bounds(any start, any stop, any step, int64_t len, int64_t *from, int64_t *to, int64_t *by);
/* The place an index names in a sequence, negative from the end; IndexError, TypeError. */
bool place_of(any index, int64_t len, int64_t *out);
/* Where list.index and its kind begin and end. */
bool search_bounds(any start, any stop, int64_t len, int64_t *from, int64_t *to);

any list_slice(any list, any start, any stop, any step);
void list_set_slice(any list, any start, any stop, any step, any v), list_del_slice(any list, any start, any stop, any step);
any list_repeat(any list, int64_t times), list_concat(any a, any b);
void list_extend(any list, any iterable);
any tuple_slice(any t, any start, any stop, any step), tuple_repeat(any t, int64_t times), tuple_concat(any a, any b);

any range_slice(any r, any start, any stop, any step);
any range_count(any r, any v);                        /* builtins.c: 1 if v is in it */
bool range_equal(any a, any b);

bool dict_equal(any a, any b);
any counter_update(any counter, any iterable);
any dict_missing(any dict, any key);                  /* what d[key] is when there is no such key (counter.c) */
void dict_set(any dict, any key, any v);              /* dict_put with the barrier */
void dict_update(any dict, any other);                /* from a mapping or pairs; no barrier */
any dict_or(any a, any b);

bool subset(any a, any b);                            /* a's items are all in b: sets and views */
any set_from(any iterable, uint32_t tag);
void set_update(any set, any iterable);               /* no barrier */
any set_minus(any a, any b), set_and(any a, any b), set_or(any a, any b), set_xor(any a, any b);
void set_inplace_minus(any a, any b), set_inplace_and(any a, any b), set_inplace_xor(any a, any b);
uint32_t frozen_hash(any set);
void set_add_checked(any set, any v);

any counter_add(any a, any b), counter_subtract(any a, any b), counter_or(any a, any b), counter_and(any a, any b);
any counter_keep(any a, bool negated);                /* +a and -a */
any counter_inplace(char op, any a, any b);
bool counter_equal(any a, any b), counter_less_equal(any a, any b);

any deque_concat(any a, any b);
void deque_extend(any d, any iterable);
void deque_set(any d, any index, any v), deque_delete(any d, any index);
any deque_list(any d);                                /* its items as a list */
any deque_get(any d, any index);
any list_copy(any list), list_pop(any list, int64_t index);
void list_insert(any list, int64_t index, any word), list_reverse(any list);
