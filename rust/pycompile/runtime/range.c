/* Ranges: making them, slices, equality. Their methods are in builtins.c. */
#include "containers.h"

any new_range(int64_t start, int64_t stop, int64_t step) {
    if (step == 0) return raise(ValueError_);
    uint64_t gap = step > 0 ? (uint64_t)stop - (uint64_t)start : (uint64_t)start - (uint64_t)stop;
    uint64_t by = step > 0 ? (uint64_t)step : -(uint64_t)step;
    uint64_t len = (step > 0 ? start < stop : start > stop) ? (gap - 1) / by + 1 : 0;
    if (len > INT64_MAX) return deopt();
    range_object *r = alloc(sizeof(range_object));
    *r = (range_object){T_RANGE, 0, start, stop, step, (int64_t)len};
    return value(r);
}

any range_slice(any range, any start, any stop, any step) {
    range_object *r = range_at(range);
    int64_t from, to, by, first, last;
    if (step && is_int(step) && !is_small(step)) return deopt();
    if (!slice_bounds(start, stop, step, r->len, &from, &to, &by)) return 0;
    if (multiply_overflows(from, r->step, &first) || __builtin_add_overflow(first, r->start, &first) ||
        multiply_overflows(to, r->step, &last) || __builtin_add_overflow(last, r->start, &last) || multiply_overflows(by, r->step, &by))
        return deopt();
    return new_range(first, last, by);
}

bool range_equal(any a, any b) {
    range_object *x = range_at(a), *y = range_at(b);
    return x->len == y->len && (x->len == 0 || x->start == y->start) && (x->len <= 1 || x->step == y->step);
}
