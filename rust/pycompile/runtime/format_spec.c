/* format(value, spec): the format specification mini-language, as CPython's Python/formatter_unicode.c reads and applies it. */
#include "text.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    uint8_t fill, align, sign, type;    /* 0: not given */
    bool alternate;
    int32_t width, precision;           /* -1: not given */
    uint8_t separator;                  /* of thousands: 0, ',' or '_' */
} spec;

typedef struct { const uint8_t *at, *end; } reader;
static inline bool next_is(const reader *r, uint8_t c) { return r->at < r->end && *r->at == c; }
static inline bool take(reader *r, uint8_t c) { return next_is(r, c) && r->at++; }
static inline bool is_align(uint8_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

static bool fails(enum exception e) { raise(e); return false; }
static bool gives_up(void) { deopt(); return false; }

/* -1: no digits. False: too many for us. */
static bool read_number(reader *r, int32_t *out) {
    *out = -1;
    for (; r->at < r->end && is_digit(*r->at); r->at++) {
        *out = (*out < 0 ? 0 : *out * 10) + (*r->at - '0');
        if (*out > 1000000) return gives_up();
    }
    return true;
}

static bool read_spec(any text, uint8_t default_type, uint8_t default_align, spec *f) {
    reader r = {str_at(text)->data, str_at(text)->data + str_at(text)->len};
    *f = (spec){.fill = ' ', .align = default_align, .type = default_type, .width = -1, .precision = -1};
    bool fill_given = false, align_given = true;
    if (r.end - r.at >= 2 && is_align(r.at[1])) f->fill = r.at[0], f->align = r.at[1], fill_given = true, r.at += 2;
    else if (r.at < r.end && is_align(*r.at)) f->align = *r.at++;
    else align_given = false;
    if (next_is(&r, '+') || next_is(&r, '-') || next_is(&r, ' ')) f->sign = *r.at++;
    if (next_is(&r, 'z')) return gives_up();
    f->alternate = take(&r, '#');
    if (!fill_given && take(&r, '0')) {
        f->fill = '0';
        if (!align_given && default_align == '>') f->align = '=';
    }
    if (!read_number(&r, &f->width)) return false;
    if (next_is(&r, ',') || next_is(&r, '_')) f->separator = *r.at++;
    if (f->separator && (next_is(&r, ',') || next_is(&r, '_'))) return fails(ValueError_);
    if (take(&r, '.')) {
        if (!read_number(&r, &f->precision)) return false;
        if (next_is(&r, ',') || next_is(&r, '_')) return gives_up(); /* groups behind the point: new in 3.14 */
        if (f->precision < 0) return fails(ValueError_);
    }
    if (r.end - r.at > 1) return fails(ValueError_);
    if (r.at < r.end) f->type = *r.at;
    if (f->separator && !memchr("defgEG%F", f->type, 8) && f->type != 0 && !(f->separator == '_' && f->type && memchr("boxX", f->type, 4)))
        return fails(ValueError_);
    return true;
}

/* ---- str ---- */
static any format_str(any s, const spec *f) {
    if (f->type != 's' || f->sign || f->alternate || f->align == '=') return raise(ValueError_);
    uint32_t len = str_at(s)->len;
    if (f->precision >= 0 && (uint32_t)f->precision < len) len = (uint32_t)f->precision;
    uint32_t more = f->width > (int32_t)len ? (uint32_t)f->width - len : 0;
    uint32_t left = f->align == '>' ? more : f->align == '^' ? more / 2 : 0;
    if (more == 0) return part(s, str_at(s)->data, len);
    text t = {0};
    text_fill(&t, f->fill, left);
    text_add(&t, str_at(s)->data, len);
    text_fill(&t, f->fill, more - left);
    return text_done(&t);
}

/* ---- numbers ---- */
static inline int32_t max(int32_t a, int32_t b) { return a > b ? a : b; }
static inline int32_t min(int32_t a, int32_t b) { return a < b ? a : b; }

/* Appends the digits with separators, and with zeros in front up to min_width. */
static void text_grouped(text *t, const uint8_t *digits, int32_t count, int32_t min_width, uint8_t separator, int32_t group) {
    text reversed = {0};
    const uint8_t *end = digits + count;
    for (bool first = true;; first = false) {
        int32_t len = max(max(count, min_width), 1);
        if (separator) len = min(len, group);
        if (!first) text_byte(&reversed, separator);
        int32_t taken = max(0, min(count, len));
        for (int32_t i = 0; i < taken; i++) text_byte(&reversed, *--end);
        text_fill(&reversed, '0', (uint32_t)max(0, len - count));
        count -= taken;
        min_width -= len;
        if (count <= 0 && min_width <= 0) break;
        min_width--;
    }
    while (reversed.len) text_byte(t, reversed.data[--reversed.len]);
}

/* The text of a number: a sign, digits, and a rest that is only copied (a point and what follows; inf). */
static any lay_out(const spec *f, const uint8_t *p, uint32_t len, const char *prefix, int32_t digits) {
    bool negative = len && *p == '-';
    p += negative, len -= negative;
    uint8_t sign = negative ? '-' : f->sign == '+' || f->sign == ' ' ? f->sign : 0;
    if (digits < 0)
        for (digits = 0; (uint32_t)digits < len && is_digit(p[digits]);) digits++;
    int32_t rest = (int32_t)len - digits, others = (sign != 0) + (int32_t)strlen(prefix) + rest;
    text grouped = {0};
    if (digits)
        text_grouped(&grouped, p, digits, f->fill == '0' && f->align == '=' ? f->width - others : 0, f->separator,
                     f->type && memchr("boxX", f->type, 4) ? 4 : 3);
    uint32_t more = (uint32_t)max(0, f->width - others - (int32_t)grouped.len);
    uint32_t left = f->align == '>' ? more : f->align == '^' ? more / 2 : 0, inside = f->align == '=' ? more : 0;
    text t = {0};
    text_fill(&t, f->fill, left);
    if (sign) text_byte(&t, sign);
    text_literal(&t, prefix);
    text_fill(&t, f->fill, inside);
    text_add(&t, grouped.data, grouped.len);
    text_add(&t, p + digits, (uint32_t)rest);
    text_fill(&t, f->fill, more - left - inside);
    return text_done(&t);
}

static any format_int(any v, const spec *f) {
    if (f->precision >= 0) return raise(ValueError_);
    if (f->type == 'c') {
        int64_t code;
        if (f->sign || f->alternate) return raise(ValueError_);
        if (!int_to_int64(v, &code) || code < 0 || code > 0x10ffff) return raise(OverflowError_);
        if (code >= 128) return deopt();
        uint8_t c = (uint8_t)code;
        return lay_out(&(spec){.fill = f->fill, .align = f->align, .width = f->width}, &c, 1, "", 0);
    }
    int base = f->type == 'b' ? 2 : f->type == 'o' ? 8 : f->type == 'x' || f->type == 'X' ? 16 : 10;
    any digits = int_format(v, base, false, f->type == 'X');
    if (FAILED) return 0;
    const char *prefix = !f->alternate || base == 10 ? "" : base == 2 ? "0b" : base == 8 ? "0o" : f->type == 'x' ? "0x" : "0X";
    const str_object *s = str_at(digits);
    return lay_out(f, s->data, s->len, prefix, (int32_t)s->len - (s->data[0] == '-'));
}

void text_double(text *t, double v, char type, uint32_t precision, bool alternate) {
    char c_format[] = {'%', '#', '.', '*', type, 0};
    if (!alternate) c_format[1] = '.', c_format[2] = '*', c_format[3] = type, c_format[4] = 0;
    if (isnan(v)) v = copysign(v, 1);
    char out[PRECISION_MAX + 340];
    int len = snprintf(out, sizeof out, c_format, (int)precision, v);
    text_add(t, (const uint8_t *)out, (uint32_t)len);
}

/* No type but a precision: as %g, but .0 where there is neither a fraction nor an exponent, which comes one digit earlier. */
static void text_general(text *t, double v, uint32_t precision) {
    if (!isfinite(v)) { text_double(t, v, 'g', 6, false); return; }
    if (precision == 0) precision = 1;
    text e = {0};
    text_double(&e, v, 'e', precision - 1, false);
    uint32_t at = e.data[0] == '-', mark = e.len;
    while (e.data[--mark] != 'e') {}
    int32_t exponent = 0;
    for (uint32_t i = mark + 2; i < e.len; i++) exponent = exponent * 10 + (e.data[i] - '0');
    int32_t point = (e.data[mark + 1] == '-' ? -exponent : exponent) + 1; /* how many digits stand before it */
    uint8_t digits[PRECISION_MAX];
    int32_t count = 0;
    for (uint32_t i = at; i < mark; i++)
        if (e.data[i] != '.') digits[count++] = e.data[i];
    while (count > 1 && digits[count - 1] == '0') count--;
    if (at) text_byte(t, '-');
    if (point <= -4 || point > (int32_t)precision - 1) {
        text_byte(t, digits[0]);
        if (count > 1) text_byte(t, '.'), text_add(t, digits + 1, (uint32_t)count - 1);
        text_add(t, e.data + mark, e.len - mark);
    } else if (point <= 0) {
        text_literal(t, "0.");
        text_fill(t, '0', (uint32_t)-point);
        text_add(t, digits, (uint32_t)count);
    } else {
        int32_t whole = min(point, count);
        text_add(t, digits, (uint32_t)whole);
        text_fill(t, '0', (uint32_t)(point - whole));
        text_byte(t, '.');
        if (count > whole) text_add(t, digits + whole, (uint32_t)(count - whole));
        else text_byte(t, '0');
    }
}

static any format_float(double v, const spec *f) {
    text t = {0};
    if (f->precision > PRECISION_MAX || f->type == 'n' || (f->type == 0 && f->alternate)) return deopt();
    uint32_t precision = f->precision < 0 ? 6 : (uint32_t)f->precision;
    if (f->type == 0) {
        if (f->precision < 0) text_str(&t, float_repr(v));
        else text_general(&t, v, precision);
    } else if (f->type == '%') {
        text_double(&t, v * 100, 'f', precision, f->alternate);
        text_byte(&t, '%');
    } else {
        text_double(&t, v, (char)f->type, precision, f->alternate);
    }
    return lay_out(f, t.data, t.len, "", -1);
}

any format_value(any v, any text) {
    if (!is_str(text)) return raise(TypeError_);
    if (str_at(text)->len == 0) return to_str(v);
    spec f;
    switch (tag_of(v)) {
    case T_STR: return read_spec(text, 's', '<', &f) ? format_str(v, &f) : 0;
    case T_FLOAT:
        if (!read_spec(text, 0, '>', &f)) return 0;
        return f.type && !memchr("eEfFgGn%", f.type, 8) ? raise(ValueError_) : format_float(float_value(v), &f);
    case T_BOOL: case T_INT: {
        any n = is(v, T_BOOL) ? small(bool_value(v)) : v;
        if (!read_spec(text, 'd', '>', &f)) return 0;
        if (f.type && memchr("bcdoxX", f.type, 6)) return format_int(n, &f);
        if (f.type == 'n') return deopt();
        if (!f.type || !memchr("eEfFgG%", f.type, 7)) return raise(ValueError_);
        bool overflow = false;
        double d = int_to_double(n, &overflow);
        return overflow ? raise(OverflowError_) : format_float(d, &f);
    }
    default: return raise(TypeError_); /* object.__format__ knows no specification */
    }
}

PY("format(value, format_spec=, /) -> str") any format(any v, any text) { return given(text) ? format_value(v, text) : to_str(v); }
