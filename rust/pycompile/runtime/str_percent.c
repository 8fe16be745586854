/* format % args, as CPython's unicode_format does it. Names and widths given as arguments are CPython's. */
#include "text.h"

typedef struct {
    bool left, plus, blank, alternate, zero;
    int32_t width, precision; /* -1: not given */
    uint8_t type;
} directive;

/* sign, prefix and digits (or text) in `width`: zeros stand behind sign and prefix, blanks before them. */
static void lay_out(text *t, const directive *d, packed body, bool number) {
    const uint8_t *p = packed_data(body);
    uint32_t len = packed_len(body), front = 0; /* front: sign and prefix */
    uint8_t sign = number && len && *p == '-' ? '-' : number && d->plus ? '+' : number && d->blank ? ' ' : 0;
    if (sign == '-') p++, len--;
    if (number && d->alternate && (d->type == 'x' || d->type == 'X' || d->type == 'o')) front = 2;
    uint32_t total = len + (sign != 0), more = d->width > (int32_t)total ? (uint32_t)d->width - total : 0;
    bool zeros = number && d->zero;
    if (!zeros && !d->left) text_fill(t, ' ', more);
    if (sign) text_byte(t, sign);
    text_add(t, p, front);
    if (zeros && !d->left) text_fill(t, '0', more);
    text_add(t, p + front, len - front);
    if (d->left) text_fill(t, ' ', more);
}

static bool put_int(text *t, const directive *d, any v) {
    bool decimal = d->type == 'd' || d->type == 'i' || d->type == 'u';
    if (is(v, T_BOOL)) v = small(bool_value(v));
    else if (is(v, T_FLOAT) && decimal) v = int_from_double(float_value(v));
    else if (!is_int(v)) raise(TypeError_);
    if (FAILED) return false;
    any s = int_format(v, decimal ? 10 : d->type == 'o' ? 8 : 16, d->alternate && !decimal, d->type == 'X');
    if (FAILED) return false;
    if (d->precision >= 0) { /* at least so many digits */
        const str_object *o = str_at(s);
        uint32_t front = (o->data[0] == '-') + (d->alternate && !decimal ? 2 : 0), digits = o->len - front;
        text padded = {0};
        text_add(&padded, o->data, front);
        if (digits < (uint32_t)d->precision) text_fill(&padded, '0', (uint32_t)d->precision - digits);
        text_add(&padded, o->data + front, digits);
        s = text_done(&padded);
    }
    lay_out(t, d, packed_of(s), true);
    return true;
}

static bool put_float(text *t, const directive *d, any v) {
    bool overflow = false;
    double number = 0;
    if (is(v, T_FLOAT)) number = float_value(v);
    else if (is_int(v)) number = int_to_double(v, &overflow);
    else if (is(v, T_BOOL)) number = bool_value(v);
    else raise(TypeError_);
    if (overflow) raise(OverflowError_);
    if (FAILED) return false;
    text s = {0};
    text_double(&s, number, (char)d->type, d->precision < 0 ? 6 : (uint32_t)d->precision, d->alternate);
    lay_out(t, d, pack(s.data, s.len), true);
    return true;
}

static bool put_char(text *t, const directive *d, any v) {
    int64_t code = 0;
    if (is_str(v)) {
        if (str_at(v)->len != 1) raise(TypeError_);
        else code = str_at(v)->data[0];
    } else if (is_int(v) || is(v, T_BOOL)) {
        if (to_index(v, &code) && (code < 0 || code > 0x10ffff)) raise(OverflowError_);
        else if (code >= 128) deopt();
    } else {
        raise(TypeError_);
    }
    if (FAILED) return false;
    lay_out(t, d, packed_of(value(&rt_chars[code])), false);
    return true;
}

static bool put(text *t, const directive *d, any v) {
    switch (d->type) {
    case 's': case 'r': case 'a': {
        any s = d->type == 's' ? to_str(v) : to_repr(v);
        if (FAILED) return false;
        packed p = packed_of(s);
        if (d->precision >= 0 && (uint32_t)d->precision < packed_len(p)) p = pack(packed_data(p), (uint32_t)d->precision);
        lay_out(t, d, p, false);
        return true;
    }
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': return put_int(t, d, v);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': return put_float(t, d, v);
    case 'c': return put_char(t, d, v);
    }
    raise(ValueError_);
    return false;
}

typedef struct { const uint8_t *at, *end; } reader;
static inline uint8_t peek(const reader *r) { return r->at < r->end ? *r->at : 0; }

static bool read_number(reader *r, int32_t *out, int32_t most) {
    for (; is_digit(peek(r)); r->at++) {
        *out = *out * 10 + (*r->at - '0');
        if (*out > most) { deopt(); return false; }
    }
    return true;
}

/* What stands behind a %. */
static bool read_directive(reader *r, directive *d) {
    *d = (directive){.width = -1, .precision = -1};
    if (peek(r) == '(') { deopt(); return false; }
    for (;; r->at++) {
        uint8_t c = peek(r);
        if (c == '-') d->left = true;
        else if (c == '+') d->plus = true;
        else if (c == ' ') d->blank = true;
        else if (c == '#') d->alternate = true;
        else if (c == '0') d->zero = true;
        else break;
    }
    if (is_digit(peek(r))) {
        d->width = 0;
        if (!read_number(r, &d->width, 1000000)) return false;
    }
    if (peek(r) == '.') {
        r->at++;
        d->precision = 0;
        if (!read_number(r, &d->precision, PRECISION_MAX)) return false;
    }
    if (peek(r) == '*') { deopt(); return false; }
    if (peek(r) == 'h' || peek(r) == 'l' || peek(r) == 'L') r->at++;
    if (r->at == r->end) { raise(ValueError_); return false; }
    d->type = *r->at++;
    return true;
}

/* A single argument of these types need not be used: CPython takes it for a mapping. */
static bool is_mapping(any v) { return is(v, T_LIST) || is_dict(v) || is(v, T_RANGE) || is(v, T_BYTES) || is(v, T_MATCH); }

any str_percent(any format, any args) {
    bool many = is(args, T_TUPLE);
    const any *items = many ? tuple_at(args)->items : &args;
    uint32_t count = many ? tuple_at(args)->len : 1, used = 0;
    reader r = {str_at(format)->data, str_at(format)->data + str_at(format)->len};
    text t = {0};
    while (r.at < r.end) {
        if (*r.at != '%') { text_byte(&t, *r.at++); continue; }
        r.at++;
        if (peek(&r) == '%') { text_byte(&t, *r.at++); continue; }
        directive d;
        if (!read_directive(&r, &d)) return 0;
        if (used == count) return raise(TypeError_);
        if (!put(&t, &d, items[used++])) return 0;
    }
    if (used < count && !is_mapping(args)) return raise(TypeError_);
    return text_done(&t);
}
