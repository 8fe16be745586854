/* product, permutations, combinations and combinations_with_replacement of itertools, in CPython's (lexicographic) order. */
#include "iter.h"

#define POOLS_MAX (1 << 20) /* indices of one iterator; more are deopt */

/* ---- product ----
 * `indices` are the places of the row given last, in each of the pools; NULL before the first. */

typedef struct { iterator is; uint32_t len; bool ended; uint32_t *indices; tuple_object **pools; } product_iterator;

static any product_next(void *self) {
    product_iterator *it = self;
    if (it->ended) return 0;
    if (!it->indices) {
        it->indices = alloc(it->len * 4);
        memset(it->indices, 0, it->len * 4);
        for (uint32_t i = 0; i < it->len; i++) it->ended |= it->pools[i]->len == 0;
    } else {
        uint32_t i = it->len;
        while (i > 0 && ++it->indices[i - 1] == it->pools[i - 1]->len) it->indices[--i] = 0;
        it->ended = i == 0;
    }
    if (it->ended) return 0;
    any row = new_tuple(it->len);
    for (uint32_t i = 0; i < it->len; i++) tuple_at(row)->items[i] = it->pools[i]->items[it->indices[i]];
    return row;
}

PY("itertools.product(*iterables, repeat=) -> iter") any itertools_product(any iterables, any repeat) {
    int64_t times = 1;
    if (repeat && !size_argument(repeat, &times)) return 0;
    if (times < 0) return raise(ValueError_);
    uint32_t given = times ? tuple_at(iterables)->len : 0; /* repeat=0: CPython does not look at them */
    if (given * times > POOLS_MAX) return deopt();
    product_iterator *it = iter_make(sizeof *it, product_next);
    it->len = given * (uint32_t)times;
    it->pools = alloc(it->len * sizeof *it->pools);
    for (uint32_t i = 0; i < it->len; i++) {
        any pool = i < given ? tuple_from(tuple_at(iterables)->items[i]) : value(it->pools[i - given]);
        if (!pool) return 0;
        it->pools[i] = tuple_at(pool);
    }
    return value(it);
}

/* ---- choices of r from one pool ---- */

typedef struct { iterator is; uint32_t n, r; bool started, ended; tuple_object *pool; uint32_t *indices, *cycles; } choice_iterator;

static any choice(choice_iterator *it) {
    any row = new_tuple(it->r);
    for (uint32_t i = 0; i < it->r; i++) tuple_at(row)->items[i] = it->pool->items[it->indices[i]];
    return row;
}

static any combinations_next(void *self) {
    choice_iterator *it = self;
    if (it->ended) return 0;
    if (it->started) {
        uint32_t i = it->r;
        while (i > 0 && it->indices[i - 1] == it->n - it->r + i - 1) i--;
        if (i == 0) { it->ended = true; return 0; }
        uint32_t next = ++it->indices[i - 1];
        for (; i < it->r; i++) it->indices[i] = ++next;
    }
    it->started = true;
    return choice(it);
}

static any replacement_next(void *self) {
    choice_iterator *it = self;
    if (it->ended) return 0;
    if (it->started) {
        uint32_t i = it->r;
        while (i > 0 && it->indices[i - 1] == it->n - 1) i--;
        if (i == 0) { it->ended = true; return 0; }
        uint32_t next = it->indices[i - 1] + 1;
        for (i--; i < it->r; i++) it->indices[i] = next;
    }
    it->started = true;
    return choice(it);
}

/* `cycles[i]` counts down how many values place i still takes before its turn is over. */
static any permutations_next(void *self) {
    choice_iterator *it = self;
    if (it->ended) return 0;
    if (it->started) {
        uint32_t i = it->r;
        for (; i > 0; i--) {
            uint32_t *at = it->indices + i - 1, *last = it->indices + it->n - 1, index = *at;
            if (--it->cycles[i - 1] > 0) {
                uint32_t *other = it->indices + it->n - it->cycles[i - 1];
                *at = *other;
                *other = index;
                break;
            }
            memmove(at, at + 1, (uint32_t)(last - at) * 4);
            *last = index;
            it->cycles[i - 1] = it->n - i + 1;
        }
        if (i == 0) { it->ended = true; return 0; }
    }
    it->started = true;
    return choice(it);
}

/* r: how many are taken; 0: all. */
static any choices(any iterable, any r, next_function next) {
    int64_t taken = 0;
    if (r && !size_argument(r, &taken)) return 0;
    any pool = tuple_from(iterable);
    if (!pool) return 0;
    if (taken < 0) return raise(ValueError_);
    uint32_t n = tuple_at(pool)->len;
    if (!r) taken = n;
    if (taken > POOLS_MAX) return deopt();
    choice_iterator *it = iter_make(sizeof *it, next);
    it->pool = tuple_at(pool);
    it->n = n;
    it->r = (uint32_t)taken;
    it->ended = next == replacement_next ? n == 0 && taken > 0 : taken > n;
    if (it->ended) return value(it);
    uint32_t places = it->r > n ? it->r : n;
    it->indices = alloc_array(places, 4);
    for (uint32_t i = 0; i < places; i++) it->indices[i] = next == replacement_next ? 0 : i;
    if (next == permutations_next) {
        it->cycles = alloc(it->r * 4);
        for (uint32_t i = 0; i < it->r; i++) it->cycles[i] = n - i;
    }
    return value(it);
}

PY("itertools.permutations(iterable, r=) -> iter") any itertools_permutations(any iterable, any r) {
    return choices(iterable, r == NONE ? 0 : r, permutations_next);
}
PY("itertools.combinations(iterable, r) -> iter") any itertools_combinations(any iterable, any r) { return choices(iterable, r, combinations_next); }
PY("itertools.combinations_with_replacement(iterable, r) -> iter") any itertools_replacement(any iterable, any r) {
    return choices(iterable, r, replacement_next);
}
