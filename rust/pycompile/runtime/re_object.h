/* Match objects of re. */
#pragma once
#include "re.h"

/* The marks follow: two a group, as in `subject`. */
typedef struct {
    uint32_t tag;
    const regex *re;
    const uint8_t *begin, *from, *to;
    const uint8_t *marks[];
} match_object;

/* The match that a subject holds. */
any new_match(const regex *re, const subject *s);
