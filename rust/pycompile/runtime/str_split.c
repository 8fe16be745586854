/* Methods of str and bytes that take apart and put together: split, splitlines, partition, strip, join. */
#include "search.h"

/* A piece of self, which is self only where CPython gives self too: identity cannot be seen otherwise. */
static void add_piece(any list, any self, const uint8_t *from, const uint8_t *to) { list_append(list, part(self, from, (uint32_t)(to - from))); }

static void reverse_list(any list) {
    any *items = list_at(list)->items;
    for (uint32_t i = 0, j = list_at(list)->len; i + 1 < j; i++) {
        j--;
        any v = items[i];
        items[i] = items[j], items[j] = v;
    }
}

static void split_spaces(any list, any self, uint32_t most) {
    bool str = is_str(self);
    const uint8_t *p = str_at(self)->data, *end = p + str_at(self)->len;
    for (;;) {
        while (p < end && is_space(*p, str)) p++;
        if (p == end) return;
        const uint8_t *from = p;
        if (most-- == 0) { /* the rest keeps its white space */
            add_piece(list, self, from, end);
            return;
        }
        while (p < end && !is_space(*p, str)) p++;
        add_piece(list, self, from, p);
    }
}

static void rsplit_spaces(any list, any self, uint32_t most) {
    bool str = is_str(self);
    const uint8_t *p = str_at(self)->data, *end = p + str_at(self)->len;
    for (;;) {
        while (end > p && is_space(end[-1], str)) end--;
        if (end == p) return;
        const uint8_t *to = end;
        if (most-- == 0) {
            add_piece(list, self, p, to);
            return;
        }
        while (end > p && !is_space(end[-1], str)) end--;
        add_piece(list, self, end, to);
    }
}

static void split_by(any list, any self, packed sep, uint32_t most) {
    const uint8_t *p = str_at(self)->data, *from = p, *end = p + str_at(self)->len;
    matches m = matches_of(packed_of(self), sep);
    for (uint32_t place; most && next_match(&m, &place); most--) {
        add_piece(list, self, from, p + place);
        from = p + place + packed_len(sep);
    }
    add_piece(list, self, from, end);
}

static void rsplit_by(any list, any self, packed sep, uint32_t most) {
    const uint8_t *p = str_at(self)->data;
    uint32_t len = str_at(self)->len;
    for (int32_t place; most && (place = str_rfind(pack(p, len), sep)) >= 0; most--) {
        add_piece(list, self, p + place + packed_len(sep), p + len);
        len = (uint32_t)place;
    }
    add_piece(list, self, p, p + len);
}

static any split(any self, any sep, any maxsplit, bool right) {
    int32_t most; /* -1, as unsigned, is beyond any count */
    if (!small_count(maxsplit, -1, &most)) return 0;
    any list = new_list(0, 8);
    if (!given_not_none(sep)) {
        (right ? rsplit_spaces : split_spaces)(list, self, most < 0 ? UINT32_MAX : (uint32_t)most);
    } else {
        packed by;
        if (!same_type(self, sep, &by)) return 0;
        if (packed_len(by) == 0) return raise(ValueError_);
        (right ? rsplit_by : split_by)(list, self, by, most < 0 ? UINT32_MAX : (uint32_t)most);
    }
    if (right) reverse_list(list);
    return list;
}
BOTH("split(self, sep=, maxsplit=)", "list[str]", "list", split, (any self, any sep, any maxsplit), { return split(self, sep, maxsplit, false); })
BOTH("rsplit(self, sep=, maxsplit=)", "list[str]", "list", rsplit, (any self, any sep, any maxsplit), { return split(self, sep, maxsplit, true); })

static any split_lines(any self, any keepends) {
    bool keep = given(keepends) && truth(keepends), str = is_str(self);
    if (FAILED) return 0;
    any list = new_list(0, 8);
    const uint8_t *p = str_at(self)->data, *end = p + str_at(self)->len;
    while (p < end) {
        const uint8_t *from = p;
        /* a str also ends lines at \v, \f and the separators 0x1c to 0x1e */
        while (p < end && *p != '\n' && *p != '\r' && !(str && (*p == '\v' || *p == '\f' || (uint8_t)(*p - 0x1c) < 3))) p++;
        const uint8_t *to = p;
        if (p < end) p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
        add_piece(list, self, from, keep ? p : to);
    }
    return list;
}
BOTH("splitlines(self, keepends=)", "list[str]", "list", splitlines, (any self, any keepends), { return split_lines(self, keepends); })

static any partition(any self, any sep, bool right) {
    packed by;
    if (!same_type(self, sep, &by)) return 0;
    if (packed_len(by) == 0) return raise(ValueError_);
    const uint8_t *p = str_at(self)->data;
    uint32_t len = str_at(self)->len;
    int32_t place = (right ? str_rfind : str_find)(packed_of(self), by);
    any tuple = new_tuple(3), *items = tuple_at(tuple)->items, empty = part(self, p, 0);
    if (place < 0) {
        items[0] = right ? empty : self, items[1] = empty, items[2] = right ? self : empty;
    } else {
        uint32_t behind = (uint32_t)place + packed_len(by);
        items[0] = part(self, p, (uint32_t)place), items[1] = sep, items[2] = part(self, p + behind, len - behind);
    }
    return tuple;
}
BOTH("partition(self, sep, /)", "tuple", "tuple", partition, (any self, any sep), { return partition(self, sep, false); })
BOTH("rpartition(self, sep, /)", "tuple", "tuple", rpartition, (any self, any sep), { return partition(self, sep, true); })

static any strip(any self, any chars, bool left, bool right) {
    uint64_t set[4] = {0};
    if (given_not_none(chars)) {
        packed wanted;
        if (!same_type(self, chars, &wanted)) return 0;
        for (uint32_t i = 0; i < packed_len(wanted); i++) set[packed_data(wanted)[i] >> 6] |= UINT64_C(1) << (packed_data(wanted)[i] & 63);
    } else {
        for (uint32_t c = 0; c <= ' '; c++) set[0] |= (uint64_t)is_space((uint8_t)c, is_str(self)) << c;
    }
    const uint8_t *p = str_at(self)->data, *end = p + str_at(self)->len;
    while (left && p < end && set[*p >> 6] >> (*p & 63) & 1) p++;
    while (right && p < end && set[end[-1] >> 6] >> (end[-1] & 63) & 1) end--;
    return part(self, p, (uint32_t)(end - p));
}
BOTH("strip(self, chars=, /)", "str", "bytes", strip, (any self, any chars), { return strip(self, chars, true, true); })
BOTH("lstrip(self, chars=, /)", "str", "bytes", lstrip, (any self, any chars), { return strip(self, chars, true, false); })
BOTH("rstrip(self, chars=, /)", "str", "bytes", rstrip, (any self, any chars), { return strip(self, chars, false, true); })

/* As CPython: first all items, then their types. */
static any join(any self, any iterable) {
    any list = is(iterable, T_LIST) || is(iterable, T_TUPLE) ? iterable : list_from(iterable);
    if (FAILED) return 0;
    bool tuple = is(list, T_TUPLE);
    const any *items = tuple ? tuple_at(list)->items : list_at(list)->items;
    uint32_t count = tuple ? tuple_at(list)->len : list_at(list)->len, tag = str_at(self)->tag;
    packed sep = packed_of(self);
    uint64_t len = count ? (uint64_t)(count - 1) * packed_len(sep) : 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!is(items[i], tag)) return raise(TypeError_);
        len += str_at(items[i])->len;
    }
    if (count == 1) return items[0];
    uint8_t *data = alloc_array(len, 1), *to = data;
    for (uint32_t i = 0; i < count; i++) {
        if (i) copy_bytes(to, packed_data(sep), packed_len(sep)), to += packed_len(sep);
        const str_object *s = str_at(items[i]);
        if (s->len == 1) *to++ = s->data[0];
        else copy_bytes(to, s->data, s->len), to += s->len;
    }
    return like(self, pack(data, (uint32_t)len));
}
BOTH("join(self, iterable, /)", "str", "bytes", join, (any self, any iterable), { return join(self, iterable); })
