/* collections.Counter and collections.defaultdict: dicts that have an answer for a key that is not there. */
#include "containers.h"

any builtin_sum(any iterable, any start); /* reduce.c */

/* ---- missing keys ---- */

/* What a defaultdict makes: the compiler names the factory by its place here. */
enum factory { MAKE_NOTHING, MAKE_INT, MAKE_LIST, MAKE_SET, MAKE_DICT, MAKE_STR, MAKE_FLOAT, MAKE_TUPLE, MAKE_BOOL };

static any make(uint32_t factory) {
    switch (factory) {
    case MAKE_NOTHING: return raise(KeyError_);
    case MAKE_INT: return small(0);
    case MAKE_LIST: return new_list(0, 0);
    case MAKE_SET: return new_set();
    case MAKE_DICT: return new_dict();
    case MAKE_STR: return value(&rt_empty);
    case MAKE_FLOAT: return new_float(0);
    case MAKE_TUPLE: return value(&rt_unit);
    case MAKE_BOOL: return FALSE;
    }
    return deopt();
}

any dict_missing(any dict, any key) {
    if (is(dict, T_COUNTER)) return small(0);
    if (!is(dict, T_DEFAULTDICT)) return raise(KeyError_);
    any v = make(table_at(dict)->factory);
    if (v) dict_set(dict, key, v);
    return FAILED ? 0 : v;
}

PY("collections.defaultdict(default_factory=, iterable=) -> defaultdict") any new_defaultdict(any factory, any iterable) {
    any dict = table_new(T_DEFAULTDICT);
    if (!absent(factory)) table_at(dict)->factory = (uint16_t)small_value(factory);
    if (iterable) dict_update(dict, iterable);
    return FAILED ? 0 : dict;
}

/* ---- counting ---- */

static void count_text(any counter, const uint8_t *text, uint32_t len) {
    uint32_t counts[128] = {0};
    uint8_t order[128];
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < len; i++)
        if (counts[text[i]]++ == 0) order[kinds++] = text[i];
    for (uint32_t i = 0; i < kinds; i++) dict_put(counter, value(&rt_chars[order[i]]), small(counts[order[i]]));
}

/* Each value of the iterable counts `by`, 1 or -1. */
static void count_values(any counter, any iterable, any by) {
    table_object *t = table_at(counter);
    walk w;
    if (!walk_start(&w, iterable, true)) return;
    if (w.text && t->len == 0 && by == small(1)) {
        count_text(counter, w.text, w.len);
        return;
    }
    for (any key; !FAILED && (key = walk_next(&w));) {
        uint32_t h = key_hash(key);
        if (FAILED) return;
        table_entry *e = table_entry_of(t, key, h);
        if (!e) return;
        any sum = add(e->value ? e->value : small(0), by);
        if (sum) e->value = sum;
    }
}

any counter_update(any counter, any iterable) {
    if (!changeable(counter)) return 0;
    if (absent(iterable)) return NONE;
    if (!is_dict(iterable)) {
        count_values(counter, iterable, small(1));
    } else if (table_at(counter)->len == 0) {
        dict_update(counter, iterable);
    } else {
        uint32_t at = 0;
        for (table_entry *e; (e = table_next(table_at(iterable), &at));) {
            table_entry *mine = table_find(table_at(counter), e->key, e->hash);
            any sum = add(e->value, mine ? mine->value : small(0));
            if (!sum) return 0;
            dict_put(counter, e->key, sum);
        }
    }
    return FAILED ? 0 : NONE;
}

PY("collections.Counter(iterable=) -> Counter") any new_counter(any iterable) {
    any counter = table_new(T_COUNTER);
    return iterable && !counter_update(counter, iterable) ? 0 : counter;
}

PY("Counter.update(self, iterable=) -> None") any py_counter_update(any counter, any iterable) { return counter_update(counter, iterable); }

PY("Counter.subtract(self, iterable=) -> None") any counter_take(any counter, any iterable) {
    if (!changeable(counter)) return 0;
    if (absent(iterable)) return NONE;
    if (!is_dict(iterable)) {
        count_values(counter, iterable, small(-1));
        return FAILED ? 0 : NONE;
    }
    uint32_t at = 0;
    for (table_entry *e; (e = table_next(table_at(iterable), &at));) {
        table_entry *mine = table_find(table_at(counter), e->key, e->hash);
        any rest = subtract(mine ? mine->value : small(0), e->value);
        if (!rest) return 0;
        dict_put(counter, e->key, rest);
    }
    return NONE;
}

PY("Counter.total(self) -> any") any counter_total(any counter) { return builtin_sum(new_view(T_DICT_VALUES, counter), 0); }

/* A snapshot, so the counter must not change any more: nobody would see it in the elements still to come. */
PY("Counter.elements(self) -> iter") any counter_elements(any counter) {
    any list = new_list(0, 0);
    uint32_t at = 0;
    for (table_entry *e; (e = table_next(table_at(counter), &at));) {
        int64_t times;
        if (!to_index(e->value, &times) || times > MAX_ITEMS) return deopt();
        for (; times > 0; times--) list_append(list, e->key);
    }
    if ((uint32_t)counter >= rt.base) table_at(counter)->pinned = true;
    return iter_new(list);
}

/* heapq.nlargest gives what a stable sort would, unless the counts have no order. */
PY("Counter.most_common(self, n=) -> list") any counter_most_common(any counter, any n) {
    uint32_t len = table_at(counter)->len, at = 0, i = 0;
    int64_t most = len;
    if (!absent(n) && !to_index(n, &most)) return deopt();
    any pairs = new_list(len, len), keys = new_list(len, len);
    for (table_entry *e; (e = table_next(table_at(counter), &at)); i++) {
        any pair = new_tuple(2);
        tuple_at(pair)->items[0] = e->key;
        tuple_at(pair)->items[1] = list_at(keys)->items[i] = e->value;
        list_at(pairs)->items[i] = pair;
    }
    sort_by(list_at(pairs)->items, list_at(keys)->items, len, true);
    if (FAILED) return absent(n) ? 0 : deopt();
    if (most < len) list_at(pairs)->len = most > 0 ? (uint32_t)most : 0;
    return pairs;
}
