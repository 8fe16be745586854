/* Methods of str and bytes about letters: upper, title, isdigit and their like. */
#include "text.h"

/* ---- changing letters ---- */
typedef uint8_t change(uint8_t c, bool after_letter);

static inline uint8_t upper(uint8_t c, bool after) { (void)after; return to_upper(c); }
static inline uint8_t lower(uint8_t c, bool after) { (void)after; return to_lower(c); }
static inline uint8_t swap(uint8_t c, bool after) { (void)after; return is_alpha(c) ? c ^ 32 : c; }
static inline uint8_t title(uint8_t c, bool after) { return after ? to_lower(c) : to_upper(c); }

__attribute__((always_inline)) static inline any changed(any self, change f) {
    uint32_t len = str_at(self)->len;
    const uint8_t *p = str_at(self)->data;
    uint8_t *to = alloc(len);
    bool after = false;
    for (uint32_t i = 0; i < len; i++) {
        to[i] = f(p[i], after);
        after = is_alpha(p[i]);
    }
    return like(self, pack(to, len));
}

static any capitalize(any self) {
    if (str_at(self)->len == 0) return self;
    any result = changed(self, lower);
    uint8_t first = to_upper(str_at(self)->data[0]);
    if (str_at(result)->len == 1 && is_str(result)) return value(&rt_chars[first]);
    ((uint8_t *)str_at(result)->data)[0] = first; /* our own bytes, nobody has seen them */
    return result;
}

#define CHANGE(name, body) BOTH(#name "(self)", "str", "bytes", name, (any self), { return body; })
CHANGE(upper, changed(self, upper))
CHANGE(lower, changed(self, lower))
CHANGE(swapcase, changed(self, swap))
CHANGE(title, changed(self, title))
CHANGE(capitalize, capitalize(self))
PY("str.casefold(self) -> str") any str_casefold(any self) { return changed(self, lower); }

/* ---- asking ---- */
typedef bool class(uint8_t c);

__attribute__((always_inline)) static inline any all_are(any self, class f, bool empty) {
    const str_object *s = str_at(self);
    for (uint32_t i = 0; i < s->len; i++)
        if (!f(s->data[i])) return FALSE;
    return from_bool(s->len ? true : empty);
}

static inline bool str_space(uint8_t c) { return is_space(c, true); }
static inline bool bytes_space(uint8_t c) { return is_space(c, false); }
static inline bool ascii(uint8_t c) { return c < 128; }
static inline bool printable(uint8_t c) { return c >= 32 && c < 127; }

/* Some letter, and none of the other case. */
static any one_case(any self, class other) {
    const str_object *s = str_at(self);
    bool letter = false;
    for (uint32_t i = 0; i < s->len; i++) {
        if (other(s->data[i])) return FALSE;
        letter |= is_alpha(s->data[i]);
    }
    return from_bool(letter);
}

static any is_title(any self) {
    const str_object *s = str_at(self);
    bool after = false, letter = false;
    for (uint32_t i = 0; i < s->len; i++) {
        uint8_t c = s->data[i];
        if (is_alpha(c) && is_upper(c) == after) return FALSE;
        after = is_alpha(c);
        letter |= after;
    }
    return from_bool(letter);
}

#define ASK(name, body) BOTH(#name "(self)", "bool", "bool", name, (any self), { return body; })
ASK(isdigit, all_are(self, is_digit, false))
ASK(isalpha, all_are(self, is_alpha, false))
ASK(isalnum, all_are(self, is_alnum, false))
ASK(isascii, all_are(self, ascii, true))
ASK(isupper, one_case(self, is_lower))
ASK(islower, one_case(self, is_upper))
ASK(istitle, is_title(self))
PY("str.isspace(self) -> bool") any str_isspace(any self) { return all_are(self, str_space, false); }
PY("bytes.isspace(self) -> bool") any bytes_isspace(any self) { return all_are(self, bytes_space, false); }
PY("str.isdecimal(self) -> bool") any str_isdecimal(any self) { return all_are(self, is_digit, false); }
PY("str.isnumeric(self) -> bool") any str_isnumeric(any self) { return all_are(self, is_digit, false); }
PY("str.isprintable(self) -> bool") any str_isprintable(any self) { return all_are(self, printable, true); }

PY("str.isidentifier(self) -> bool") any str_isidentifier(any self) {
    const str_object *s = str_at(self);
    for (uint32_t i = 0; i < s->len; i++)
        if (!(is_alpha(s->data[i]) || s->data[i] == '_' || (i && is_digit(s->data[i])))) return FALSE;
    return from_bool(s->len);
}
