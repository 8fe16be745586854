/* The methods of sets and frozensets. */
#include "containers.h"

void set_discard_all(any set, any iterable), set_exchange(any set, any iterable), set_become(any set, any other);
any set_intersection(any set, any iterable, uint32_t tag);

typedef void (*change)(any set, any iterable);

static any apply_all(any set, any others, change apply) {
    for (uint32_t i = 0; i < tuple_at(others)->len && !FAILED; i++) apply(set, tuple_at(others)->items[i]);
    return FAILED ? 0 : set;
}

static any intersect_all(any set, any others) {
    any result = set;
    for (uint32_t i = 0; i < tuple_at(others)->len && result; i++) result = set_intersection(result, tuple_at(others)->items[i], tag_of(set));
    return result == set ? table_copy(set, tag_of(set)) : result;
}

/* What both types have. */
#define BOTH(name, parameters, type, function, ...) \
    PY("set." name parameters " -> " type) any set_##function __VA_ARGS__ \
    PY("frozenset." name parameters " -> frozen" type) any frozenset_##function __VA_ARGS__

BOTH("union", "(self, *others)", "set", union, (any set, any others) {
    return apply_all(table_copy(set, tag_of(set)), others, set_update);
})
BOTH("difference", "(self, *others)", "set", difference, (any set, any others) {
    return apply_all(table_copy(set, tag_of(set)), others, set_discard_all);
})
BOTH("intersection", "(self, *others)", "set", intersection_of, (any set, any others) { return intersect_all(set, others); })
BOTH("symmetric_difference", "(self, other)", "set", symmetric_difference, (any set, any other) {
    any result = table_copy(set, tag_of(set));
    set_exchange(result, other);
    return FAILED ? 0 : result;
})

static any in_place(any set, any others, change apply) {
    return changeable(set) && apply_all(set, others, apply) ? NONE : 0;
}

PY("set.update(self, *others) -> None") any set_update_all(any set, any others) { return in_place(set, others, set_update); }
PY("set.difference_update(self, *others) -> None") any set_difference_update(any set, any others) {
    return in_place(set, others, set_discard_all);
}
PY("set.intersection_update(self, *others) -> None") any set_intersection_update(any set, any others) {
    any result = intersect_all(set, others);
    if (!result || !changeable(set)) return 0;
    set_become(set, result);
    return NONE;
}
PY("set.symmetric_difference_update(self, other) -> None") any set_symmetric_difference_update(any set, any other) {
    if (changeable(set)) set_exchange(set, other);
    return FAILED ? 0 : NONE;
}

PY("set.add(self, v) -> None") any set_add(any set, any v) {
    set_add_checked(set, v);
    return FAILED ? 0 : NONE;
}

/* Whether it was there. */
static bool take(any set, any v) {
    uint32_t h = is(v, T_SET) ? frozen_hash(v) : key_hash(v);
    table_entry *e = FAILED || !changeable(set) ? 0 : table_find(table_at(set), v, h);
    if (e) table_remove(table_at(set), e);
    return e != 0;
}

PY("set.discard(self, v) -> None") any set_discard(any set, any v) {
    take(set, v);
    return FAILED ? 0 : NONE;
}

PY("set.remove(self, v) -> None") any set_remove(any set, any v) {
    if (!take(set, v) && !FAILED) raise(KeyError_);
    return FAILED ? 0 : NONE;
}

/* Which of several items comes out is CPython's secret. */
PY("set.pop(self) -> any") any set_pop(any set) {
    uint32_t at = 0;
    table_object *t = table_at(set);
    if (t->len == 0) return raise(KeyError_);
    if (t->len > 1) return deopt();
    if (!changeable(set)) return 0;
    table_entry *e = table_next(t, &at);
    any v = e->key;
    table_remove(t, e);
    return v;
}

PY("set.clear(self) -> None") any set_clear(any set) {
    if (!changeable(set)) return 0;
    table_clear(table_at(set));
    return NONE;
}

PY("set.copy(self) -> set") any set_copy(any set) { return table_copy(set, T_SET); }
PY("frozenset.copy(self) -> frozenset") any frozenset_copy(any set) { return set; }

/* ---- questions ---- */

static any answer(bool yes) { return FAILED ? 0 : from_bool(yes); }

static any within(any set, any other) {
    if (!is_set(other)) other = set_from(other, T_SET);
    return other ? answer(subset(set, other)) : 0;
}

/* Whether every value of the iterable is in the set, or none; the first one that settles it ends the walk. */
static any each_in(any set, any iterable, bool wanted) {
    walk w;
    if (!walk_start(&w, iterable, false)) return 0;
    for (any v; !FAILED && (v = walk_next(&w));) {
        uint32_t h = key_hash(v);
        if (!FAILED && (table_find(table_at(set), v, h) != 0) != wanted) return answer(false);
    }
    return answer(true);
}

static any contains_all(any set, any other) { return is_set(other) ? answer(subset(other, set)) : each_in(set, other, true); }

PY("set.issubset(self, other) -> bool") any set_issubset(any set, any other) { return within(set, other); }
PY("frozenset.issubset(self, other) -> bool") any frozenset_issubset(any set, any other) { return within(set, other); }
PY("set.issuperset(self, other) -> bool") any set_issuperset(any set, any other) { return contains_all(set, other); }
PY("frozenset.issuperset(self, other) -> bool") any frozenset_issuperset(any set, any other) { return contains_all(set, other); }
PY("set.isdisjoint(self, other) -> bool") any set_isdisjoint(any set, any other) { return each_in(set, other, false); }
PY("frozenset.isdisjoint(self, other) -> bool") any frozenset_isdisjoint(any set, any other) { return each_in(set, other, false); }
