/* The automata of re: what src/regex/dfa.rs of the compiler builds.
 *
 * A state is the place of its row in the table; a row has one cell a symbol: a class of characters, then perhaps a newline that ends the
 * text, then the end. Whether a match ended at a place is known when the symbol there was read, from the number of the next state. */
#include "re.h"

typedef struct {
    word stride;        /* cells a row */
    word last_match;    /* DEAD, DONE and the other states up to this one: a match ended (or, DEAD, none will) */
    word context;       /* what stands before a place matters there */
    word last_newline;  /* the symbol; that of the end if `$` does not ask for it */
    word end;           /* the symbol */
    word match[4], advance[4], search[4]; /* where to begin, by what stands before (below) */
    word full;
    uint8_t classes[128];
    half cells[];
} automaton;

enum { BEFORE_TEXT, BEFORE_NEWLINE, BEFORE_WORD, BEFORE_OTHER };
enum { DEAD = 0 };

static inline const automaton *automaton_of(const regex *re) { return (const automaton *)regex_words(re, re->dfa); }

static inline uint32_t before(const automaton *d, const subject *s, const uint8_t *at) {
    if (at == s->begin) return BEFORE_TEXT;
    if (!d->context) return BEFORE_OTHER;
    return at[-1] == '\n' ? BEFORE_NEWLINE : is_word(at[-1]) ? BEFORE_WORD : BEFORE_OTHER;
}

/* Where ordinary characters end: before a newline that ends the text, if that is a symbol of its own. */
static inline const uint8_t *ordinary_end(const automaton *d, const subject *s, const uint8_t *at) {
    return s->end - (d->last_newline != d->end && at < s->end && s->end[-1] == '\n');
}

/* From a state at a place: where the match ends, NULL if there is none; with `test`, only whether there is one. Writes how far it read. */
__attribute__((always_inline)) static inline const uint8_t *
run(const automaton *d, const subject *s, const uint8_t *at, uint32_t state, bool test, const uint8_t **read) {
    const uint32_t last_match = d->last_match, done = d->stride;
    const uint8_t *const stop = ordinary_end(d, s, at), *found = NULL;
    for (; at < stop; at++) {
        state = d->cells[state + d->classes[*at]];
        if (state <= last_match) {
            if (state == DEAD) goto out;
            found = at;
            if (test || state == done) goto out;
        }
    }
    if (at < s->end) {
        state = d->cells[state + d->last_newline];
        if (state <= last_match && state != DEAD) found = at;
        at++;
    }
    state = d->cells[state + d->end];
    if (state <= last_match && state != DEAD) found = at;
out:
    *read = at;
    return found;
}

const uint8_t *dfa_match_at(const regex *re, const subject *s, const uint8_t *from, enum re_mode mode) {
    const automaton *d = automaton_of(re);
    uint32_t kind = before(d, s, from);
    const uint8_t *read;
    /* A full match begins where the text does. */
    return run(d, s, from, mode == FULL_MATCH ? d->full : mode == ADVANCING ? d->advance[kind] : d->match[kind], false, &read);
}

bool dfa_test(const regex *re, const subject *s, const uint8_t *from) {
    const automaton *d = automaton_of(re);
    const uint8_t *read;
    return run(d, s, from, d->search[before(d, s, from)], true, &read) != NULL;
}

/* Every place is tried in turn, which is quick where the first characters decide. Once much was read in vain, `dfa_test` tells whether
 * there is anything to be found. */
bool dfa_find(const regex *re, subject *s, const uint8_t *from, enum re_mode mode) {
    enum { IN_VAIN = 64 };
    const automaton *d = automaton_of(re);
    uint32_t in_vain = 0;
    for (const uint8_t *at = from;; at++, mode = ANY_MATCH) {
        uint32_t start = (mode == ADVANCING ? d->advance : d->match)[before(d, s, at)];
        if (!d->context && at > s->begin && mode == ANY_MATCH) {
            if (start == DEAD) return false;
            const uint8_t *const stop = ordinary_end(d, s, at);
            while (at < stop && d->cells[start + d->classes[*at]] == DEAD) at++;
        }
        const uint8_t *read, *to = run(d, s, at, start, false, &read);
        if (to) {
            s->from = at, s->to = to;
            return true;
        }
        if (at == s->end) return false;
        in_vain += (uint32_t)(read - at);
        if (in_vain > IN_VAIN) {
            if (!dfa_test(re, s, at + 1)) return false;
            in_vain = 0;
        }
    }
}
