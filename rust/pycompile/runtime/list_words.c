/* Lists as rows of 64-bit words: these serve lists of values and the raw lists of compiled code alike. Also: from raw to values. */
#include "containers.h"

static inline list_object *fresh(uint64_t len) {
    if (len > MAX_ITEMS) alloc_array(len, 8); /* traps */
    return list_at(new_list((uint32_t)len, (uint32_t)len));
}

/* Room for one more. */
void RAW(list_grow)(any list) { list_reserve(list_at(list), 1); }

any RAW(list_copy)(any list) {
    list_object *l = list_at(list), *r = fresh(l->len);
    memcpy(r->items, l->items, (size_t)l->len * 8);
    return value(r);
}

any RAW(list_concat)(any a, any b) {
    list_object *x = list_at(a), *y = list_at(b), *r = fresh((uint64_t)x->len + y->len);
    memcpy(r->items, x->items, (size_t)x->len * 8);
    memcpy(r->items + x->len, y->items, (size_t)y->len * 8);
    return value(r);
}

any RAW(list_repeat)(any list, int64_t times) {
    list_object *l = list_at(list);
    if (times <= 0 || l->len == 0) return new_list(0, 0);
    if (times > MAX_ITEMS) return deopt();
    list_object *r = fresh((uint64_t)l->len * (uint64_t)times);
    if (l->len == 1) {
        for (uint32_t i = 0; i < r->len; i++) r->items[i] = l->items[0];
    } else {
        for (uint32_t i = 0; i < r->len; i += l->len) memcpy(r->items + i, l->items, (size_t)l->len * 8);
    }
    return value(r);
}

any RAW(list_slice)(any list, any start, any stop, any step) {
    list_object *l = list_at(list);
    int64_t from, by, count;
    if (!slice_indices(start, stop, step, l->len, &from, &by, &count)) return 0;
    list_object *r = fresh((uint64_t)count);
    if (by == 1) {
        memcpy(r->items, l->items + from, (size_t)count * 8);
    } else {
        for (int64_t i = 0; i < count; i++, from += by) r->items[i] = l->items[from];
    }
    return value(r);
}

void RAW(list_reverse)(any list) {
    if (!writable(list)) return;
    list_object *l = list_at(list);
    if (l->len < 2) return;
    for (any *a = l->items, *b = a + l->len - 1; a < b; a++, b--) {
        any t = *a;
        *a = *b;
        *b = t;
    }
}

void RAW(list_extend_words)(any list, any other) {
    if (!writable(list)) return;
    list_object *l = list_at(list), *o = list_at(other);
    uint32_t more = o->len;
    list_reserve(l, more);
    memcpy(l->items + l->len, o->items, (size_t)more * 8);
    l->len += more;
}

any RAW(list_pop)(any list, int64_t index) {
    list_object *l = list_at(list);
    if (index < 0) index += l->len;
    if (index < 0 || index >= l->len) return raise(IndexError_);
    if (!writable(list)) return 0;
    any v = l->items[index];
    l->len--;
    memmove(l->items + index, l->items + index + 1, (size_t)(l->len - index) * 8);
    return v;
}

void RAW(list_insert)(any list, int64_t index, any word) {
    if (!writable(list)) return;
    list_object *l = list_at(list);
    list_reserve(l, 1);
    if (index < 0 && (index += l->len) < 0) index = 0;
    if (index > l->len) index = l->len;
    memmove(l->items + index + 1, l->items + index, (size_t)(l->len - index) * 8);
    l->items[index] = word;
    l->len++;
}

/* ---- lists of int64 ---- */

int32_t RAW(index_i64)(any list, int64_t v) {
    list_object *l = list_at(list);
    for (uint32_t i = 0; i < l->len; i++)
        if (l->items[i] == v) return (int32_t)i;
    return -1;
}

int32_t RAW(count_i64)(any list, int64_t v) {
    list_object *l = list_at(list);
    int64_t n = 0;
    for (uint32_t i = 0; i < l->len; i++) n += l->items[i] == v;
    return (int32_t)n;
}

bool RAW(equal_i64_lists)(any a, any b) {
    list_object *x = list_at(a), *y = list_at(b);
    return x->len == y->len && memcmp(x->items, y->items, (size_t)x->len * 8) == 0;
}

/* ---- values from raw words ---- */

static any from_i64(const int64_t *row, uint32_t count) {
    list_object *r = fresh(count);
    for (uint32_t i = 0; i < count; i++) r->items[i] = new_int64(row[i]);
    return value(r);
}

static any from_f64(const double *row, uint32_t count) {
    list_object *r = fresh(count);
    for (uint32_t i = 0; i < count; i++) r->items[i] = new_float(row[i]);
    return value(r);
}

any RAW(list_from_i64)(const int64_t *row, uint32_t count) { return from_i64(row, count); }
any RAW(list_from_f64)(const double *row, uint32_t count) { return from_f64(row, count); }
any RAW(box_list_i64)(any list) { return from_i64(list_at(list)->items, list_at(list)->len); }
any RAW(box_list_f64)(any list) { return from_f64((const double *)list_at(list)->items, list_at(list)->len); }

any RAW(box_list_packed)(any list) {
    list_object *l = list_at(list), *r = fresh(l->len);
    for (uint32_t i = 0; i < l->len; i++) r->items[i] = new_str(packed_data((packed)l->items[i]), packed_len((packed)l->items[i]));
    return value(r);
}

/* A list of the words that lie there already; it may be changed, and they with it. */
any RAW(wrap_words)(any *row, uint32_t count) {
    list_object *l = alloc(sizeof(list_object));
    *l = (list_object){T_LIST, count, count, row};
    return value(l);
}
