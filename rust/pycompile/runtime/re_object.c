/* Match objects of re and their methods. */
#include "re_object.h"

static inline match_object *match_at(any v) { return at(v); }

any new_match(const regex *re, const subject *s) {
    uint32_t marks = re->groups * 2 * (uint32_t)sizeof *s->marks;
    match_object *m = alloc((uint32_t)sizeof *m + marks);
    *m = (match_object){T_MATCH, re, s->begin, s->from, s->to};
    if (marks) memcpy(m->marks, s->marks, marks);
    return value(m);
}

any re_group(const subject *s, uint32_t group, any otherwise) {
    const uint8_t *from = group ? s->marks[2 * group - 2] : s->from, *to = group ? s->marks[2 * group - 1] : s->to;
    return from && to ? new_str(from, (uint32_t)(to - from)) : otherwise;
}

static any text_of(any match, uint32_t group, any otherwise) {
    match_object *m = match_at(match);
    subject s = {m->begin, NULL, m->from, m->to, m->marks};
    return re_group(&s, group, otherwise);
}

/* The number of the group that a program names by number or name; IndexError. */
static uint32_t group_number(any match, any name) {
    const regex *re = match_at(match)->re;
    int64_t number;
    if (is_str(name)) {
        const word *at = regex_words(re, re->names);
        for (uint32_t left = *at++; left; left--) {
            if (at[1] == str_at(name)->len && memcmp(at + 2, str_at(name)->data, at[1]) == 0) return at[0];
            at += 2 + (at[1] + 3) / 4;
        }
    } else if (is_int(name) || is(name, T_BOOL)) {
        if (to_index(name, &number) && number >= 0 && number <= re->groups) return (uint32_t)number;
    } else {
        deopt();
        return 0;
    }
    raise(IndexError_);
    return 0;
}

static inline uint32_t group_or_whole(any match, any group) { return group ? group_number(match, group) : 0; }

any RAW(re_match_getitem)(any match, any group) {
    uint32_t number = group_number(match, group);
    return FAILED ? 0 : text_of(match, number, NONE);
}

PY("match.__getitem__(self, group) -> str?") any match_getitem(any self, any group) { return re_match_getitem(self, group); }

PY("match.group(self, *args) -> any") any match_group(any self, any args) {
    tuple_object *names = tuple_at(args);
    if (names->len == 0) return text_of(self, 0, NONE);
    if (names->len == 1) return re_match_getitem(self, names->items[0]);
    any texts = new_tuple(names->len);
    for (uint32_t i = 0; i < names->len; i++) {
        tuple_at(texts)->items[i] = re_match_getitem(self, names->items[i]);
        if (FAILED) return 0;
    }
    return texts;
}

PY("match.groups(self, default=) -> tuple") any match_groups(any self, any otherwise) {
    uint32_t count = match_at(self)->re->groups;
    any texts = new_tuple(count);
    for (uint32_t i = 0; i < count; i++) tuple_at(texts)->items[i] = text_of(self, i + 1, otherwise ? otherwise : NONE);
    return texts;
}

PY("match.groupdict(self, default=) -> dict") any match_groupdict(any self, any otherwise) {
    const regex *re = match_at(self)->re;
    any dict = new_dict();
    const word *at = regex_words(re, re->names);
    for (uint32_t left = *at++; left; left--) {
        any name = new_str((const uint8_t *)(at + 2), at[1]);
        dict_put(dict, name, text_of(self, at[0], otherwise ? otherwise : NONE));
        at += 2 + (at[1] + 3) / 4;
    }
    return dict;
}

/* Where a group begins and ends, -1 twice if it did not take part. */
static bool span_of(any match, any group, any *from, any *to) {
    match_object *m = match_at(match);
    uint32_t number = group_or_whole(match, group);
    if (FAILED) return false;
    const uint8_t *begin = number ? m->marks[2 * number - 2] : m->from, *end = number ? m->marks[2 * number - 1] : m->to;
    *from = small(begin && end ? begin - m->begin : -1);
    *to = small(begin && end ? end - m->begin : -1);
    return true;
}

PY("match.start(self, group=) -> index") any match_start(any self, any group) {
    any from, to;
    return span_of(self, group, &from, &to) ? from : 0;
}

PY("match.end(self, group=) -> index") any match_end(any self, any group) {
    any from, to;
    return span_of(self, group, &from, &to) ? to : 0;
}

PY("match.span(self, group=) -> tuple") any match_span(any self, any group) {
    any from, to;
    if (!span_of(self, group, &from, &to)) return 0;
    any both = new_tuple(2);
    tuple_at(both)->items[0] = from;
    tuple_at(both)->items[1] = to;
    return both;
}
