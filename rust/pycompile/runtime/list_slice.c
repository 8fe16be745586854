/* Slices: the arithmetic of bounds, and assignment to and deletion of a list's slice. */
#include "containers.h"

bool to_index(any v, int64_t *out) {
    v = as_int(v);
    if (!is_int(v)) return raise(TypeError_);
    if (!int_to_int64(v, out)) *out = int_compare(v, small(0)) < 0 ? INT64_MIN : INT64_MAX;
    return true;
}

bool place_of(any index, int64_t len, int64_t *out) {
    if (!to_index(index, out)) return false;
    if (*out < 0) *out += len;
    return (*out >= 0 && *out < len) || raise(IndexError_);
}

bool search_bounds(any start, any stop, int64_t len, int64_t *from, int64_t *to) {
    *from = 0;
    *to = len;
    if ((start && !to_index(start, from)) || (stop && !to_index(stop, to))) return false;
    if (*from < 0 && (*from += len) < 0) *from = 0;
    if (*to < 0) *to += len;
    if (*to > len) *to = len;
    return true;
}

static bool bound(any v, int64_t len, int64_t low, int64_t high, int64_t otherwise, int64_t *out) {
    if (absent(v)) {
        *out = otherwise;
        return true;
    }
    if (!to_index(v, out)) return false;
    if (*out < 0) *out += len;
    if (*out < low) *out = low;
    if (*out > high) *out = high;
    return true;
}

bool slice_bounds(any start, any stop, any step, int64_t len, int64_t *from, int64_t *to, int64_t *by) {
    *by = 1;
    if (!absent(step) && !to_index(step, by)) return false;
    if (*by == 0) return raise(ValueError_);
    if (*by == INT64_MIN) *by = -INT64_MAX;
    return *by > 0 ? bound(start, len, 0, len, 0, from) && bound(stop, len, 0, len, len, to)
                   : bound(start, len, -1, len - 1, len - 1, from) && bound(stop, len, -1, len - 1, -1, to);
}

bool slice_indices(any start, any stop, any step, int64_t len, int64_t *from, int64_t *by, int64_t *count) {
    int64_t to;
    if (!slice_bounds(start, stop, step, len, from, &to, by)) return false;
    if (*by > 0) *count = *from < to ? (to - *from - 1) / *by + 1 : 0;
    else *count = *from > to ? (*from - to - 1) / -*by + 1 : 0;
    return true;
}

/* Replaces `count` items from `from` on. */
static void splice(list_object *l, int64_t from, int64_t count, const any *items, uint32_t len) {
    if (len > count) list_reserve(l, (uint32_t)(len - count));
    memmove(l->items + from + len, l->items + from + count, (size_t)(l->len - from - count) * 8);
    memcpy(l->items + from, items, (size_t)len * 8);
    l->len += (uint32_t)(len - count);
}

void list_set_slice(any list, any start, any stop, any step, any v) {
    list_object *l = list_at(list);
    int64_t from, by, count;
    uint32_t len = l->len;
    if (!slice_indices(start, stop, step, len, &from, &by, &count)) return;
    any items = is(v, T_LIST) && v != list ? v : list_from(v);
    if (!items || !writable(list)) return;
    list_object *r = list_at(items);
    if (l->len != len) { /* the iterable changed the list */
        deopt();
    } else if (by == 1) {
        splice(l, from, count, r->items, r->len);
    } else if (r->len != count) {
        raise(ValueError_);
    } else {
        for (int64_t i = 0; i < count; i++, from += by) l->items[from] = r->items[i];
    }
}

void list_del_slice(any list, any start, any stop, any step) {
    list_object *l = list_at(list);
    int64_t from, by, count;
    if (!slice_indices(start, stop, step, l->len, &from, &by, &count) || !writable(list)) return;
    if (count == 0) return;
    if (by < 0) { /* the same items from the left */
        from += by * (count - 1);
        by = -by;
    }
    if (by == 1) {
        splice(l, from, count, 0, 0);
        return;
    }
    int64_t to = from, next = from;
    for (int64_t i = from; i < l->len; i++) {
        if (i == next && count) {
            count--;
            next += count ? by : 0;
        } else {
            l->items[to++] = l->items[i];
        }
    }
    l->len = (uint32_t)to;
}
