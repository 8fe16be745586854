/* Builtin functions about iterators: iter, next, enumerate, zip, range; and print, whose text goes nowhere. */
#include "iter.h"

PY("iter(object, /) -> iter") any builtin_iter(any v) { return iter_new(v); }

PY("next(iterator, default=, /) -> any") any builtin_next(any iterator, any fallback) {
    if (!is(iterator, T_ITER)) return raise(TypeError_);
    any v = iter_next(iterator);
    if (v || FAILED) return v;
    return fallback ? fallback : raise(StopIteration_);
}

/* ---- enumerate ---- */

typedef struct { iterator is; any source, count; } enumerate_iterator;

static any enumerate_next(void *self) {
    enumerate_iterator *it = self;
    any v = iter_next(it->source);
    if (!v) return 0;
    any pair = new_tuple(2);
    tuple_at(pair)->items[0] = it->count;
    tuple_at(pair)->items[1] = v;
    it->count = int_add(it->count, small(1));
    return pair;
}

PY("enumerate(iterable, start=) -> iter") any builtin_enumerate(any iterable, any start) {
    if (is(start, T_BOOL)) start = small(bool_value(start));
    if (start && !is_int(start)) return raise(TypeError_);
    any source = iter_new(iterable);
    if (!source) return 0;
    enumerate_iterator *it = iter_make(sizeof *it, enumerate_next);
    it->source = source;
    it->count = start ? start : small(0);
    return value(it);
}

/* ---- zip ---- */

typedef struct { iterator is; uint32_t len; bool strict; any sources[]; } zip_iterator;

/* What strict means once source `ended` has no more: all must end together. */
static any zip_end(zip_iterator *it, uint32_t ended) {
    if (FAILED || !it->strict) return 0;
    if (ended > 0) return raise(ValueError_);
    for (uint32_t i = 1; i < it->len; i++) {
        if (iter_next(it->sources[i])) return raise(ValueError_);
        if (FAILED) return 0;
    }
    return 0;
}

static any zip_next(void *self) {
    zip_iterator *it = self;
    if (it->len == 0) return 0;
    any v = new_tuple(it->len);
    for (uint32_t i = 0; i < it->len; i++)
        if (!(tuple_at(v)->items[i] = iter_next(it->sources[i]))) return zip_end(it, i);
    return v;
}

PY("zip(*iterables, strict=) -> iter") any builtin_zip(any iterables, any strict) {
    tuple_object *args = tuple_at(iterables);
    zip_iterator *it = iter_make(sizeof *it + args->len * sizeof(any), zip_next);
    it->len = args->len;
    it->strict = strict && truth(strict);
    for (uint32_t i = 0; i < args->len; i++)
        if (!(it->sources[i] = iter_new(args->items[i]))) return 0;
    return value(it);
}

/* ---- range ---- */

/* An int or bool within int64; a larger one is deopt. */
static bool range_argument(any v, int64_t *out) {
    if (!is_int(v) && !is(v, T_BOOL)) raise(TypeError_);
    else if (is(v, T_BOOL)) { *out = bool_value(v); return true; }
    else if (int_to_int64(v, out)) return true;
    else deopt();
    return false;
}

PY("range(start, stop=, step=, /) -> range") any builtin_range(any start, any stop, any step) {
    int64_t from = 0, to, by = 1;
    if (!stop) return range_argument(start, &to) ? new_range(0, to, 1) : 0;
    if (!range_argument(start, &from) || !range_argument(stop, &to) || (step && !range_argument(step, &by))) return 0;
    return new_range(from, to, by);
}

/* The place of v in a range; -1: not there. Only numbers equal an int. */
static int64_t range_find(range_object *r, any v) {
    int64_t n;
    if (is(v, T_BOOL)) n = bool_value(v);
    else if (is_int(v)) { if (!int_to_int64(v, &n)) return -1; }
    else if (is(v, T_FLOAT) && float_value(v) >= -0x1p63 && float_value(v) < 0x1p63 && float_value(v) == (double)(int64_t)float_value(v))
        n = (int64_t)float_value(v);
    else return -1;
    if (r->len == 0 || (r->step > 0 ? n < r->start : n > r->start)) return -1;
    uint64_t gap = r->step > 0 ? (uint64_t)n - (uint64_t)r->start : (uint64_t)r->start - (uint64_t)n;
    uint64_t step = r->step > 0 ? (uint64_t)r->step : -(uint64_t)r->step;
    return gap % step == 0 && gap / step < (uint64_t)r->len ? (int64_t)(gap / step) : -1;
}

PY("range.index(self, v, /) -> int") any range_index(any self, any v) {
    int64_t i = range_find(range_at(self), v);
    return i < 0 ? raise(ValueError_) : new_int64(i);
}

PY("range.count(self, v, /) -> index") any range_count(any self, any v) { return small(range_find(range_at(self), v) >= 0); }

/* ---- print ---- */

/* Fails where printing v would: an int of too many digits has no text. */
static bool shows(any v) {
    switch (tag_of(v)) {
    case T_INT: return is_small(v) || to_str(v);
    case T_LIST: case T_TUPLE: case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: case T_SET: case T_FROZENSET:
    case T_DICT_KEYS: case T_DICT_VALUES: case T_DICT_ITEMS: case T_DEQUE: break;
    default: return true;
    }
    if (!enter()) return false;
    any it = iter_unordered(v);
    for (any item; !FAILED && (item = iter_next(it));)
        if (shows(item) && is_dict(v)) shows(dict_find(v, item));
    leave();
    return !FAILED;
}

PY("print(*args) -> None") any builtin_print(any args) { return shows(args) ? NONE : 0; }
