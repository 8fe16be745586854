/* Builtin functions that make one value of many: sum, min, max, any, all. */
#include "iter.h"
#include <math.h>

/* ---- sum ----
 * CPython (3.12 and later) adds ints exactly, then, from the first float on, floats and ints by Neumaier's compensated summation;
 * whatever else comes is left to +, and stays there. */

typedef struct { double high, low; } compensated;

static compensated plus(compensated s, double x) {
    double t = s.high + x;
    s.low += fabs(s.high) >= fabs(x) ? (s.high - t) + x : (x - t) + s.high;
    s.high = t;
    return s;
}

/* The compensation must neither lose a zero's sign nor make nan of an infinity. */
static double compensated_value(compensated s) { return s.low != 0 && isfinite(s.low) ? s.high + s.low : s.high; }

/* Adds by + all that is left. After the first +, a list is ours alone and grows in place, for sum(lists, []) is used to flatten. */
static any sum_rest(any total, walk *w, bool ours) {
    for (any v; (v = walk_next(w)); ours = true) {
        if (ours && is(total, T_LIST) && is(v, T_LIST)) {
            list_object *to = list_at(total), *from = list_at(v);
            list_reserve(to, from->len);
            memcpy(to->items + to->len, from->items, from->len * sizeof(any));
            to->len += from->len;
        } else if (!(total = add(total, v))) return 0;
    }
    return FAILED ? 0 : total;
}

static any sum_floats(double start, walk *w) {
    compensated s = {start, 0};
    for (any v; (v = walk_next(w));) {
        if (is(v, T_FLOAT)) s = plus(s, float_value(v));
        else if (is(v, T_BOOL)) s = plus(s, bool_value(v));
        else if (is_int(v)) {
            bool overflow = false;
            double d = int_to_double(v, &overflow);
            if (overflow) return raise(OverflowError_);
            s = plus(s, d);
        } else {
            any total = add(new_float(compensated_value(s)), v);
            return total ? sum_rest(total, w, true) : 0;
        }
    }
    return FAILED ? 0 : new_float(compensated_value(s));
}

static bool wide(any v) { return !is_small(v) || small_value(v) != (int32_t)small_value(v); }

/* Where floats follow ints that leave a C long, CPython gives up compensation; how wide that is, depends on the platform: deopt. */
static any sum_ints(any total, walk *w) {
    bool left_long = wide(total);
    for (any v; (v = walk_next(w));) {
        if (is(v, T_BOOL)) v = small(bool_value(v));
        if (is_int(v)) {
            any small_total;
            if (is_small(total) && is_small(v) && !__builtin_add_overflow(total, v - 1, &small_total)) total = small_total;
            else total = int_add(total, v);
            left_long = left_long || wide(v) || wide(total);
        } else if (is(v, T_FLOAT)) return left_long ? deopt() : sum_floats((double)small_value(total) + float_value(v), w);
        else {
            total = add(total, v);
            return total ? sum_rest(total, w, true) : 0;
        }
    }
    return FAILED ? 0 : total;
}

PY("sum(iterable, /, start=) -> any") any builtin_sum(any iterable, any start) {
    walk w;
    if (!walk_uniform(&w, iterable)) return 0;
    if (!start) return sum_ints(small(0), &w);
    switch (tag_of(start)) {
    case T_STR: case T_BYTES: return raise(TypeError_);
    case T_INT: return sum_ints(start, &w);
    case T_FLOAT: return sum_floats(float_value(start), &w);
    default: return sum_rest(start, &w, false);
    }
}

/* ---- min and max ---- */

static bool precedes(any a, any b) { return is_small(a) && is_small(b) ? a < b : less(a, b); }

/* min(*args) or max(*args): the first of those that no other precedes, or follows. */
static any extreme(any args, any fallback, bool largest) {
    tuple_object *given = tuple_at(args);
    if (given->len == 0 || (given->len > 1 && fallback)) return raise(TypeError_);
    walk w;
    if (!walk_uniform(&w, given->len == 1 ? given->items[0] : args)) return 0;
    any best = walk_next(&w);
    if (FAILED) return 0;
    if (!best) return fallback ? fallback : raise(ValueError_);
    for (any v; (v = walk_next(&w));) {
        if (largest ? precedes(best, v) : precedes(v, best)) best = v;
        if (FAILED) return 0;
    }
    return FAILED ? 0 : best;
}

PY("min(*args, default=) -> any") any builtin_min(any args, any fallback) { return extreme(args, fallback, false); }
PY("max(*args, default=) -> any") any builtin_max(any args, any fallback) { return extreme(args, fallback, true); }

/* ---- any and all: no order shows in them ---- */

static any quantifier(any iterable, bool wanted) {
    any it = iter_unordered(iterable);
    if (!it) return 0;
    for (any v; (v = iter_next(it));) {
        bool found = truth(v) == wanted;
        if (FAILED) return 0;
        if (found) return from_bool(wanted);
    }
    return FAILED ? 0 : from_bool(!wanted);
}

PY("any(iterable, /) -> bool") any builtin_any(any iterable) { return quantifier(iterable, true); }
PY("all(iterable, /) -> bool") any builtin_all(any iterable) { return quantifier(iterable, false); }
