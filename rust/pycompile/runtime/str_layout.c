/* Methods of str that pad, map and encode: center, zfill, expandtabs, translate, maketrans, encode. */
#include "text.h"

static any pad(any self, uint32_t left, uint32_t right, uint8_t fill) {
    text t = {0};
    text_grow(&t, left + str_at(self)->len + right);
    text_fill(&t, fill, left);
    text_str(&t, self);
    text_fill(&t, fill, right);
    return text_done(&t);
}

enum side { LEFT, RIGHT, CENTER };
static any justify(any self, any width, any fillchar, enum side side) {
    int32_t wanted, len = (int32_t)str_at(self)->len;
    uint8_t fill = ' ';
    if (!small_count(width, 0, &wanted)) return 0;
    if (given(fillchar)) {
        if (!is_str(fillchar) || str_at(fillchar)->len != 1) return raise(TypeError_);
        fill = str_at(fillchar)->data[0];
    }
    if (wanted <= len) return self;
    uint32_t more = (uint32_t)(wanted - len);
    /* of an odd number the larger half is on the right, but on the left where the width is odd */
    uint32_t left = side == LEFT ? 0 : side == RIGHT ? more : more / 2 + (more & (uint32_t)wanted & 1);
    return pad(self, left, more - left, fill);
}
PY("str.ljust(self, width, fillchar=, /) -> str") any str_ljust(any self, any width, any fillchar) { return justify(self, width, fillchar, LEFT); }
PY("str.rjust(self, width, fillchar=, /) -> str") any str_rjust(any self, any width, any fillchar) { return justify(self, width, fillchar, RIGHT); }
PY("str.center(self, width, fillchar=, /) -> str") any str_center(any self, any width, any fillchar) { return justify(self, width, fillchar, CENTER); }

PY("str.zfill(self, width, /) -> str") any str_zfill(any self, any width) {
    int32_t wanted;
    const str_object *s = str_at(self);
    if (!small_count(width, 0, &wanted)) return 0;
    if (wanted <= (int32_t)s->len) return self;
    uint32_t more = (uint32_t)wanted - s->len;
    text t = {0};
    bool sign = s->len && (s->data[0] == '+' || s->data[0] == '-');
    if (sign) text_byte(&t, s->data[0]);
    text_fill(&t, '0', more);
    text_add(&t, s->data + sign, s->len - sign);
    return text_done(&t);
}

PY("str.expandtabs(self, tabsize=) -> str") any str_expandtabs(any self, any tabsize) {
    int32_t size;
    if (!small_count(tabsize, 8, &size)) return 0;
    const str_object *s = str_at(self);
    text t = {0};
    uint32_t column = 0;
    for (uint32_t i = 0; i < s->len; i++) {
        uint8_t c = s->data[i];
        if (c == '\t') {
            uint32_t fill = size > 0 ? (uint32_t)size - column % (uint32_t)size : 0;
            text_fill(&t, ' ', fill);
            column += fill;
        } else {
            text_byte(&t, c);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
    }
    return text_done(&t);
}

/* table[c], or 0 where there is none: the character stays. */
static any translation(any table, uint8_t c) {
    if (is(table, T_DICT)) return dict_find(table, small(c));
    any v = get_item(table, small(c));
    if (rt.error == IndexError_ || rt.error == KeyError_) rt.error = OK;
    return v;
}

PY("str.translate(self, table, /) -> str") any str_translate(any self, any table) {
    const str_object *s = str_at(self);
    any known[128] = {0}; /* what a character becomes: the address of another str, or 0, not yet asked for */
    text t = {0};
    for (uint32_t i = 0; i < s->len; i++) {
        uint8_t c = s->data[i];
        if (!known[c]) {
            any v = translation(table, c);
            if (FAILED) return 0;
            if (!v) {
                v = value(&rt_chars[c]);
            } else if (v == NONE) {
                v = value(&rt_empty);
            } else if (is_int(v) || is(v, T_BOOL)) {
                int64_t code;
                if (!to_index(v, &code)) return 0;
                if (code < 0 || code > 0x10ffff) return raise(ValueError_);
                if (code >= 128) return deopt();
                v = value(&rt_chars[code]);
            } else if (!is_str(v)) {
                return raise(TypeError_);
            }
            known[c] = v;
        }
        text_str(&t, known[c]);
    }
    return text_done(&t);
}

PY("str.maketrans(x, y=, z=, /) -> dict") any str_maketrans(any x, any y, any z) {
    any table = new_dict();
    if (!given(y)) {
        if (!is(x, T_DICT)) return raise(TypeError_);
        uint32_t place = 0;
        for (any key, v; dict_next(x, &place, &key, &v);) {
            if (is_str(key)) {
                if (str_at(key)->len != 1) return raise(ValueError_);
                key = small(str_at(key)->data[0]);
            } else if (!is_int(key) && !is(key, T_BOOL)) {
                return raise(TypeError_);
            }
            dict_put(table, key, v);
        }
        return table;
    }
    if (!is_str(x) || !is_str(y) || (given(z) && !is_str(z))) return raise(TypeError_);
    const str_object *from = str_at(x), *to = str_at(y);
    if (from->len != to->len) return raise(ValueError_);
    for (uint32_t i = 0; i < from->len; i++) dict_put(table, small(from->data[i]), small(to->data[i]));
    for (uint32_t i = 0; given(z) && i < str_at(z)->len; i++) dict_put(table, small(str_at(z)->data[i]), NONE);
    return table;
}
