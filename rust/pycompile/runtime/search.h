/* Substring search, 16 places at a time: of each the needle's first 8 bytes are compared at once, by anding the comparisons of single
 * bytes. On texts over two letters, a filter on one byte would let half of all places through. */
#pragma once
#include "text.h"

enum { COMPARED_MAX = 8 };

typedef struct {
    const uint8_t *text, *needle;
    uint32_t len;       /* of the needle, at least 1 */
    uint32_t places;    /* how many places of the text the needle may start at */
    v128_t first[COMPARED_MAX];
} search;

static inline uint32_t search_compared(packed needle) { return packed_len(needle) < COMPARED_MAX ? packed_len(needle) : COMPARED_MAX; }

/* `compared` is search_compared() of the needle, here and below: as a constant where speed matters. */
__attribute__((always_inline)) static inline search search_for(packed s, packed needle, uint32_t compared) {
    search w = {.text = packed_data(s), .needle = packed_data(needle), .len = packed_len(needle)};
    if (packed_len(s) >= w.len) w.places = packed_len(s) - w.len + 1;
    for (uint32_t i = 0; i < compared; i++) w.first[i] = wasm_v128_load8_splat(w.needle + i);
    return w;
}

__attribute__((always_inline)) static inline uint32_t search_16(const search *w, const uint8_t *at, uint32_t compared) {
    v128_t same = wasm_i8x16_eq(wasm_v128_load(at), w->first[0]);
    for (uint32_t k = 1; k < compared; k++) same = wasm_v128_and(same, wasm_i8x16_eq(wasm_v128_load(at + k), w->first[k]));
    return wasm_i8x16_bitmask(same);
}

/* Those of the hits where the whole needle is. */
uint32_t search_confirm(const uint8_t *at, uint32_t hits, const uint8_t *needle, uint32_t len);

/* Bit k is set if the needle is at place `at` + k. Nothing outside the text is loaded when it has 16 places or more: then the last
 * 16 are looked at. */
__attribute__((always_inline)) static inline uint32_t search_hits(const search *w, uint32_t at, uint32_t compared) {
    uint32_t hits;
    if (at + 16 <= w->places) {
        hits = search_16(w, w->text + at, compared);
    } else if (w->places >= 16) {
        hits = search_16(w, w->text + w->places - 16, compared) >> (at - (w->places - 16));
    } else if (readable(w->text, 16 + COMPARED_MAX)) {
        hits = search_16(w, w->text, compared) & ((1u << w->places) - 1);
    } else {
        hits = (1u << w->places) - 1;
        return search_confirm(w->text, hits, w->needle, w->len);
    }
    if (compared < COMPARED_MAX || w->len == COMPARED_MAX || hits == 0) return hits;
    return search_confirm(w->text + at, hits, w->needle, w->len);
}

/* Non-overlapping occurrences, from the left. */
typedef struct { search search; uint32_t compared, at, hits, free; } matches;

static inline matches matches_of(packed s, packed needle) {
    uint32_t compared = search_compared(needle);
    return (matches){.search = search_for(s, needle, compared), .compared = compared};
}

static inline bool next_match(matches *m, uint32_t *place) {
    for (;;) {
        while (m->hits) {
            uint32_t found = m->at - 16 + (uint32_t)__builtin_ctz(m->hits);
            m->hits &= m->hits - 1;
            if (found < m->free) continue;
            m->free = found + m->search.len;
            *place = found;
            return true;
        }
        if (m->at >= m->search.places) return false;
        m->hits = search_hits(&m->search, m->at, m->compared);
        m->at += 16;
    }
}
