/* The lazy iterators of the module itertools: chain, islice, repeat, count, cycle, accumulate, compress, pairwise, batched, zip_longest. */
#include "iter.h"

/* ---- chain ---- */

typedef struct { iterator is; any sources, source; } chain_iterator;

static any chain_next(void *self) {
    chain_iterator *it = self;
    while (it->sources) {
        if (!it->source) {
            any iterable = iter_next(it->sources);
            it->source = iterable ? iter_new(iterable) : 0;
            if (!it->source) break;
        }
        any v = iter_next(it->source);
        if (v || FAILED) return v;
        it->source = 0;
    }
    it->sources = 0;
    return 0;
}

PY("itertools.chain.from_iterable(iterable, /) -> iter") any itertools_chain_from(any iterable) {
    any sources = iter_new(iterable);
    if (!sources) return 0;
    chain_iterator *it = iter_make(sizeof *it, chain_next);
    it->sources = sources;
    return value(it);
}

PY("itertools.chain(*iterables) -> iter") any itertools_chain(any iterables) { return itertools_chain_from(iterables); }

/* ---- islice ---- */

/* `taken` values were read from the source; the next to give is the one at `wanted`. stop -1: none. */
typedef struct { iterator is; any source; int64_t taken, wanted, stop, step; } islice_iterator;

static any islice_next(void *self) {
    islice_iterator *it = self;
    any v = 0;
    if (!it->source) return 0;
    for (; it->taken < it->wanted; it->taken++)
        if (!iter_next(it->source)) goto ended;
    if (it->stop >= 0 && it->taken >= it->stop) goto ended;
    if (!(v = iter_next(it->source))) goto ended;
    it->taken++;
    it->wanted += it->step;
    if (it->stop >= 0 && it->wanted > it->stop) it->wanted = it->stop;
    return v;
ended:
    it->source = 0;
    return 0;
}

/* None, or an int from `least` on, else ValueError. */
static bool islice_argument(any v, int64_t least, int64_t *out) {
    if (v == 0 || v == NONE) return true;
    if (!is_int(v) && !is(v, T_BOOL)) { raise(ValueError_); return false; }
    if (!to_index(v, out)) return false;
    if (*out < least) raise(ValueError_);
    else if (*out > INT32_MAX) deopt();
    return !FAILED;
}

PY("itertools.islice(iterable, start, stop=, step=, /) -> iter") any itertools_islice(any iterable, any start, any stop, any step) {
    int64_t from = 0, to = -1, by = 1;
    if (!stop) { stop = start; start = 0; }
    if (!islice_argument(stop, 0, &to) || !islice_argument(start, 0, &from) || !islice_argument(step, 1, &by)) return 0;
    any source = iter_new(iterable);
    if (!source) return 0;
    islice_iterator *it = iter_make(sizeof *it, islice_next);
    *it = (islice_iterator){it->is, source, 0, from, to, by};
    return value(it);
}

/* ---- repeat, count, cycle ---- */

typedef struct { iterator is; any v; int64_t left; /* -1: for ever */ } repeat_iterator;

static any repeat_next(void *self) {
    repeat_iterator *it = self;
    if (it->left == 0) return 0;
    if (it->left > 0) it->left--;
    return it->v;
}

PY("itertools.repeat(object, times=) -> iter") any itertools_repeat(any v, any times) {
    int64_t left = -1;
    if (times) {
        if (!size_argument(times, &left)) return 0;
        if (left < 0) left = 0;
    }
    repeat_iterator *it = iter_make(sizeof *it, repeat_next);
    it->v = v;
    it->left = left;
    return value(it);
}

typedef struct { iterator is; any at, step; } count_iterator;

static any count_next(void *self) {
    count_iterator *it = self;
    any v = it->at;
    it->at = add(v, it->step);
    return it->at ? v : 0;
}

static bool number(any v) { return is_int(v) || is(v, T_BOOL) || is(v, T_FLOAT); }

PY("itertools.count(start=, step=) -> iter") any itertools_count(any start, any step) {
    if (!start) start = small(0);
    if (!step) step = small(1);
    if (!number(start) || !number(step)) return raise(TypeError_);
    if (step == TRUE) step = small(1);
    if (is(start, T_BOOL) && step == small(1)) start = small(bool_value(start)); /* CPython counts by ones in C */
    count_iterator *it = iter_make(sizeof *it, count_next);
    it->at = start;
    it->step = step;
    return value(it);
}

/* `saved` holds what the source has given. */
typedef struct { iterator is; any source, saved; uint32_t at; } cycle_iterator;

static any cycle_next(void *self) {
    cycle_iterator *it = self;
    if (it->source) {
        any v = iter_next(it->source);
        if (v) list_append(it->saved, v);
        if (v || FAILED) return v;
        it->source = 0;
    }
    list_object *saved = list_at(it->saved);
    if (saved->len == 0) return 0;
    any v = saved->items[it->at++];
    if (it->at == saved->len) it->at = 0;
    return v;
}

PY("itertools.cycle(iterable, /) -> iter") any itertools_cycle(any iterable) {
    any source = iter_new(iterable);
    if (!source) return 0;
    cycle_iterator *it = iter_make(sizeof *it, cycle_next);
    it->source = source;
    it->saved = new_list(0, 8);
    return value(it);
}

/* ---- accumulate ---- */

typedef struct { iterator is; any source, total, initial; } accumulate_iterator;

static any accumulate_next(void *self) {
    accumulate_iterator *it = self;
    if (it->initial) {
        it->total = it->initial;
        it->initial = 0;
        return it->total;
    }
    any v = iter_next(it->source);
    if (v && it->total) v = add(it->total, v);
    if (v) it->total = v;
    return v;
}

/* A func other than None is the compiler's to call. */
PY("itertools.accumulate(iterable, func=, *, initial=) -> iter") any itertools_accumulate(any iterable, any func, any initial) {
    if (func && func != NONE) return deopt();
    any source = iter_new(iterable);
    if (!source) return 0;
    accumulate_iterator *it = iter_make(sizeof *it, accumulate_next);
    it->source = source;
    it->initial = initial == NONE ? 0 : initial;
    return value(it);
}

/* ---- compress, pairwise, batched ---- */

typedef struct { iterator is; any data, selectors; } compress_iterator;

static any compress_next(void *self) {
    compress_iterator *it = self;
    for (any v, selector; (v = iter_next(it->data)) && (selector = iter_next(it->selectors));) {
        bool taken = truth(selector);
        if (FAILED) return 0;
        if (taken) return v;
    }
    return 0;
}

PY("itertools.compress(data, selectors) -> iter") any itertools_compress(any data, any selectors) {
    any values = iter_new(data), chosen = values ? iter_new(selectors) : 0;
    if (!chosen) return 0;
    compress_iterator *it = iter_make(sizeof *it, compress_next);
    it->data = values;
    it->selectors = chosen;
    return value(it);
}

typedef struct { iterator is; any source, last; } pairwise_iterator;

static any pairwise_next(void *self) {
    pairwise_iterator *it = self;
    if (!it->source) return 0;
    if (!it->last) it->last = iter_next(it->source);
    any v = it->last ? iter_next(it->source) : 0;
    if (!v) {
        it->source = it->last = 0;
        return 0;
    }
    any pair = new_tuple(2);
    tuple_at(pair)->items[0] = it->last;
    tuple_at(pair)->items[1] = it->last = v;
    return pair;
}

PY("itertools.pairwise(iterable, /) -> iter") any itertools_pairwise(any iterable) {
    any source = iter_new(iterable);
    if (!source) return 0;
    pairwise_iterator *it = iter_make(sizeof *it, pairwise_next);
    it->source = source;
    return value(it);
}

typedef struct { iterator is; any source; int64_t size; bool strict; } batched_iterator;

static any batched_next(void *self) {
    batched_iterator *it = self;
    if (!it->source) return 0;
    any batch = new_list(0, it->size < 16 ? (uint32_t)it->size : 16), v;
    list_object *list = list_at(batch);
    while (list->len < it->size && (v = iter_next(it->source))) list_append(batch, v);
    if (FAILED || list->len == 0) { /* CPython forgets the source in both cases */
        it->source = 0;
        return 0;
    }
    if (list->len < it->size && it->strict) {
        it->source = 0;
        return raise(ValueError_);
    }
    return tuple_from(batch);
}

PY("itertools.batched(iterable, n, *, strict=) -> iter") any itertools_batched(any iterable, any n, any strict) {
    int64_t size;
    if (!size_argument(n, &size)) return 0;
    if (size < 1) return raise(ValueError_);
    any source = iter_new(iterable);
    if (!source) return 0;
    batched_iterator *it = iter_make(sizeof *it, batched_next);
    it->source = source;
    it->size = size;
    it->strict = strict && truth(strict);
    return value(it);
}

/* ---- zip_longest ---- */

/* A source that has ended is 0; `left` counts the others. */
typedef struct { iterator is; any fill; uint32_t len, left; any sources[]; } longest_iterator;

static any longest_next(void *self) {
    longest_iterator *it = self;
    if (it->left == 0) return 0;
    any row = new_tuple(it->len);
    for (uint32_t i = 0; i < it->len; i++) {
        any v = it->sources[i] ? iter_next(it->sources[i]) : it->fill;
        if (!v) {
            if (FAILED || --it->left == 0) {
                it->left = 0;
                return 0;
            }
            it->sources[i] = 0;
            v = it->fill;
        }
        tuple_at(row)->items[i] = v;
    }
    return row;
}

PY("itertools.zip_longest(*iterables, fillvalue=) -> iter") any itertools_zip_longest(any iterables, any fill) {
    tuple_object *args = tuple_at(iterables);
    longest_iterator *it = iter_make(sizeof *it + args->len * sizeof(any), longest_next);
    it->fill = fill ? fill : NONE;
    it->len = it->left = args->len;
    for (uint32_t i = 0; i < args->len; i++)
        if (!(it->sources[i] = iter_new(args->items[i]))) return 0;
    return value(it);
}
