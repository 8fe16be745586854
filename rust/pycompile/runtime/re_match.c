/* The backtracking matcher of re.
 *
 * It tries what Python's matcher tries, in the same order. What has to be tried later, or undone on the way back, is a frame on a
 * stack in the arena: the operation that left it, the place in the text, and two words. On a failure the operation of the
 * last frame is asked again. A repeat of a set, the commonest loop, needs one frame however often it turns. */
#include "re.h"

typedef struct { const word *op; const uint8_t *at; uint32_t a, b; } frame;
/* A loop under way: the turns begun, and where the last one began that need not have been. A turn that consumes nothing is the last. */
typedef struct { uint32_t turns; const uint8_t *last; } loop;

enum { CHUNK = 256 * sizeof(frame) };

static bool at_holds(const subject *s, const uint8_t *at, uint32_t what) {
    switch (what) {
    case AT_BEGIN: return at == s->begin;
    case AT_BEGIN_LINE: return at == s->begin || at[-1] == '\n';
    case AT_END: return at == s->end || (at + 1 == s->end && *at == '\n');
    case AT_END_LINE: return at == s->end || *at == '\n';
    case AT_END_TEXT: return at == s->end;
    default: {
        bool before = at > s->begin && is_word(at[-1]), behind = at < s->end && is_word(*at);
        return (before != behind) == (what == AT_BOUNDARY);
    }
    }
}

static inline uint8_t lower(uint8_t c) { return (uint8_t)(c - 'A') < 26 ? c + 32 : c; }

/* How many characters from `at` on are in the set, at most `max`. */
static inline uint32_t span(const word *set, const uint8_t *at, const uint8_t *end, uint32_t max) {
    const uint8_t *from = at;
    if (max < (uint32_t)(end - at)) end = at + max;
    while (at < end && in_set(set, *at)) at++;
    return (uint32_t)(at - from);
}

static const uint8_t *run(const regex *re, const subject *s, const uint8_t *from, enum re_mode mode) {
    static const word undo_loop = RE_UNDO_LOOP;
    const word *const code = regex_words(re, re->code);
    const uint8_t *const end = s->end, **const marks = s->marks;
    loop *const loops = alloc(re->loops * (uint32_t)sizeof(loop));
    /* The stack grows at the end of the arena: nothing else is allocated meanwhile. */
    frame *const bottom = alloc(CHUNK), *top = bottom, *limit = bottom + CHUNK / sizeof(frame);
    frame *barrier = NULL; /* of the innermost assertion or atomic group under way */
    const word *op = code;
    const uint8_t *at = from;

#define PUSH(op_, at_, a_, b_) \
    do { \
        if (top == limit) limit = (frame *)alloc(CHUNK) + CHUNK / sizeof(frame); \
        *top++ = (frame){op_, at_, a_, b_}; \
    } while (0)
#define WORD(pointer) ((uint32_t)(uintptr_t)(pointer))
#define SAVE_LOOP(l) PUSH(&undo_loop, (const uint8_t *)(l), (l)->turns, WORD((l)->last))

    for (;;) {
        switch ((enum re_op)*op) {
        case RE_MATCH:
            if ((mode == FULL_MATCH && at != end) || (mode == ADVANCING && at == from)) break;
            return at;
        case RE_CHAR:
            if (at == end || *at != op[1]) break;
            at++, op += 2;
            continue;
        case RE_TEXT: {
            uint32_t len = op[1];
            if ((uint32_t)(end - at) < len || memcmp(at, op + 2, len) != 0) break;
            at += len, op += 2 + (len + 3) / 4;
            continue;
        }
        case RE_SET:
            if (at == end || !in_set(op + 1, *at)) break;
            at++, op += 5;
            continue;
        case RE_AT:
            if (!at_holds(s, at, op[1])) break;
            op += 2;
            continue;
        case RE_JUMP:
            op = code + op[1];
            continue;
        case RE_SPLIT:
            PUSH(op, at, 0, 0);
            op += 2;
            continue;
        case RE_MARK:
            PUSH(op, at, WORD(marks[op[1]]), 0);
            marks[op[1]] = at;
            op += 2;
            continue;
        case RE_ONE_GREEDY:
        case RE_ONE_POSSESSIVE: {
            uint32_t min = op[1], count = span(op + 3, at, end, op[2]);
            if (count < min) break;
            at += count;
            if (count > min && *op == RE_ONE_GREEDY) PUSH(op, at, WORD(at - (count - min)), 0);
            op += 7;
            continue;
        }
        case RE_ONE_LAZY: {
            uint32_t min = op[1];
            if (min && span(op + 3, at, end, min) < min) break;
            at += min;
            PUSH(op, at, op[2] == RE_MANY ? RE_MANY : op[2] - min, 0);
            op += 7;
            continue;
        }
        case RE_LOOP: {
            loop *l = &loops[op[1]];
            SAVE_LOOP(l);
            *l = (loop){0, NULL};
            op = code + op[2];
            continue;
        }
        case RE_UNTIL_GREEDY:
        case RE_UNTIL_LAZY: {
            loop *l = &loops[op[1]];
            uint32_t turns = l->turns;
            if (turns < op[2]) {
                SAVE_LOOP(l);
                l->turns++;
                op = code + op[4];
            } else if ((op[3] == RE_MANY || turns < op[3]) && at != l->last) {
                PUSH(op, at, turns, WORD(l->last));
                if (*op == RE_UNTIL_LAZY) { op += 5; continue; }
                *l = (loop){turns + 1, at};
                op = code + op[4];
            } else {
                op += 5;
            }
            continue;
        }
        case RE_LOOK:
        case RE_LOOK_NOT:
            if ((uint32_t)(at - s->begin) < op[1]) {
                if (*op == RE_LOOK) break;
                op = code + op[2];
                continue;
            }
            PUSH(op, at, WORD(barrier), 0);
            barrier = top - 1;
            at -= op[1], op += 3;
            continue;
        case RE_ATOMIC:
            PUSH(op, at, WORD(barrier), 0);
            barrier = top - 1;
            op += 1;
            continue;
        case RE_LOOK_END:
        case RE_ATOMIC_END: {
            /* Nothing in it is tried again, but its marks will be undone. */
            frame *kept = barrier;
            if (*op == RE_LOOK_END) at = kept->at;
            barrier = (frame *)(uintptr_t)kept->a;
            for (frame *f = kept + 1; f < top; f++)
                if (*f->op == RE_MARK) *kept++ = *f;
            top = kept, op += 1;
            continue;
        }
        case RE_LOOK_NOT_END:
            while (--top > barrier)
                if (*top->op == RE_MARK) marks[top->op[1]] = (const uint8_t *)(uintptr_t)top->a;
            barrier = (frame *)(uintptr_t)top->a;
            break;
        case RE_BACKREF:
        case RE_BACKREF_IGNORE: {
            const uint8_t *p = marks[op[1]], *q = marks[op[1] + 1];
            if (!p || !q || q < p || end - at < q - p) break;
            if (*op == RE_BACKREF) while (p < q && *p == *at) p++, at++;
            else while (p < q && lower(*p) == lower(*at)) p++, at++;
            if (p < q) break;
            op += 2;
            continue;
        }
        case RE_IF_GROUP: {
            const uint8_t *p = marks[op[1]], *q = marks[op[1] + 1];
            op = p && q && q >= p ? op + 3 : code + op[2];
            continue;
        }
        case RE_UNDO_LOOP: __builtin_unreachable();
        }

        /* It failed: back to what is to be tried next. */
    back:
        if (top == bottom) return NULL;
        frame *f = --top;
        op = f->op, at = f->at;
        switch ((enum re_op)*op) {
        case RE_SPLIT:
            op = code + op[1];
            continue;
        case RE_MARK:
            marks[op[1]] = (const uint8_t *)(uintptr_t)f->a;
            goto back;
        case RE_ONE_GREEDY: {
            const uint8_t *least = (const uint8_t *)(uintptr_t)f->a;
            at--;
            if (op[7] == RE_CHAR) while (at > least && *at != op[8]) at--;
            if (at > least) f->at = at, top++;
            op += 7;
            continue;
        }
        case RE_ONE_LAZY:
            if (f->a == 0 || at == end || !in_set(op + 3, *at)) goto back;
            f->at = ++at, top++;
            if (f->a != RE_MANY) f->a--;
            op += 7;
            continue;
        case RE_UNTIL_GREEDY:
            loops[op[1]] = (loop){f->a, (const uint8_t *)(uintptr_t)f->b};
            op += 5;
            continue;
        case RE_UNTIL_LAZY: {
            loop *l = &loops[op[1]];
            SAVE_LOOP(l);
            *l = (loop){l->turns + 1, at};
            op = code + op[4];
            continue;
        }
        case RE_UNDO_LOOP:
            *(loop *)(uintptr_t)at = (loop){f->a, (const uint8_t *)(uintptr_t)f->b};
            goto back;
        case RE_LOOK_NOT:
            barrier = (frame *)(uintptr_t)f->a;
            op = code + op[2];
            continue;
        case RE_LOOK:
        case RE_ATOMIC:
            barrier = (frame *)(uintptr_t)f->a;
            goto back;
        default: __builtin_unreachable();
        }
    }
}

const uint8_t *re_match_at(const regex *re, const subject *s, const uint8_t *from, enum re_mode mode) {
    uint32_t top = rt.top;
    memset(s->marks, 0, re->groups * 2 * sizeof *s->marks);
    const uint8_t *to = run(re, s, from, mode);
    rt.top = top;
    return to;
}
