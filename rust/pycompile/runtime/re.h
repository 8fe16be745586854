/* Compiled patterns of Python's re, as src/regex of the compiler writes them, and how they are matched.
 *
 * There are two matchers. re_match.c runs the code of a pattern and backtracks: it can do everything. re_dfa.c runs an automaton, at a
 * table look-up a character; most patterns have one. It finds the same matches but no groups. re_find.c takes the better one. */
#pragma once
#include "rt.h"

/* Words of constant data; a candidate's data is not aligned. */
typedef uint32_t word __attribute__((aligned(1)));
typedef uint16_t half __attribute__((aligned(1)));

typedef struct {
    word groups;
    word code;        /* where it begins, in words from here */
    word loops;       /* how many the code has */
    word dfa;         /* where the automaton begins; 0: there is none */
    word names;       /* where the names begin: how many; of each the group, the name's length, its bytes padded to words */
    word flags;
    word first[4];    /* a set: one bit a character */
} regex;
enum { RE_ANCHORED = 1 /* every match begins at the beginning of the text */, RE_NONEMPTY = 2 /* ... with a character of `first` */ };

/* Operations of the code, with their operands. Targets count words from the beginning of the code. The order is that of `Op` in
 * src/regex/code.rs. */
enum re_op {
    RE_MATCH,
    RE_CHAR,             /* character */
    RE_TEXT,             /* length, bytes padded to words */
    RE_SET,              /* set of 4 words */
    RE_AT,               /* an re_at */
    RE_JUMP,             /* target */
    RE_SPLIT,            /* target: to be tried if what follows fails */
    RE_MARK,             /* a group's beginning (2 * group - 2) or end (2 * group - 1) is here */
    RE_ONE_GREEDY,       /* min, max, set: that many characters of the set; what follows decides */
    RE_ONE_LAZY,
    RE_ONE_POSSESSIVE,
    RE_LOOP,             /* loop, target: the loop's `until` */
    RE_UNTIL_GREEDY,     /* loop, min, max, target: the body */
    RE_UNTIL_LAZY,
    RE_LOOK,             /* how far behind, target: behind the assertion. The body ends with the operation that follows here */
    RE_LOOK_END,
    RE_LOOK_NOT,
    RE_LOOK_NOT_END,
    RE_ATOMIC,
    RE_ATOMIC_END,
    RE_BACKREF,          /* mark of the group's beginning */
    RE_BACKREF_IGNORE,   /* the same, whatever the case */
    RE_IF_GROUP,         /* mark of the group's beginning, target: if it is not set */
    RE_UNDO_LOOP,        /* only on the stack of the matcher */
};

/* The order is that of `At` in src/regex/syntax.rs. */
enum re_at { AT_BEGIN, AT_BEGIN_LINE, AT_END, AT_END_LINE, AT_END_TEXT, AT_BOUNDARY, AT_NOT_BOUNDARY };

/* No bound on a repeat. */
#define RE_MANY UINT32_MAX

/* A text, and the last match in it. */
typedef struct {
    const uint8_t *begin, *end;
    const uint8_t *from, *to;
    const uint8_t **marks;   /* where groups begin and end, NULL where they did not take part; NULL if nobody asks for groups */
} subject;

/* What counts as a match. */
enum re_mode { ANY_MATCH, FULL_MATCH /* up to the end */, ADVANCING /* not an empty one */ };

static inline const regex *regex_at(int32_t program) { return (const regex *)(uintptr_t)(uint32_t)program; }
static inline const word *regex_words(const regex *re, uint32_t at) { return (const word *)re + at; }
static inline bool in_set(const word *set, uint8_t c) { return set[c >> 5] >> (c & 31) & 1; }
static inline bool is_word(uint8_t c) { return (uint8_t)((c | 32) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '_'; }

/* re_match.c: a match that begins at `from`, and its end; NULL: there is none. Sets the marks, which must be there. */
const uint8_t *re_match_at(const regex *re, const subject *s, const uint8_t *from, enum re_mode mode);

/* re_dfa.c, for patterns that have an automaton: the same without marks; the leftmost match at or behind `from`; whether there is a
 * match at or behind `from`. */
const uint8_t *dfa_match_at(const regex *re, const subject *s, const uint8_t *from, enum re_mode mode);
bool dfa_find(const regex *re, subject *s, const uint8_t *from, enum re_mode mode);
bool dfa_test(const regex *re, const subject *s, const uint8_t *from);

/* re_find.c: a text without a match as yet; with room for marks if groups are wanted. */
subject re_subject(const regex *re, packed text, bool groups);
/* The match that begins at `from`; the leftmost match at or behind `from`; the next one, as findall goes on. */
bool re_match_from(const regex *re, subject *s, const uint8_t *from, enum re_mode mode);
bool re_find(const regex *re, subject *s, const uint8_t *from, enum re_mode mode);
bool re_next(const regex *re, subject *s);

/* A group of the match in `s`: its text, or `otherwise` if it did not take part. */
any re_group(const subject *s, uint32_t group, any otherwise);
