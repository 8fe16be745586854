/* str.format with positional arguments. Names, attributes, items, and what is not well-formed, are CPython's. */
#include "text.h"

typedef struct { const tuple_object *args; int32_t next; } arguments; /* next: the automatic number; -1: numbers are written */

static bool expand(text *t, packed format, arguments *args, int depth);

/* The value of a field's name: empty, or a number. */
static any argument(arguments *args, packed name) {
    uint32_t index = 0;
    if (packed_len(name) == 0) {
        if (args->next < 0) return raise(ValueError_);
        index = (uint32_t)args->next++;
    } else {
        if (packed_len(name) > 6 || args->next > 0) return deopt();
        args->next = -1;
        for (uint32_t i = 0; i < packed_len(name); i++) {
            if (!is_digit(packed_data(name)[i])) return deopt();
            index = index * 10 + (packed_data(name)[i] - '0');
        }
    }
    return index < args->args->len ? args->args->items[index] : raise(IndexError_);
}

/* A field between its braces: name, !conversion, :specification, which may contain fields again. */
static bool expand_field(text *t, const uint8_t *p, const uint8_t *end, arguments *args, int depth) {
    const uint8_t *name = p;
    while (p < end && *p != '!' && *p != ':') p++;
    any v = argument(args, pack(name, (uint32_t)(p - name)));
    if (FAILED) return false;
    if (p < end && *p == '!') {
        if (end - p < 2 || (end - p > 2 && p[2] != ':')) { deopt(); return false; }
        if (p[1] == 's') v = to_str(v);
        else if (p[1] == 'r' || p[1] == 'a') v = to_repr(v);
        else deopt();
        if (FAILED) return false;
        p += 2;
    }
    if (p < end) p++; /* the colon */
    text spec = {0};
    if (!expand(&spec, pack(p, (uint32_t)(end - p)), args, depth + 1)) return false;
    any s = format_value(v, text_done(&spec));
    if (FAILED) return false;
    text_str(t, s);
    return true;
}

static bool expand(text *t, packed format, arguments *args, int depth) {
    const uint8_t *p = packed_data(format), *end = p + packed_len(format);
    while (p < end) {
        uint8_t c = *p++;
        if (c != '{' && c != '}') { text_byte(t, c); continue; }
        if (p < end && *p == c && depth == 0) { text_byte(t, c), p++; continue; }
        if (c == '}' || depth > 1) { deopt(); return false; }
        const uint8_t *field = p;
        for (int open = 1; open; p++) {
            if (p == end) { deopt(); return false; }
            if (*p == '[') { deopt(); return false; }
            open += (*p == '{') - (*p == '}');
        }
        if (!expand_field(t, field, p - 1, args, depth)) return false;
    }
    return true;
}

PY("str.format(self, *args) -> str") any str_format(any self, any args) {
    text t = {0};
    arguments given = {tuple_at(args), 0};
    return expand(&t, packed_of(self), &given, 0) ? text_done(&t) : 0;
}
