/* The operators of Counter, as collections/__init__.py spells them: only positive counts come out, keys of the left one come first. */
#include "containers.h"

/* The count of an entry's key in a counter. */
static any count_in(any counter, table_entry *e) {
    table_entry *mine = table_find(table_at(counter), e->key, e->hash);
    return mine ? mine->value : small(0);
}

static void keep(any result, table_entry *e, any count) {
    if (count && less(small(0), count)) dict_put(result, e->key, count);
}

/* Whether the key of an entry is in a counter. */
static bool has(any counter, table_entry *e) { return table_find(table_at(counter), e->key, e->hash) != 0; }

#define EACH(e, counter) (uint32_t at_##e = 0, going = 1; going; going = 0) \
    for (table_entry *e; !FAILED && (e = table_next(table_at(counter), &at_##e));)

any counter_add(any a, any b) {
    any result = table_new(T_COUNTER);
    for EACH(e, a) keep(result, e, add(e->value, count_in(b, e)));
    for EACH(e, b) if (!has(a, e)) keep(result, e, e->value);
    return FAILED ? 0 : result;
}

any counter_subtract(any a, any b) {
    any result = table_new(T_COUNTER);
    for EACH(e, a) keep(result, e, subtract(e->value, count_in(b, e)));
    for EACH(e, b) if (!has(a, e) && less(e->value, small(0))) keep(result, e, subtract(small(0), e->value));
    return FAILED ? 0 : result;
}

any counter_or(any a, any b) {
    any result = table_new(T_COUNTER);
    for EACH(e, a) {
        any other = count_in(b, e);
        keep(result, e, less(e->value, other) ? other : e->value);
    }
    for EACH(e, b) if (!has(a, e)) keep(result, e, e->value);
    return FAILED ? 0 : result;
}

any counter_and(any a, any b) {
    any result = table_new(T_COUNTER);
    for EACH(e, a) {
        any other = count_in(b, e);
        keep(result, e, less(e->value, other) ? e->value : other);
    }
    return FAILED ? 0 : result;
}

/* +a, and -a, which has the negative counts turned round. */
any counter_keep(any a, bool negated) {
    any result = table_new(T_COUNTER);
    for EACH(e, a) {
        if (!negated) keep(result, e, e->value);
        else if (less(e->value, small(0))) dict_put(result, e->key, subtract(small(0), e->value));
    }
    return FAILED ? 0 : result;
}

/* a += b and its kind: b may be any dict (for &, whose missing keys are asked for, only a Counter). */
any counter_inplace(char op, any a, any b) {
    if (!is_dict(b) || (op == '&' && !is(b, T_COUNTER))) return deopt();
    if (!changeable(a)) return 0;
    for EACH(e, op == '&' ? a : b) {
        any mine = count_in(a, e), other = count_in(b, e), count = mine;
        if (op == '+') count = add(mine, other);
        else if (op == '-') count = subtract(mine, other);
        else if (op == '|' ? less(mine, other) : less(other, mine)) count = other;
        else continue;
        if (!FAILED) dict_put(a, e->key, count);
    }
    if (FAILED) return 0;
    for EACH(e, a) if (!less(small(0), e->value) && !FAILED) table_remove(table_at(a), e);
    return FAILED ? deopt() : a; /* CPython would have removed none */
}

static bool all_counts(any a, any b, bool (*compare)(any, any)) {
    for EACH(e, a) if (!compare(e->value, count_in(b, e))) return false;
    for EACH(e, b) if (!compare(count_in(a, e), e->value)) return false;
    return !FAILED;
}

bool counter_equal(any a, any b) { return all_counts(a, b, equal); }
bool counter_less_equal(any a, any b) { return all_counts(a, b, less_equal); }
