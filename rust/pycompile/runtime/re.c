/* What the module re offers, for patterns that the compiler knows: their programs are constant data. */
#include "re.h"
#include "re_object.h"
#include "text.h"

/* ---- one match ---- */
/* A text as the methods of a pattern see it: only `endpos` characters; to be looked at from `pos` on. */
static subject clipped(const regex *re, packed text, int64_t pos, int64_t endpos, const uint8_t **from) {
    uint32_t len = packed_len(text), start = pos < 0 ? 0 : pos > len ? len : (uint32_t)pos;
    if (endpos < len) len = endpos < 0 ? 0 : (uint32_t)endpos;
    if (start > len) deopt(); /* an empty pattern would match there */
    subject s = re_subject(re, pack(packed_data(text), len), true);
    *from = s.begin + start;
    return s;
}

static any match_from(int32_t program, packed text, int64_t pos, int64_t endpos, enum re_mode mode) {
    const regex *re = regex_at(program);
    const uint8_t *from;
    subject s = clipped(re, text, pos, endpos, &from);
    if (FAILED) return 0;
    return re_match_from(re, &s, from, mode) ? new_match(re, &s) : NONE;
}

any RAW(re_search)(int32_t program, packed text, int64_t pos, int64_t endpos) {
    const regex *re = regex_at(program);
    const uint8_t *from;
    subject s = clipped(re, text, pos, endpos, &from);
    if (FAILED) return 0;
    return re_find(re, &s, from, ANY_MATCH) ? new_match(re, &s) : NONE;
}

any RAW(re_match)(int32_t program, packed text, int64_t pos, int64_t endpos) {
    return match_from(program, text, pos, endpos, ANY_MATCH);
}

any RAW(re_fullmatch)(int32_t program, packed text, int64_t pos, int64_t endpos) {
    return match_from(program, text, pos, endpos, FULL_MATCH);
}

/* Whether search (0), match (1) or fullmatch (2) finds a match. */
int32_t RAW(re_test)(int32_t program, packed text, int32_t how) {
    const regex *re = regex_at(program);
    uint32_t top = rt.top;
    subject s = re_subject(re, text, false);
    bool found = how == 0 ? (re->dfa ? dfa_test(re, &s, s.begin) : re_find(re, &s, s.begin, ANY_MATCH))
                          : re_match_from(re, &s, s.begin, how == 1 ? ANY_MATCH : FULL_MATCH);
    rt.top = top;
    return found;
}

/* ---- all matches ---- */
/* What findall gives of a match: the group, all groups, or without groups the match. */
static any found_item(const regex *re, const subject *s) {
    if (re->groups == 0) return new_str(s->from, (uint32_t)(s->to - s->from));
    any empty = value(&rt_empty);
    if (re->groups == 1) return re_group(s, 1, empty);
    any item = new_tuple(re->groups);
    for (uint32_t i = 0; i < re->groups; i++) tuple_at(item)->items[i] = re_group(s, i + 1, empty);
    return item;
}

any RAW(re_findall)(int32_t program, packed text) {
    const regex *re = regex_at(program);
    subject s = re_subject(re, text, true);
    any list = new_list(0, 0);
    while (re_next(re, &s)) list_append(list, found_item(re, &s));
    return list;
}

/* The set of a pattern that is one set repeated, as in `1+`; NULL for another pattern. */
static const word *only_set_repeated(const regex *re) {
    const word *code = regex_words(re, re->code);
    bool so = code[0] == RE_ONE_GREEDY && code[1] == 1 && code[2] == RE_MANY && code[7] == RE_MATCH;
    return so ? code + 3 : NULL;
}

/* How many runs of characters of the set a text has. */
static int32_t count_runs(const word *set, packed text) {
    uint64_t low = set[0] | (uint64_t)set[1] << 32, high = set[2] | (uint64_t)set[3] << 32, inside = 0;
    const uint8_t *data = packed_data(text);
    uint32_t len = packed_len(text);
    int32_t runs = 0;
    for (uint32_t i = 0; i < len; i++) {
        uint64_t now = ((data[i] & 64 ? high : low) >> (data[i] & 63)) & 1;
        runs += (int32_t)(now & ~inside);
        inside = now;
    }
    return runs;
}

/* len(findall) */
int32_t RAW(re_count)(int32_t program, packed text) {
    const regex *re = regex_at(program);
    const word *set = only_set_repeated(re);
    if (set) return count_runs(set, text);
    uint32_t top = rt.top;
    subject s = re_subject(re, text, false);
    int32_t count = 0;
    while (re_next(re, &s)) count++;
    rt.top = top;
    return count;
}

/* All at once: a text does not change, so nobody can see that. */
any RAW(re_finditer)(int32_t program, packed text) {
    const regex *re = regex_at(program);
    subject s = re_subject(re, text, true);
    any list = new_list(0, 0);
    while (re_next(re, &s)) list_append(list, new_match(re, &s));
    return iter_new(list);
}

any RAW(re_split)(int32_t program, packed text, int64_t maxsplit) {
    const regex *re = regex_at(program);
    subject s = re_subject(re, text, true);
    const uint8_t *last = s.begin;
    any list = new_list(0, 0);
    for (int64_t n = 0; (maxsplit == 0 || n < maxsplit) && re_next(re, &s); n++) {
        list_append(list, new_str(last, (uint32_t)(s.from - last)));
        for (uint32_t i = 1; i <= re->groups; i++) list_append(list, re_group(&s, i, NONE));
        last = s.to;
    }
    list_append(list, new_str(last, (uint32_t)(s.end - last)));
    return list;
}

/* ---- replacing ---- */
/* A replacement with groups, as src/regex/template.rs writes it; without a program, `text`. */
typedef struct { const word *program; packed text; } replacement;

enum { NO_GROUP = UINT32_MAX };

static void add_replacement(text *out, const replacement *r, const subject *s) {
    if (!r->program) { text_add(out, packed_data(r->text), packed_len(r->text)); return; }
    const word *at = r->program + 1;
    for (uint32_t pieces = *r->program; pieces; pieces--) {
        uint32_t len = at[0], group = at[1 + (len + 3) / 4];
        text_add(out, (const uint8_t *)(at + 1), len);
        at += 2 + (len + 3) / 4;
        if (group == NO_GROUP) continue;
        const uint8_t *from = group ? s->marks[2 * group - 2] : s->from, *to = group ? s->marks[2 * group - 1] : s->to;
        if (from && to) text_add(out, from, (uint32_t)(to - from));
    }
}

/* How many were replaced comes back in `count`. */
static any substitute(int32_t program, packed text_, const replacement *r, int64_t *count) {
    const regex *re = regex_at(program);
    subject s = re_subject(re, text_, r->program != NULL);
    const uint8_t *last = s.begin;
    text out = {0};
    int64_t n = 0;
    for (; (*count == 0 || n < *count) && re_next(re, &s); n++) {
        text_add(&out, last, (uint32_t)(s.from - last));
        add_replacement(&out, r, &s);
        last = s.to;
    }
    *count = n;
    if (n == 0) return new_str(s.begin, packed_len(text_));
    text_add(&out, last, (uint32_t)(s.end - last));
    return text_done(&out);
}

static any with_count(any text, int64_t count) {
    any both = new_tuple(2);
    tuple_at(both)->items[0] = text;
    tuple_at(both)->items[1] = small(count);
    return both;
}

static inline replacement template_at(int32_t program) { return (replacement){(const word *)(uintptr_t)(uint32_t)program, 0}; }

/* A replacement that the compiler does not know: with a backslash it would be a template. */
static inline replacement verbatim(packed text) {
    if (memchr(packed_data(text), '\\', packed_len(text))) deopt();
    return (replacement){NULL, text};
}

any RAW(re_sub)(int32_t program, packed text, int32_t template, int64_t count) {
    replacement r = template_at(template);
    return substitute(program, text, &r, &count);
}

any RAW(re_subn)(int32_t program, packed text, int32_t template, int64_t count) {
    replacement r = template_at(template);
    any replaced = substitute(program, text, &r, &count);
    return with_count(replaced, count);
}

any RAW(re_sub_text)(int32_t program, packed text, packed by, int64_t count) {
    replacement r = verbatim(by);
    return FAILED ? 0 : substitute(program, text, &r, &count);
}

any RAW(re_subn_text)(int32_t program, packed text, packed by, int64_t count) {
    replacement r = verbatim(by);
    if (FAILED) return 0;
    any replaced = substitute(program, text, &r, &count);
    return with_count(replaced, count);
}

PY("re.escape(pattern) -> str") any re_escape(any pattern) {
    if (!is_str(pattern)) return deopt();
    static const char special[] = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
    text out = {0};
    const uint8_t *data = str_at(pattern)->data;
    for (uint32_t i = 0, len = str_at(pattern)->len; i < len; i++) {
        if (memchr(special, data[i], sizeof special - 1)) text_byte(&out, '\\');
        text_byte(&out, data[i]);
    }
    return text_done(&out);
}
