/* groupby and tee of itertools: iterators that share a source, and show it. */
#include "iter.h"

/* ---- groupby ----
 * A group reads from the source of its groupby as long as that has not moved on. `target` is the key of the group that was given last,
 * `current` the value (which is its own key) that was read last and not given yet. */

typedef struct { iterator is; any source, target, current, group; } groupby_iterator;
typedef struct { iterator is; groupby_iterator *parent; any key; } group_iterator;

static bool groupby_read(groupby_iterator *it) { return (it->current = iter_next(it->source)) != 0; }

static any group_next(void *self) {
    group_iterator *it = self;
    groupby_iterator *parent = it->parent;
    if (parent->group != value(it) || !writable(value(parent))) return 0;
    if (!parent->current && !groupby_read(parent)) return 0;
    if (!same(it->key, parent->current) || FAILED) return 0;
    any v = parent->current;
    parent->current = 0;
    return v;
}

static any groupby_next(void *self) {
    groupby_iterator *it = self;
    it->group = 0;
    while (!it->current || (it->target && same(it->target, it->current))) {
        any read = iter_next(it->source);
        if (!read) return 0;
        it->current = read;
    }
    if (FAILED) return 0;
    it->target = it->current;
    group_iterator *group = iter_make(sizeof *group, group_next);
    group->parent = it;
    group->key = it->target;
    it->group = value(group);
    any pair = new_tuple(2);
    tuple_at(pair)->items[0] = it->target;
    tuple_at(pair)->items[1] = it->group;
    return pair;
}

/* A key other than None is the compiler's to call. */
PY("itertools.groupby(iterable, key=) -> iter") any itertools_groupby(any iterable, any key) {
    if (key && key != NONE) return deopt();
    any source = iter_new(iterable);
    if (!source) return 0;
    groupby_iterator *it = iter_make(sizeof *it, groupby_next);
    it->source = source;
    return value(it);
}

/* ---- tee: all read one linked list, which the foremost makes longer ---- */

typedef struct link { any v; struct link *next; } link; /* v 0: not read yet */
typedef struct { iterator is; any source; link *at; } tee_iterator;

static any tee_next(void *self) {
    tee_iterator *it = self;
    link *at = it->at;
    if (!at->v) {
        if (!writable(value(at))) return 0;
        if (!(at->v = iter_next(it->source))) return 0;
        at->next = alloc(sizeof *at->next);
        *at->next = (link){0};
    }
    it->at = at->next;
    return at->v;
}

PY("itertools.tee(iterable, n=, /) -> tuple") any itertools_tee(any iterable, any n) {
    int64_t count = 2;
    if (n && !size_argument(n, &count)) return 0;
    if (count < 0) return raise(ValueError_);
    if (count > 1 << 20) return deopt();
    any all = new_tuple((uint32_t)count);
    if (count == 0) return all;
    any source = iter_new(iterable);
    if (!source) return 0;
    tee_iterator first = {{T_ITER, tee_next}, source, NULL};
    if (((iterator *)at(source))->next == tee_next) first = *(tee_iterator *)at(source); /* CPython copies it */
    else {
        first.at = alloc(sizeof *first.at);
        *first.at = (link){0};
    }
    for (uint32_t i = 0; i < count; i++) {
        tee_iterator *it = alloc(sizeof *it);
        *it = first;
        tuple_at(all)->items[i] = value(it);
    }
    return all;
}
