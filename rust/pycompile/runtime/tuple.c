/* Tuples. They never change, so one may stand for its copy. */
#include "containers.h"

tuple_object rt_unit = {T_TUPLE, 0, {}};

any RAW(new_tuple)(uint32_t len) {
    if (len == 0) return value(&rt_unit);
    tuple_object *t = alloc_array((uint64_t)len + 1, 8);
    t->tag = T_TUPLE;
    t->len = len;
    return value(t);
}

static any tuple_of(const any *items, uint32_t len) {
    any t = new_tuple(len);
    memcpy(tuple_at(t)->items, items, (size_t)len * 8);
    return t;
}

any tuple_from(any iterable) {
    if (is(iterable, T_TUPLE)) return iterable;
    any list = is(iterable, T_LIST) ? iterable : list_from(iterable);
    return list ? tuple_of(list_at(list)->items, list_at(list)->len) : 0;
}

PY("tuple(iterable=) -> tuple") any py_tuple(any iterable) { return iterable ? tuple_from(iterable) : value(&rt_unit); }

any tuple_concat(any a, any b) {
    tuple_object *x = tuple_at(a), *y = tuple_at(b);
    if (x->len == 0) return b;
    if (y->len == 0) return a;
    any r = new_tuple(x->len + y->len);
    memcpy(tuple_at(r)->items, x->items, (size_t)x->len * 8);
    memcpy(tuple_at(r)->items + x->len, y->items, (size_t)y->len * 8);
    return r;
}

any tuple_repeat(any t, int64_t times) {
    tuple_object *x = tuple_at(t);
    if (times <= 0 || x->len == 0) return value(&rt_unit);
    if (times == 1) return t;
    if (times > MAX_ITEMS / x->len) return deopt();
    any r = new_tuple(x->len * (uint32_t)times);
    for (uint32_t i = 0; i < tuple_at(r)->len; i += x->len) memcpy(tuple_at(r)->items + i, x->items, (size_t)x->len * 8);
    return r;
}

any tuple_slice(any t, any start, any stop, any step) {
    tuple_object *x = tuple_at(t);
    int64_t from, by, count;
    if (!slice_indices(start, stop, step, x->len, &from, &by, &count)) return 0;
    if (by == 1) return count == x->len ? t : tuple_of(x->items + from, (uint32_t)count);
    any r = new_tuple((uint32_t)count);
    for (int64_t i = 0; i < count; i++, from += by) tuple_at(r)->items[i] = x->items[from];
    return r;
}

PY("tuple.index(self, v, start=, stop=) -> index") any tuple_index(any t, any v, any start, any stop) {
    int64_t from, to;
    if (!search_bounds(start, stop, tuple_at(t)->len, &from, &to)) return 0;
    return found_at(find_item(tuple_at(t)->items, from, to, v));
}

PY("tuple.count(self, v) -> index") any tuple_count(any t, any v) {
    tuple_object *x = tuple_at(t);
    int64_t n = 0;
    for (uint32_t i = 0; i < x->len; i++) n += same(x->items[i], v);
    return FAILED ? 0 : small(n);
}
