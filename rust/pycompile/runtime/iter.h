/* What an iterator is made of: a tag, the function that gives its next value, and whatever that needs behind them. */
#pragma once
#include "containers.h"

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
