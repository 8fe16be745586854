/* What an iterator is made of: a tag, the function that gives its next value, and whatever that needs behind them. */
#pragma once
#include "rt.h"

/* Gives the next value of the iterator `self`, or 0 at the end (and from then on), or 0 having failed. */
typedef any (*next_function)(void *self);
typedef struct { uint32_t tag; next_function next; } iterator;

/* A new iterator of `bytes` bytes, all 0 behind `is`: every struct of an iterator begins with `iterator is`. */
static inline void *iter_make(uint32_t bytes, next_function next) {
    iterator *it = alloc(bytes);
    memset(it, 0, bytes);
    it->tag = T_ITER;
    it->next = next;
    return it;
}

/* Whether two nans are one object in CPython cannot be told: compiled code keeps floats in words. */
static inline bool both_nan(any a, any b) {
    return is(a, T_FLOAT) && is(b, T_FLOAT) && float_value(a) != float_value(a) && float_value(b) != float_value(b);
}

/* `is`, then ==: how containers compare their items. */
static inline bool same(any a, any b) {
    if (a == b) return true;
    if (is_small(a) && is_small(b)) return false;
    if (both_nan(a, b)) return deopt();
    return equal(a, b);
}

/* ---- walking an iterable: items in place where there are some, else an iterator ---- */
typedef struct { const any *items; const uint8_t *text; any iterator; uint32_t at, len; } walk;
static inline bool walk_start(walk *w, any iterable, bool order_seen) {
    *w = (walk){0};
    switch (tag_of(iterable)) {
    case T_LIST: w->items = list_at(iterable)->items; w->len = list_at(iterable)->len; return true;
    case T_TUPLE: w->items = tuple_at(iterable)->items; w->len = tuple_at(iterable)->len; return true;
    case T_STR: w->text = str_at(iterable)->data; w->len = str_at(iterable)->len; return true;
    }
    w->iterator = order_seen ? iter_new(iterable) : iter_unordered(iterable);
    return w->iterator != 0;
}
/* 0 at the end, or failed. */
static inline any walk_next(walk *w) {
    if (w->iterator) return iter_next(w->iterator);
    if (w->at == w->len) return 0;
    uint32_t i = w->at++;
    return w->items ? w->items[i] : value(&rt_chars[w->text[i]]);
}

/* As iter_new; also of a set of ints, or of strings, in our order: for sums, minima, and what else shows no order of those. */
any iter_uniform(any iterable);

static inline bool walk_uniform(walk *w, any iterable) {
    if (!is_set(iterable)) return walk_start(w, iterable, true);
    *w = (walk){.iterator = iter_uniform(iterable)};
    return w->iterator != 0;
}

/* An argument that CPython takes as Py_ssize_t. Its range there has 32 bits: an int beyond is deopt; no int, TypeError. */
static inline bool size_argument(any v, int64_t *out) {
    if (tag_of(v) != T_INT && tag_of(v) != T_BOOL) { raise(TypeError_); return false; }
    if (!to_index(v, out)) return false;
    if (*out != (int32_t)*out) { deopt(); return false; }
    return true;
}
