/* Lists: making, growing, slices, and the methods that take values. What works on raw words too is in list_words.c. */
#include "containers.h"

_Static_assert(sizeof(list_object) == 16, "new_list puts the items behind the header");

any RAW(new_list)(uint32_t len, uint32_t cap) {
    if (cap < len) cap = len;
    list_object *l = cap < 1024 ? alloc(16 + cap * 8) : alloc_array((uint64_t)cap + 2, 8);
    *l = (list_object){T_LIST, len, cap, (any *)(l + 1)};
    return value(l);
}

/* Doubles, in place where nothing lies behind the items. */
void list_reserve(list_object *list, uint32_t extra) {
    uint64_t need = (uint64_t)list->len + extra, cap = (uint64_t)list->cap * 2;
    if (need <= list->cap) return;
    if (cap < need) cap = need;
    if (cap < 8) cap = 8;
    uint64_t more = (cap - list->cap) * 8;
    if ((uint32_t)(uintptr_t)(list->items + list->cap) == rt.top && list->cap && more <= rt.limit - rt.top) {
        rt.top += (uint32_t)more;
    } else {
        any *items = alloc_array(cap, 8);
        memcpy(items, list->items, (size_t)list->len * 8);
        list->items = items;
    }
    list->cap = (uint32_t)cap;
}

void RAW(list_append)(any list, any v) {
    list_object *l = list_at(list);
    if (l->len == l->cap) list_reserve(l, 1);
    l->items[l->len++] = v;
}

/* Appends all values. An iterator that fails leaves the list with what came before, as in CPython. */
void list_extend(any list, any iterable) {
    walk w;
    if (!walk_start(&w, iterable, true)) return;
    list_object *l = list_at(list);
    if (!w.iterator) list_reserve(l, w.len);
    if (w.items) {
        memcpy(l->items + l->len, iterable == list ? l->items : w.items, (size_t)w.len * 8);
        l->len += w.len;
        return;
    }
    for (any v; (v = walk_next(&w));) list_append(list, v);
}

any list_from(any iterable) {
    any list = new_list(0, 0);
    list_extend(list, iterable);
    return FAILED ? 0 : list;
}

PY("list(iterable=) -> list") any py_list(any iterable) { return iterable ? list_from(iterable) : new_list(0, 0); }

/* ---- methods ---- */

PY("list.append(self, v) -> None") any py_list_append(any list, any v) {
    if (!writable(list)) return 0;
    list_append(list, v);
    return NONE;
}

PY("list.extend(self, iterable) -> None") any py_list_extend(any list, any iterable) {
    if (!writable(list)) return 0;
    list_extend(list, iterable);
    return FAILED ? 0 : NONE;
}

PY("list.insert(self, index, v) -> None") any py_list_insert(any list, any index, any v) {
    int64_t i;
    if (!size_argument(index, &i)) return 0;
    list_insert(list, i, v);
    return FAILED ? 0 : NONE;
}

PY("list.pop(self, index=) -> any") any py_list_pop(any list, any index) {
    int64_t i = -1;
    if (index && !size_argument(index, &i)) return 0;
    return list_pop(list, i);
}

PY("list.remove(self, v) -> None") any py_list_remove(any list, any v) {
    list_object *l = list_at(list);
    int64_t i = find_item(l->items, 0, l->len, v);
    if (i >= 0) list_pop(list, i);
    else if (!FAILED) raise(ValueError_);
    return FAILED ? 0 : NONE;
}

PY("list.index(self, v, start=, stop=) -> index") any py_list_index(any list, any v, any start, any stop) {
    int64_t from, to;
    if (!search_bounds(start, stop, list_at(list)->len, &from, &to)) return 0;
    return found_at(find_item(list_at(list)->items, from, to, v));
}

PY("list.count(self, v) -> index") any py_list_count(any list, any v) {
    list_object *l = list_at(list);
    int64_t n = 0;
    for (uint32_t i = 0; i < l->len; i++) n += same(l->items[i], v);
    return FAILED ? 0 : small(n);
}

PY("list.reverse(self) -> None") any py_list_reverse(any list) {
    list_reverse(list);
    return FAILED ? 0 : NONE;
}

PY("list.clear(self) -> None") any py_list_clear(any list) {
    if (!writable(list)) return 0;
    list_at(list)->len = 0;
    return NONE;
}

PY("list.copy(self) -> list") any py_list_copy(any list) { return list_copy(list); }
