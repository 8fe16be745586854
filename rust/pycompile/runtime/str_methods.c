/* Methods of str and bytes that look for something: find, count, startswith, replace and their like. */
#include "text.h"

/* The part of self that start= and end= name; false: there is none (`to` before `from`), or failed. */
static bool window(any self, any start, any end, packed *out, int64_t *from) {
    int64_t to;
    if (!bounds(self, start, end, from, &to) || *from > to) return false;
    *out = pack(str_at(self)->data + *from, (uint32_t)(to - *from));
    return true;
}

static any find_in(any self, any sub, any start, any end, int32_t find(packed, packed), bool must) {
    packed wanted, part;
    int64_t from;
    if (!needle(self, sub, &wanted)) return 0;
    int32_t place = window(self, start, end, &part, &from) ? find(part, wanted) : -1;
    if (FAILED) return 0;
    if (place >= 0) return small(from + place);
    return must ? raise(ValueError_) : small(-1);
}

#define FIND(name, find, must) \
    BOTH(#name "(self, sub, start=, end=, /)", "index", "index", name, (any self, any sub, any start, any end), \
         { return find_in(self, sub, start, end, find, must); })
FIND(find, str_find, false)
FIND(rfind, str_rfind, false)
FIND(index, str_find, true)
FIND(rindex, str_rfind, true)

static any count_in(any self, any sub, any start, any end) {
    packed wanted, part;
    int64_t from;
    if (!needle(self, sub, &wanted)) return 0;
    int32_t count = window(self, start, end, &part, &from) ? str_count(part, wanted) : 0;
    return FAILED ? 0 : small(count);
}
BOTH("count(self, sub, start=, end=, /)", "index", "index", count, (any self, any sub, any start, any end),
     { return count_in(self, sub, start, end); })

static bool ends_match(packed s, packed affix, bool at_end) {
    uint32_t len = packed_len(affix);
    if (len > packed_len(s)) return false;
    return str_equal_packed(pack(packed_data(s) + (at_end ? packed_len(s) - len : 0), len), affix);
}

/* `affix` may be a tuple; what stands in it behind a match is not looked at. */
static any affix_in(any self, any affix, any start, any end, bool at_end) {
    packed part, wanted;
    int64_t from;
    bool any_part = window(self, start, end, &part, &from);
    if (FAILED) return 0;
    bool many = is(affix, T_TUPLE);
    const any *items = many ? tuple_at(affix)->items : &affix;
    for (uint32_t i = 0, count = many ? tuple_at(affix)->len : 1; i < count; i++) {
        if (!same_type(self, items[i], &wanted)) return 0;
        if (any_part && ends_match(part, wanted, at_end)) return TRUE;
    }
    return FALSE;
}
BOTH("startswith(self, prefix, start=, end=, /)", "bool", "bool", startswith, (any self, any prefix, any start, any end),
     { return affix_in(self, prefix, start, end, false); })
BOTH("endswith(self, suffix, start=, end=, /)", "bool", "bool", endswith, (any self, any suffix, any start, any end),
     { return affix_in(self, suffix, start, end, true); })

static any without_affix(any self, any affix, bool at_end) {
    packed s = packed_of(self), wanted;
    if (!same_type(self, affix, &wanted)) return 0;
    if (!ends_match(s, wanted, at_end)) return self;
    return part(self, packed_data(s) + (at_end ? 0 : packed_len(wanted)), packed_len(s) - packed_len(wanted));
}
BOTH("removeprefix(self, prefix, /)", "str", "bytes", removeprefix, (any self, any prefix), { return without_affix(self, prefix, false); })
BOTH("removesuffix(self, suffix, /)", "str", "bytes", removesuffix, (any self, any suffix), { return without_affix(self, suffix, true); })

static any replace_in(any self, any old, any new, any count) {
    packed from, to, s = packed_of(self);
    int32_t limit;
    if (!same_type(self, old, &from) || !same_type(self, new, &to) || !small_count(count, -1, &limit)) return 0;
    packed changed = replace_some(s, from, to, limit);
    return changed == s ? self : like(self, changed);
}
PY("str.replace(self, old, new, /, count=) -> str")
any str_replace(any self, any old, any new, any count) { return replace_in(self, old, new, count); }
PY("bytes.replace(self, old, new, count=, /) -> bytes")
any bytes_replace(any self, any old, any new, any count) { return replace_in(self, old, new, count); }
