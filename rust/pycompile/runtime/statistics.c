/* Of the module statistics what is plain: means, medians and the mode. An empty sample (a StatisticsError) is deopt. */
#include "containers.h"
#include "iter.h"
#include <math.h>

any new_counter(any iterable); /* counter.c */

static any sorted_sample(any data) {
    any source = iter_uniform(data);
    any list = source ? list_from(source) : 0;
    if (!list) return 0;
    if (list_at(list)->len == 0) return deopt();
    sort_items(list_at(list)->items, list_at(list)->len, false);
    return FAILED ? 0 : list;
}

/* A finite float as an odd int, or 0, times 2 ** exponent. */
static int64_t odd_part(double v, int *exponent) {
    int64_t odd = (int64_t)ldexp(frexp(v, exponent), 53);
    int zeros = odd ? __builtin_ctzll((uint64_t)odd) : 0;
    *exponent = odd ? *exponent - 53 + zeros : 0;
    return odd / (INT64_C(1) << zeros);
}

/* The exact sum, divided once: an int if there are only ints and it is whole, else the float next to it. Floats are added as ints, in
 * units of the last place of the finest. */
PY("statistics.mean(data) -> any") any statistics_mean(any data) {
    any source = iter_uniform(data), list = source ? list_from(source) : 0;
    if (!list) return 0;
    uint32_t len = list_at(list)->len;
    any *items = list_at(list)->items;
    bool floats = false;
    int finest = 0, exponent;
    for (uint32_t i = 0; i < len; i++) {
        if (is(items[i], T_BOOL)) items[i] = small(bool_value(items[i]));
        if (is_int(items[i])) continue;
        if (!is(items[i], T_FLOAT) || !isfinite(float_value(items[i]))) return deopt();
        odd_part(float_value(items[i]), &exponent);
        if (exponent < finest) finest = exponent;
        floats = true;
    }
    if (len == 0) return deopt();
    any total = small(0), count = int_lshift(small(len), small(-finest));
    for (uint32_t i = 0; i < len && total; i++) {
        any item = items[i];
        exponent = 0;
        if (!is_int(item)) item = small(odd_part(float_value(item), &exponent));
        total = int_add(total, int_lshift(item, small(exponent - finest)));
    }
    if (FAILED) return 0;
    return !floats && int_mod(total, count) == small(0) ? int_floordiv(total, count) : int_truediv(total, count);
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

/* Of the values that are there most often, the one that came first. */
PY("statistics.mode(data) -> any") any statistics_mode(any data) {
    any source = iter_new(data);
    any counts = source ? new_counter(source) : 0;
    if (!counts) return 0;
    const table_entry *most = NULL;
    uint32_t at = 0;
    for (const table_entry *e; (e = table_next(table_at(counts), &at));)
        if (!most || small_value(e->value) > small_value(most->value)) most = e;
    return most ? most->key : deopt();
}
