/* bytes: to and from str, ints and hexadecimal digits. The methods that str has too are in str_methods.c, str_split.c, str_case.c. */
#include "text.h"

/* Encodings in which ASCII is itself, by CPython's names for them; case does not matter, nor - or _. */
static bool is_ascii_superset(any name) {
    static const char *const names[] = {"utf_8", "utf8", "ascii", "us_ascii", "latin_1", "latin1", "iso_8859_1", "iso8859_1"};
    const str_object *s = str_at(name);
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t k = 0;
        while (k < s->len && names[i][k] && (s->data[k] == '-' ? '_' : to_lower(s->data[k])) == names[i][k]) k++;
        if (k == s->len && names[i][k] == 0) return true;
    }
    return false;
}

/* encoding= and errors= of str.encode, bytes.decode, str and bytes. */
bool codec(any encoding, any errors) {
    if ((given(encoding) && !is_str(encoding)) || (given(errors) && !is_str(errors))) { raise(TypeError_); return false; }
    if (given(encoding) && !is_ascii_superset(encoding)) { deopt(); return false; }
    return true;
}

PY("str.encode(self, encoding=, errors=) -> bytes") any str_encode(any self, any encoding, any errors) {
    return codec(encoding, errors) ? new_bytes(str_at(self)->data, str_at(self)->len) : 0;
}

PY("bytes.decode(self, encoding=, errors=) -> str") any bytes_decode(any self, any encoding, any errors) {
    const str_object *s = str_at(self);
    if (!codec(encoding, errors)) return 0;
    for (uint32_t i = 0; i < s->len; i++)
        if (s->data[i] >= 128) return deopt();
    return new_str(s->data, s->len);
}

PY("bytes.hex(self, sep=, bytes_per_sep=) -> str") any bytes_hex(any self, any sep, any bytes_per_sep) {
    if (given(sep) || given(bytes_per_sep)) return deopt();
    const str_object *s = str_at(self);
    uint8_t *data = alloc_array((uint64_t)s->len * 2, 1);
    for (uint32_t i = 0; i < s->len; i++) {
        data[2 * i] = (uint8_t)"0123456789abcdef"[s->data[i] >> 4];
        data[2 * i + 1] = (uint8_t)"0123456789abcdef"[s->data[i] & 15];
    }
    return new_str(data, s->len * 2);
}

static int hex_digit(uint8_t c) { return is_digit(c) ? c - '0' : is_alpha(c) && to_lower(c) <= 'f' ? to_lower(c) - 'a' + 10 : -1; }

PY("bytes.fromhex(string, /) -> bytes") any bytes_fromhex(any string) {
    if (!is_str(string)) return is(string, T_BYTES) ? deopt() : raise(TypeError_);
    const uint8_t *p = str_at(string)->data, *end = p + str_at(string)->len;
    text t = {0};
    for (;;) {
        while (p < end && is_space(*p, false)) p++; /* between bytes, not within */
        if (p == end) return new_bytes(t.data, t.len);
        if (end - p < 2 || hex_digit(p[0]) < 0 || hex_digit(p[1]) < 0) return raise(ValueError_);
        text_byte(&t, (uint8_t)(hex_digit(p[0]) << 4 | hex_digit(p[1])));
        p += 2;
    }
}

static any bytes_of_items(any iterable) {
    text t = {0};
    any iterator = iter_new(iterable);
    if (FAILED) return 0;
    for (any v; (v = iter_next(iterator)) != 0;) {
        int64_t byte;
        if (!to_index(v, &byte)) return 0;
        if (byte < 0 || byte > 255) return raise(ValueError_);
        text_byte(&t, (uint8_t)byte);
    }
    return FAILED ? 0 : new_bytes(t.data, t.len);
}

PY("bytes(source=, encoding=, errors=) -> bytes") any bytes_new(any source, any encoding, any errors) {
    bool text = given(source) && is_str(source);
    if (text && given(encoding)) return str_encode(source, encoding, errors);
    if (text || given(encoding) || given(errors)) return raise(TypeError_);
    if (!given(source)) return new_bytes((const uint8_t *)"", 0);
    if (is(source, T_BYTES)) return source;
    if (is_int(source) || is(source, T_BOOL)) {
        int32_t count;
        if (!small_count(source, 0, &count)) return 0;
        if (count < 0) return raise(ValueError_);
        uint8_t *data = alloc_array((uint32_t)count, 1);
        memset(data, 0, (uint32_t)count);
        return new_bytes(data, (uint32_t)count);
    }
    return bytes_of_items(source);
}
