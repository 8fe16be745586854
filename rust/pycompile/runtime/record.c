/* A record's row: one marshalled dict (format 2, written by the Python side), read into a dict. Text beyond ASCII is deopt. */
#include "rt.h"

typedef struct { const uint8_t *at, *end; } reader;

/* The next `count` bytes; NULL with deopt if there are fewer. */
static const uint8_t *take(reader *r, uint64_t count) {
    if (count > (uint64_t)(r->end - r->at)) { deopt(); return NULL; }
    const uint8_t *from = r->at;
    r->at += count;
    return from;
}

static uint64_t number(const uint8_t *from, uint32_t bytes) {
    uint64_t v = 0;
    memcpy(&v, from, bytes);
    return v;
}

static bool ascii(const uint8_t *text, uint32_t len) {
    uint64_t all = 0, word;
    for (; len >= 8; text += 8, len -= 8) {
        memcpy(&word, text, 8);
        all |= word;
    }
    return ((all | number(text, len)) & UINT64_C(0x8080808080808080)) == 0;
}

/* Text whose length takes `width` bytes; it stays where it is, in the row. */
static any text(reader *r, uint32_t width) {
    const uint8_t *prefix = take(r, width);
    if (!prefix) return 0;
    uint32_t len = (uint32_t)number(prefix, width);
    const uint8_t *data = take(r, len);
    if (!data) return 0;
    return ascii(data, len) ? new_str(data, len) : deopt();
}

/* A signed count of digits of 15 bits, least significant first. */
static any digits(reader *r) {
    const uint8_t *prefix = take(r, 4);
    if (!prefix) return 0;
    int32_t signed_count = (int32_t)number(prefix, 4);
    uint32_t count = signed_count < 0 ? -(uint32_t)signed_count : (uint32_t)signed_count;
    const uint8_t *from = take(r, 2 * (uint64_t)count);
    if (!from) return 0;
    any v = small(0);
    for (uint32_t i = count; i-- > 0 && v;) v = int_or(int_lshift(v, small(15)), small((int64_t)number(from + 2 * i, 2)));
    return v && signed_count < 0 ? int_neg(v) : v;
}

/* 0 at the end of the dict. */
static any read(reader *r) {
    const uint8_t *code = take(r, 1), *data;
    if (!code) return 0;
    switch (*code) {
    case '0': return 0;
    case 'N': return NONE;
    case 'T': return TRUE;
    case 'F': return FALSE;
    case 'i': return (data = take(r, 4)) ? small((int32_t)number(data, 4)) : 0;
    case 'l': return digits(r);
    case 'g': {
        double v;
        if (!(data = take(r, 8))) return 0;
        memcpy(&v, data, 8);
        return new_float(v);
    }
    case 'u': case 'a': case 't': return text(r, 4);
    case 'z': return text(r, 1);
    }
    return deopt();
}

any RAW(record_from)(int32_t address, int32_t bytes) {
    reader r = {(const uint8_t *)(uintptr_t)(uint32_t)address, (const uint8_t *)(uintptr_t)((uint32_t)address + (uint32_t)bytes)};
    const uint8_t *code = take(&r, 1);
    if (!code || *code != '{') return deopt();
    any record = new_dict();
    for (any key; (key = read(&r));) {
        any v = read(&r);
        if (!v) return FAILED ? 0 : deopt();
        dict_put(record, key, v);
        if (FAILED) return 0;
    }
    return FAILED ? 0 : record;
}
