/* The module bisect. */
#include "iter.h"

/* Where x goes in the sorted a[lo:hi]: before what equals it (left) or behind. -1: failed. */
static int64_t place_for(any a, any x, any lo, any hi, bool left) {
    int64_t low = 0, high = -1;
    if ((lo && !size_argument(lo, &low)) || (hi && hi != NONE && !size_argument(hi, &high))) return -1;
    if (low < 0) { raise(ValueError_); return -1; }
    switch (tag_of(a)) {
    case T_STR: case T_BYTES: case T_LIST: case T_TUPLE: case T_RANGE: case T_DEQUE: break;
    default: raise(TypeError_); return -1;
    }
    if (high == -1) high = length(a);
    while (low < high) {
        int64_t middle = (low + high) / 2;
        any v;
        if (!is(a, T_LIST)) v = get_item(a, small(middle));
        else v = middle < list_at(a)->len ? list_at(a)->items[middle] : raise(IndexError_);
        if (FAILED) return -1;
        bool right = left ? less(v, x) : !less(x, v);
        if (FAILED) return -1;
        if (right) low = middle + 1;
        else high = middle;
    }
    return low;
}

static any bisect(any a, any x, any lo, any hi, bool left) {
    int64_t place = place_for(a, x, lo, hi, left);
    return FAILED ? 0 : small(place);
}

static any insort(any a, any x, any lo, any hi, bool left) {
    int64_t place = place_for(a, x, lo, hi, left);
    if (FAILED) return 0;
    if (is(a, T_DEQUE)) return deopt();
    if (!is(a, T_LIST)) return raise(AttributeError_);
    if (!writable(a)) return 0;
    list_object *list = list_at(a);
    if (place > list->len) place = list->len;
    list_reserve(list, 1);
    memmove(list->items + place + 1, list->items + place, (list->len - (uint32_t)place) * sizeof(any));
    list->items[place] = x;
    list->len++;
    return NONE;
}

PY("bisect.bisect_left(a, x, lo=, hi=) -> index") any bisect_left(any a, any x, any lo, any hi) { return bisect(a, x, lo, hi, true); }
PY("bisect.bisect_right(a, x, lo=, hi=) -> index") any bisect_right(any a, any x, any lo, any hi) { return bisect(a, x, lo, hi, false); }
PY("bisect.bisect(a, x, lo=, hi=) -> index") any bisect_bisect(any a, any x, any lo, any hi) { return bisect(a, x, lo, hi, false); }
PY("bisect.insort_left(a, x, lo=, hi=) -> None") any bisect_insort_left(any a, any x, any lo, any hi) { return insort(a, x, lo, hi, true); }
PY("bisect.insort_right(a, x, lo=, hi=) -> None") any bisect_insort_right(any a, any x, any lo, any hi) { return insort(a, x, lo, hi, false); }
PY("bisect.insort(a, x, lo=, hi=) -> None") any bisect_insort(any a, any x, any lo, any hi) { return insort(a, x, lo, hi, false); }
