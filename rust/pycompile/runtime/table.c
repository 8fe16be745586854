/* The hash table of dicts and sets: entries in insertion order, an index of their places by hash. Entries and index are one piece of memory. */
#include "containers.h"

any table_new(uint32_t tag) {
    table_object *t = alloc(sizeof(table_object));
    *t = (table_object){.tag = tag};
    return value(t);
}

static inline bool same_key(any a, any b) {
    if (is_str(a) && is_str(b)) {
        str_object *x = str_at(a), *y = str_at(b);
        return x->len == y->len && (x->data == y->data || memcmp(x->data, y->data, x->len) == 0);
    }
    return same(a, b);
}

table_entry *table_find(table_object *t, any key, uint32_t hash) {
    if (!t->len) return 0;
    uint32_t slot = hash & t->mask, step = 0, place;
    while ((place = t->index[slot])) {
        table_entry *e = &t->entries[place - 1];
        if (e->key == key || (e->hash == hash && e->key && same_key(e->key, key))) return e;
        slot = (slot + ++step) & t->mask;
    }
    return 0;
}

static void index_entry(table_object *t, uint32_t place, uint32_t hash) {
    uint32_t slot = hash & t->mask, step = 0;
    while (t->index[slot]) slot = (slot + ++step) & t->mask;
    t->index[slot] = place + 1;
    t->taken++;
}

/* Memory for `slots` index slots and 5/8 as many entries. */
static void allot(table_object *t, uint32_t slots) {
    t->cap = slots / 8 * 5;
    t->mask = slots - 1;
    t->entries = alloc_array(slots / 8, 8 * sizeof(uint32_t) + 5 * sizeof(table_entry));
    t->index = (uint32_t *)(t->entries + t->cap);
}

void table_rebuild(table_object *t) {
    uint32_t slots = 8;
    while (slots / 8 * 5 <= t->len + t->len / 2) slots *= 2;
    table_entry *old = t->entries;
    uint32_t end = t->end;
    if (slots > t->mask + 1) allot(t, slots);
    memset(t->index, 0, (t->mask + 1) * sizeof(uint32_t));
    t->end = t->taken = 0;
    for (uint32_t i = 0; i < end; i++) {
        if (!old[i].key) continue;
        t->entries[t->end] = old[i];
        index_entry(t, t->end++, old[i].hash);
    }
}

table_entry *table_entry_of(table_object *t, any key, uint32_t hash) {
    table_entry *e = table_find(t, key, hash);
    if (e || FAILED) return e;
    if (t->end == t->cap || t->taken > t->mask - (t->mask >> 2)) table_rebuild(t);
    e = &t->entries[t->end];
    *e = (table_entry){key, 0, hash, 0};
    index_entry(t, t->end++, hash);
    t->len++;
    t->changes++;
    return e;
}

void table_remove(table_object *t, table_entry *e) {
    e->key = e->value = 0;
    t->len--;
    t->changes++;
    while (t->end && !t->entries[t->end - 1].key) t->end--;
}

void table_clear(table_object *t) {
    if (!t->len) return;
    t->changes++;
    t->len = t->end = 0;
    t->taken = 0;
    memset(t->index, 0, (t->mask + 1) * sizeof(uint32_t));
}

any table_copy(any from, uint32_t tag) {
    table_object *f = table_at(from), *t = table_at(table_new(tag));
    if (!f->len) return value(t);
    allot(t, f->mask + 1);
    memcpy(t->entries, f->entries, f->end * sizeof(table_entry));
    memcpy(t->index, f->index, (f->mask + 1) * sizeof(uint32_t));
    t->len = f->len;
    t->end = f->end;
    t->taken = f->taken;
    return value(t);
}
