/* Finding matches of re, one or one after the other, by the automaton where there is one; groups are then filled in by the matcher. */
#include "re.h"

subject re_subject(const regex *re, packed text, bool groups) {
    /* NULL is no place in a text, not even in an empty one. */
    const uint8_t *begin = packed_len(text) ? packed_data(text) : (const uint8_t *)&rt_empty;
    subject s = {begin, begin + packed_len(text), NULL, NULL, NULL};
    if (re->groups && (groups || !re->dfa)) s.marks = alloc_array(re->groups, 2 * sizeof *s.marks);
    return s;
}

bool re_match_from(const regex *re, subject *s, const uint8_t *from, enum re_mode mode) {
    /* The automaton knows of a full match only from the beginning on. */
    bool dfa = re->dfa && (mode != FULL_MATCH || from == s->begin);
    const uint8_t *to = dfa ? dfa_match_at(re, s, from, mode) : re_match_at(re, s, from, mode);
    if (to && dfa && s->marks) re_match_at(re, s, from, mode);
    s->from = from, s->to = to;
    return to != NULL;
}

bool re_find(const regex *re, subject *s, const uint8_t *from, enum re_mode mode) {
    if (re->dfa) {
        if (!dfa_find(re, s, from, mode)) return false;
        /* An empty match that does not count can only be where it began to look. */
        if (s->marks) re_match_at(re, s, s->from, s->from == from ? mode : ANY_MATCH);
        return true;
    }
    for (const uint8_t *at = from; at <= s->end; at++, mode = ANY_MATCH) {
        if (re->flags & RE_ANCHORED && at > s->begin) return false;
        if (re->flags & RE_NONEMPTY) {
            while (at < s->end && !in_set(re->first, *at)) at++;
            if (at == s->end) return false;
        }
        if (re_match_from(re, s, at, mode)) return true;
    }
    return false;
}

bool re_next(const regex *re, subject *s) {
    if (!s->from) return re_find(re, s, s->begin, ANY_MATCH);
    return re_find(re, s, s->to, s->from == s->to ? ADVANCING : ANY_MATCH);
}
