/* collections.deque: a ring of items whose size is a power of 2. */
#include "containers.h"

static any new_deque(int64_t maxlen) {
    deque_object *d = alloc(sizeof(deque_object));
    *d = (deque_object){.tag = T_DEQUE, .maxlen = maxlen};
    return value(d);
}

static inline any *slot(deque_object *d, uint32_t i) { return &d->items[(d->head + i) & d->mask]; }

/* Room for one more. */
static void grow(deque_object *d) {
    if (d->items && d->len <= d->mask) return;
    uint32_t size = d->items ? (d->mask + 1) * 2 : 8;
    any *items = alloc_array(size, 8);
    for (uint32_t i = 0; i < d->len; i++) items[i] = *slot(d, i);
    d->items = items;
    d->mask = size - 1;
    d->head = 0;
}

static any pop_left(deque_object *d) {
    any v = *slot(d, 0);
    d->head = (d->head + 1) & d->mask;
    d->len--;
    d->changes++;
    return v;
}

static any pop_right(deque_object *d) {
    d->changes++;
    return *slot(d, --d->len);
}

/* A full deque loses an item at the other end. */
static void push_right(deque_object *d, any v) {
    grow(d);
    *slot(d, d->len++) = v;
    d->changes++;
    if (d->maxlen >= 0 && d->len > d->maxlen) pop_left(d);
}

static void push_left(deque_object *d, any v) {
    grow(d);
    d->head = (d->head - 1) & d->mask;
    *slot(d, 0) = v;
    d->len++;
    d->changes++;
    if (d->maxlen >= 0 && d->len > d->maxlen) pop_right(d);
}

static void extend(any deque, any iterable, void (*push)(deque_object *, any)) {
    walk w;
    if (iterable == deque) iterable = deque_list(deque);
    if (!walk_start(&w, iterable, true)) return;
    for (any v; (v = walk_next(&w));) push(deque_at(deque), v);
}

void deque_extend(any deque, any iterable) { extend(deque, iterable, push_right); }

any deque_list(any deque) {
    deque_object *d = deque_at(deque);
    any list = new_list(d->len, d->len);
    for (uint32_t i = 0; i < d->len; i++) list_at(list)->items[i] = *slot(d, i);
    return list;
}

/* An empty deque gets a string's characters at once. */
static void fill_with_characters(deque_object *d, str_object *s) {
    uint32_t size = 8;
    while (size < s->len) size *= 2;
    d->items = alloc_array(size, 8);
    d->mask = size - 1;
    for (uint32_t i = 0; i < s->len; i++) d->items[i] = value(&rt_chars[s->data[i]]);
    d->len = s->len;
    d->changes = s->len;
}

PY("collections.deque(iterable=, maxlen=) -> deque") any py_deque(any iterable, any maxlen) {
    int64_t most = -1;
    if (!absent(maxlen)) {
        if (!size_argument(maxlen, &most)) return 0;
        if (most < 0) return raise(ValueError_);
    }
    any deque = new_deque(most);
    if (iterable && is_str(iterable) && most < 0) fill_with_characters(deque_at(deque), str_at(iterable));
    else if (iterable) deque_extend(deque, iterable);
    return FAILED ? 0 : deque;
}

PY("deque.copy(self) -> deque") any deque_copy(any deque) {
    any copy = new_deque(deque_at(deque)->maxlen);
    deque_extend(copy, deque_list(deque));
    return copy;
}

any deque_concat(any a, any b) {
    any result = deque_copy(a);
    deque_extend(result, b);
    return FAILED ? 0 : result;
}

/* ---- by index ---- */

any deque_get(any deque, any index) {
    int64_t i;
    return place_of(index, deque_at(deque)->len, &i) ? *slot(deque_at(deque), (uint32_t)i) : 0;
}

void deque_set(any deque, any index, any v) {
    int64_t i;
    if (place_of(index, deque_at(deque)->len, &i) && writable(deque)) *slot(deque_at(deque), (uint32_t)i) = v;
}

static void remove_at(deque_object *d, uint32_t i) {
    for (; i + 1 < d->len; i++) *slot(d, i) = *slot(d, i + 1);
    d->len--;
    d->changes++;
}

void deque_delete(any deque, any index) {
    int64_t i;
    if (place_of(index, deque_at(deque)->len, &i) && writable(deque)) remove_at(deque_at(deque), (uint32_t)i);
}

/* The place of v among items `from` to `to` - 1; -1: not there, or failed. */
static int64_t find(deque_object *d, any v, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
        if (same(*slot(d, (uint32_t)i), v)) return i;
        if (FAILED) return -1;
    }
    return -1;
}

/* ---- methods ---- */

PY("deque.append(self, v) -> None") any deque_append(any deque, any v) {
    if (!writable(deque)) return 0;
    push_right(deque_at(deque), v);
    return NONE;
}

PY("deque.appendleft(self, v) -> None") any deque_appendleft(any deque, any v) {
    if (!writable(deque)) return 0;
    push_left(deque_at(deque), v);
    return NONE;
}

PY("deque.pop(self) -> any") any deque_pop(any deque) {
    if (deque_at(deque)->len == 0) return raise(IndexError_);
    return writable(deque) ? pop_right(deque_at(deque)) : 0;
}

PY("deque.popleft(self) -> any") any deque_popleft(any deque) {
    if (deque_at(deque)->len == 0) return raise(IndexError_);
    return writable(deque) ? pop_left(deque_at(deque)) : 0;
}

PY("deque.extend(self, iterable) -> None") any py_deque_extend(any deque, any iterable) {
    if (writable(deque)) extend(deque, iterable, push_right);
    return FAILED ? 0 : NONE;
}

PY("deque.extendleft(self, iterable) -> None") any deque_extendleft(any deque, any iterable) {
    if (writable(deque)) extend(deque, iterable, push_left);
    return FAILED ? 0 : NONE;
}

PY("deque.rotate(self, n=) -> None") any deque_rotate(any deque, any n) {
    deque_object *d = deque_at(deque);
    int64_t by = 1;
    if (n && !size_argument(n, &by)) return 0;
    if (!writable(deque)) return 0;
    if (d->len < 2) return NONE;
    by %= d->len;
    if (by > d->len / 2) by -= d->len;
    else if (by < -(int64_t)(d->len / 2)) by += d->len;
    grow(d);
    d->changes++;
    for (; by > 0; by--) {
        d->head = (d->head - 1) & d->mask;
        *slot(d, 0) = *slot(d, d->len);
    }
    for (; by < 0; by++) {
        *slot(d, d->len) = *slot(d, 0);
        d->head = (d->head + 1) & d->mask;
    }
    return NONE;
}

PY("deque.reverse(self) -> None") any deque_reverse(any deque) {
    deque_object *d = deque_at(deque);
    if (!writable(deque)) return 0;
    for (uint32_t i = 0; i < d->len / 2; i++) {
        any *a = slot(d, i), *b = slot(d, d->len - 1 - i), t = *a;
        *a = *b;
        *b = t;
    }
    return NONE;
}

PY("deque.count(self, v) -> index") any deque_count(any deque, any v) {
    deque_object *d = deque_at(deque);
    int64_t n = 0;
    for (uint32_t i = 0; i < d->len; i++) n += same(*slot(d, i), v);
    return FAILED ? 0 : small(n);
}

PY("deque.index(self, v, start=, stop=) -> index") any deque_index(any deque, any v, any start, any stop) {
    int64_t from, to;
    if (!search_bounds(start, stop, deque_at(deque)->len, &from, &to)) return 0;
    return found_at(find(deque_at(deque), v, from, to));
}

PY("deque.remove(self, v) -> None") any deque_remove(any deque, any v) {
    int64_t i = find(deque_at(deque), v, 0, deque_at(deque)->len);
    if (i < 0) return FAILED ? 0 : raise(ValueError_);
    if (!writable(deque)) return 0;
    remove_at(deque_at(deque), (uint32_t)i);
    return NONE;
}

PY("deque.insert(self, index, v) -> None") any deque_insert(any deque, any index, any v) {
    deque_object *d = deque_at(deque);
    int64_t i;
    if (!size_argument(index, &i)) return 0;
    if (d->maxlen >= 0 && d->len >= d->maxlen) return raise(IndexError_);
    if (!writable(deque)) return 0;
    if (i < 0 && (i += d->len) < 0) i = 0;
    if (i > d->len) i = d->len;
    push_right(d, v);
    for (uint32_t at = d->len - 1; at > i; at--) *slot(d, at) = *slot(d, at - 1);
    *slot(d, (uint32_t)i) = v;
    return NONE;
}

PY("deque.clear(self) -> None") any deque_clear(any deque) {
    if (!writable(deque)) return 0;
    deque_at(deque)->len = 0;
    deque_at(deque)->changes++;
    return NONE;
}
