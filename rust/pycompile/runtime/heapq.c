/* The module heapq. A heap is a list whose order a program can see, so every sift makes CPython's comparisons and moves, in its order.
 * Each function is here once for both kinds of heap: `max` turns the comparisons round. */
#include "iter.h"

/* Whether a belongs above b. */
static bool above(any a, any b, bool max) { return max ? less(b, a) : less(a, b); }

/* Moves the item at `place` up towards `top`, to behind the first parent that it does not belong above. */
static void sift_up(any *heap, uint32_t top, uint32_t place, bool max) {
    any item = heap[place];
    while (place > top) {
        uint32_t parent = (place - 1) / 2;
        if (!above(item, heap[parent], max) || FAILED) return;
        heap[place] = heap[parent];
        heap[parent] = item;
        place = parent;
    }
}

/* Moves the item at `place` down to a leaf, always past the child that belongs above the other, and then up to where it belongs. */
static void sift_down(any *heap, uint32_t len, uint32_t place, bool max) {
    uint32_t top = place;
    while (place < len / 2) {
        uint32_t child = 2 * place + 1;
        if (child + 1 < len) {
            child += !above(heap[child], heap[child + 1], max);
            if (FAILED) return;
        }
        any item = heap[child];
        heap[child] = heap[place];
        heap[place] = item;
        place = child;
    }
    sift_up(heap, top, place, max);
}

static void order(list_object *heap, bool max) {
    for (uint32_t i = heap->len / 2; i-- > 0 && !FAILED;) sift_down(heap->items, heap->len, i, max);
}

/* A list that may change. */
static list_object *heap_at(any heap) {
    if (!is(heap, T_LIST)) { raise(TypeError_); return NULL; }
    return writable(heap) ? list_at(heap) : NULL;
}

static any done(any v) { return FAILED ? 0 : v; }

static any push(any heap, any item, bool max) {
    list_object *list = heap_at(heap);
    if (!list) return 0;
    list_append(heap, item);
    sift_up(list->items, 0, list->len - 1, max);
    return done(NONE);
}

static any replace(any heap, any item, bool max) {
    list_object *list = heap_at(heap);
    if (!list) return 0;
    if (list->len == 0) return raise(IndexError_);
    any top = list->items[0];
    list->items[0] = item;
    sift_down(list->items, list->len, 0, max);
    return done(top);
}

static any pop(any heap, bool max) {
    list_object *list = heap_at(heap);
    if (!list) return 0;
    if (list->len == 0) return raise(IndexError_);
    any last = list->items[--list->len];
    return list->len ? replace(heap, last, max) : last;
}

static any push_pop(any heap, any item, bool max) {
    list_object *list = heap_at(heap);
    if (!list) return 0;
    if (list->len == 0 || !above(list->items[0], item, max)) return done(item);
    return FAILED ? 0 : replace(heap, item, max);
}

static any heapify(any heap, bool max) {
    list_object *list = heap_at(heap);
    if (!list) return 0;
    order(list, max);
    return done(NONE);
}

PY("heapq.heappush(heap, item, /) -> None") any heapq_push(any heap, any item) { return push(heap, item, false); }
PY("heapq.heappop(heap, /) -> any") any heapq_pop(any heap) { return pop(heap, false); }
PY("heapq.heapify(heap, /) -> None") any heapq_heapify(any heap) { return heapify(heap, false); }
PY("heapq.heappushpop(heap, item, /) -> any") any heapq_push_pop(any heap, any item) { return push_pop(heap, item, false); }
PY("heapq.heapreplace(heap, item, /) -> any") any heapq_replace(any heap, any item) { return replace(heap, item, false); }
PY("heapq.heappush_max(heap, item, /) -> None") any heapq_push_max(any heap, any item) { return push(heap, item, true); }
PY("heapq.heappop_max(heap, /) -> any") any heapq_pop_max(any heap) { return pop(heap, true); }
PY("heapq.heapify_max(heap, /) -> None") any heapq_heapify_max(any heap) { return heapify(heap, true); }
PY("heapq.heappushpop_max(heap, item, /) -> any") any heapq_push_pop_max(any heap, any item) { return push_pop(heap, item, true); }
PY("heapq.heapreplace_max(heap, item, /) -> any") any heapq_replace_max(any heap, any item) { return replace(heap, item, true); }

/* ---- the n first or last ---- */

static any ranked(any v, int64_t place) {
    any pair = new_tuple(2);
    tuple_at(pair)->items[0] = v;
    tuple_at(pair)->items[1] = small(place);
    return pair;
}

/* Whether CPython can ask for its length. */
static bool sized(any v) {
    switch (tag_of(v)) {
    case T_STR: case T_BYTES: case T_LIST: case T_TUPLE: case T_RANGE: case T_DEQUE: case T_SET: case T_FROZENSET:
    case T_DICT: case T_COUNTER: case T_DEFAULTDICT: case T_ORDEREDDICT: case T_DICT_KEYS: case T_DICT_VALUES: case T_DICT_ITEMS:
        return true;
    }
    return false;
}

/* All of a short iterable, sorted; else the best n so far, in a heap of pairs with the worst on top. A pair's second is the item's place,
 * falling for nlargest, so that the first of equals is the better. */
static any best(any n, any iterable, bool largest) {
    walk w;
    int64_t wanted;
    if (is(n, T_FLOAT) && float_value(n) == 1) n = small(1); /* n == 1 is asked first */
    if (!size_argument(n, &wanted)) return 0;
    if (wanted != 1 && sized(iterable)) {
        int64_t len = length(iterable);
        if (FAILED) return 0;
        if (wanted >= len) {
            any source = is_set(iterable) ? iter_uniform(iterable) : iterable;
            any list = source ? list_from(source) : 0;
            if (!list) return 0;
            sort_items(list_at(list)->items, list_at(list)->len, largest);
            return done(list);
        }
    }
    if (!walk_uniform(&w, iterable)) return 0;
    any heap = new_list(0, wanted > 0 && wanted < 64 ? (uint32_t)wanted : 8), v;
    int64_t place = 0, step = largest ? -1 : 1;
    for (; place < wanted && (v = walk_next(&w)); place++) list_append(heap, ranked(v, step * place));
    list_object *list = list_at(heap);
    if (FAILED || list->len == 0) return done(heap);
    order(list, !largest);
    while (!FAILED && (v = walk_next(&w))) {
        any worst = tuple_at(list->items[0])->items[0];
        if (!above(v, worst, largest) || FAILED) continue;
        replace(heap, ranked(v, step * place++), !largest);
    }
    if (FAILED) return 0;
    sort_items(list->items, list->len, largest);
    for (uint32_t i = 0; i < list->len; i++) list->items[i] = tuple_at(list->items[i])->items[0];
    return done(heap);
}

PY("heapq.nlargest(n, iterable) -> list") any heapq_nlargest(any n, any iterable) { return best(n, iterable, true); }
PY("heapq.nsmallest(n, iterable) -> list") any heapq_nsmallest(any n, any iterable) { return best(n, iterable, false); }
