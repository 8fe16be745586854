/* Of the module statistics what is plain: the mean of ints, and medians. An empty sample (a StatisticsError) is deopt. */
#include "iter.h"

static any sorted_sample(any data) {
    any source = iter_uniform(data);
    any list = source ? list_from(source) : 0;
    if (!list) return 0;
    if (list_at(list)->len == 0) return deopt();
    sort_items(list_at(list)->items, list_at(list)->len, false);
    return FAILED ? 0 : list;
}

/* An int if it is whole, otherwise the float next to it. */
PY("statistics.mean(data) -> any") any statistics_mean(any data) {
    walk w;
    if (!walk_uniform(&w, data)) return 0;
    any total = small(0);
    int64_t count = 0;
    for (any v; (v = walk_next(&w)); count++) {
        if (!is_int(v)) return deopt();
        if (!(total = int_add(total, v))) return 0;
    }
    if (FAILED) return 0;
    if (count == 0) return deopt();
    any rest = int_mod(total, small(count));
    return rest == small(0) ? int_floordiv(total, small(count)) : int_truediv(total, small(count));
}

PY("statistics.median(data) -> any") any statistics_median(any data) {
    any list = sorted_sample(data);
    if (!list) return 0;
    any *items = list_at(list)->items;
    uint32_t half = list_at(list)->len / 2;
    if (list_at(list)->len % 2) return items[half];
    any both = add(items[half - 1], items[half]);
    return both ? truediv(both, small(2)) : 0;
}

PY("statistics.median_low(data) -> any") any statistics_median_low(any data) {
    any list = sorted_sample(data);
    return list ? list_at(list)->items[(list_at(list)->len - 1) / 2] : 0;
}

PY("statistics.median_high(data) -> any") any statistics_median_high(any data) {
    any list = sorted_sample(data);
    return list ? list_at(list)->items[list_at(list)->len / 2] : 0;
}
