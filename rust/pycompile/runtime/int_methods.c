/* The methods of int and float. A receiver may be a bool. */
#include "float.h"

PY("int.bit_length(self) -> index") any int_bit_length(any self) {
    view v;
    look(int_of(self), &v);
    return small((int64_t)bits_of(&v));
}

PY("int.bit_count(self) -> index") any int_bit_count(any self) {
    view v;
    look(int_of(self), &v);
    int64_t count = 0;
    for (uint32_t i = 0; i < v.len; i++) count += __builtin_popcountll(v.limbs[i]);
    return small(count);
}

PY("int.conjugate(self) -> int") any int_conjugate(any self) { return int_of(self); }
PY("int.is_integer(self) -> bool") any int_is_integer(any self) { (void)self; return TRUE; }

static any pair(any a, any b) {
    any t = new_tuple(2);
    tuple_at(t)->items[0] = a;
    tuple_at(t)->items[1] = b;
    return t;
}
PY("int.as_integer_ratio(self) -> tuple") any int_as_integer_ratio(any self) { return pair(int_of(self), small(1)); }

/* ---- bytes ---- */
static bool byte_order(any order, bool *little) {
    *little = false;
    if (!order) return true;
    if (!is_str(order)) { raise(TypeError_); return false; }
    *little = str_equal(order, str_literal("little"));
    if (*little || str_equal(order, str_literal("big"))) return true;
    raise(ValueError_);
    return false;
}

static void reverse(uint8_t *bytes, uint32_t len) {
    for (uint32_t i = 0; i < len / 2; i++) { uint8_t t = bytes[i]; bytes[i] = bytes[len - 1 - i]; bytes[len - 1 - i] = t; }
}

PY("int.to_bytes(self, length=, byteorder=, *, signed=) -> bytes")
any int_to_bytes(any self, any length, any byteorder, any signed_) {
    bool little, is_signed = signed_ && truth(signed_);
    any size = length ? int_of(length) : small(1);
    if (!size) return raise(TypeError_);
    if (!is_small(size)) return raise(OverflowError_); /* no Py_ssize_t */
    if (FAILED || !byte_order(byteorder, &little)) return 0;
    if (small_value(size) < 0) return raise(ValueError_);
    if (small_value(size) > 1 << 24) return deopt();
    view v;
    look(int_of(self), &v);
    if (v.negative && !is_signed) return raise(OverflowError_);
    uint32_t len = (uint32_t)small_value(size);
    if (v.negative && !len) return deopt();
    uint64_t bits = bits_of(&v) + is_signed; /* with the sign; but -2^k needs no bit more than 2^k - 1 */
    if (v.negative && !trimmed(v.limbs, v.len - 1) && !(v.limbs[v.len - 1] & (v.limbs[v.len - 1] - 1))) bits--;
    if (v.len && bits > (uint64_t)len * 8) return raise(OverflowError_);
    uint8_t *bytes = alloc(len);
    uint32_t have = v.len * 8 < len ? v.len * 8 : len;
    memcpy(bytes, v.limbs, have);
    memset(bytes + have, 0, len - have);
    if (v.negative)
        for (uint32_t i = 0, carry = 1; i < len; i++) { carry += (uint8_t)~bytes[i]; bytes[i] = (uint8_t)carry; carry >>= 8; }
    if (!little) reverse(bytes, len);
    return new_bytes(bytes, len);
}

/* bytes(v) of the iterables that are likely here. */
static bool bytes_of(any v, const uint8_t **data, uint32_t *len) {
    if (is(v, T_BYTES)) { *data = str_at(v)->data; *len = str_at(v)->len; return true; }
    uint32_t tag = tag_of(v);
    if (tag == T_STR || tag == T_INT || tag == T_FLOAT || tag == T_BOOL || tag == T_NONE) { raise(TypeError_); return false; }
    if (tag != T_LIST && tag != T_TUPLE) { deopt(); return false; }
    *len = tag == T_LIST ? list_at(v)->len : tuple_at(v)->len;
    const any *items = tag == T_LIST ? list_at(v)->items : tuple_at(v)->items;
    uint8_t *bytes = alloc(*len);
    for (uint32_t i = 0; i < *len; i++) {
        any item = int_of(items[i]);
        if (!item) { raise(TypeError_); return false; }
        if (!is_small(item) || small_value(item) < 0 || small_value(item) > 255) { raise(ValueError_); return false; }
        bytes[i] = (uint8_t)small_value(item);
    }
    *data = bytes;
    return true;
}

PY("int.from_bytes(bytes, byteorder=, *, signed=) -> int")
any int_from_bytes(any bytes, any byteorder, any signed_) {
    bool little, is_signed = signed_ && truth(signed_);
    const uint8_t *data;
    uint32_t len;
    if (FAILED || !byte_order(byteorder, &little) || !bytes_of(bytes, &data, &len)) return 0;
    uint32_t n = (len + 7) / 8;
    if (!n) return small(0);
    bool negative = is_signed && data[little ? len - 1 : 0] >> 7;
    int_object *o = int_begin(n);
    uint8_t *to = (uint8_t *)o->limbs;
    o->limbs[n - 1] = negative ? ~(limb)0 : 0;
    memcpy(to, data, len);
    if (!little) reverse(to, len);
    if (negative) {
        limb carry = 1;
        for (uint32_t i = 0; i < n; i++) { o->limbs[i] = ~o->limbs[i] + carry; carry &= o->limbs[i] == 0; }
    }
    return int_done(o, n, negative);
}

/* ---- float ---- */
PY("float.is_integer(self) -> bool") any float_is_integer(any self) {
    double v = float_value(self);
    return from_bool(v == __builtin_trunc(v) && !__builtin_isinf(v));
}
PY("float.conjugate(self) -> float") any float_conjugate(any self) { return self; }

PY("float.as_integer_ratio(self) -> tuple") any float_as_integer_ratio(any self) {
    double v = float_value(self);
    if (v != v) return raise(ValueError_);
    if (__builtin_isinf(v)) return raise(OverflowError_);
    if (v == 0) return pair(small(0), small(1));
    int e;
    uint64_t m = split(v, &e);
    int zeros = __builtin_ctzll(m);
    m >>= zeros;
    e += zeros;
    any n = small(v < 0 ? -(int64_t)m : (int64_t)m);
    return e >= 0 ? pair(int_lshift(n, small(e)), small(1)) : pair(n, int_lshift(small(1), small(-e)));
}
