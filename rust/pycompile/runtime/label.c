/* What a candidate returned, as a label: the rules of the CPython runtime (label_of in its runner.py, and answers.rs). */
#include "rt.h"
#include <math.h>

#define TEXT_LIMIT 40    /* characters; longer text holds no int64, however it is spaced */
#define STRING_LIMIT 256 /* bytes of a class's name; a longer string is no class */

static const packed *classes; /* the names by code */
static uint32_t class_count;

void RAW(set_classes)(int32_t table, int32_t count) {
    classes = (const packed *)(uintptr_t)(uint32_t)table;
    class_count = (uint32_t)count;
}

static int64_t bad(int32_t error) { rt.error = error; return 0; }

static int64_t class_of(const uint8_t *text, uint32_t len) {
    if (len > STRING_LIMIT) return bad(BAD_OUTPUT);
    for (uint32_t code = 0; code < class_count; code++)
        if (packed_len(classes[code]) == len && memcmp(packed_data(classes[code]), text, len) == 0) return code;
    return bad(OUTSIDE);
}

static int64_t label_of_int(any v) {
    int64_t label;
    return int_to_int64(v, &label) ? label : bad(BAD_OUTPUT);
}

static int64_t label_of_text(const uint8_t *text, uint32_t len) {
    if (class_count) return class_of(text, len);
    if (len == 1 && text[0] >= '0' && text[0] <= '9') return text[0] - '0';
    if (len > TEXT_LIMIT) return bad(BAD_OUTPUT);
    any v = int_parse(text, len, 10);
    if (rt.error == ValueError_) return bad(BAD_OUTPUT);
    return v ? label_of_int(v) : 0;
}

int64_t RAW(label_of_packed)(packed text) { return label_of_text(packed_data(text), packed_len(text)); }

int64_t RAW(label_of)(any v) {
    switch (tag_of(v)) {
    case T_INT: return label_of_int(v);
    case T_BOOL: return bool_value(v);
    case T_STR: return label_of_text(str_at(v)->data, str_at(v)->len);
    case T_FLOAT: {
        double d = float_value(v);
        if (d >= -0x1p63 && d < 0x1p63 && d == trunc(d)) return (int64_t)d; /* false for nan */
    }
    }
    return bad(BAD_OUTPUT);
}
