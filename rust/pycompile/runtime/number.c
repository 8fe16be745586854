/* The builtins on numbers: abs, divmod, pow, round, bin, hex, oct, int, float, bool, chr, ord. */
#include "float.h"

PY("abs(x, /) -> any") any number_abs(any x) {
    if (is_float(x)) return new_float(__builtin_fabs(float_value(x)));
    any v = int_of(x);
    return v ? int_abs(v) : raise(TypeError_);
}

PY("divmod(a, b, /) -> tuple") any number_divmod(any a, any b) {
    any x = int_of(a), y = int_of(b);
    if (x && y) return int_divmod(x, y);
    double p, q;
    return as_double(a, &p) && as_double(b, &q) ? float_divmod(p, q) : 0;
}

PY("pow(base, exp, mod=) -> any") any number_pow(any base, any exp, any mod) {
    if (!mod || mod == NONE) return power(base, exp);
    any a = int_of(base), b = int_of(exp), m = int_of(mod);
    return a && b && m ? int_powmod(a, b, m) : raise(TypeError_);
}

/* n rounded to a multiple of 10^places, a tie to the even multiple. */
static any round_int(any n, int64_t places) {
    view v;
    look(n, &v);
    if ((uint64_t)places > bits_of(&v) / 3 + 1) return small(0); /* 10^places > 2 |n| */
    uint32_t mark = mark_arena();
    any unit = power_of_ten((uint32_t)places), q = int_floordiv(n, unit), twice = int_lshift(int_sub(n, int_mul(q, unit)), small(1));
    int order = int_compare(twice, unit);
    if (order > 0 || (order == 0 && int_and(q, small(1)) == small(1))) q = int_add(q, small(1));
    return keep(mark, int_mul(q, unit));
}

PY("round(number, ndigits=) -> any") any number_round(any number, any ndigits) {
    any n = int_of(number), digits = 0;
    if (!n && !is_float(number)) return raise(TypeError_);
    if (ndigits && ndigits != NONE && !(digits = int_of(ndigits))) return raise(TypeError_);
    if (!digits) return n ? n : int_from_double(__builtin_nearbyint(float_value(number)));
    int64_t places;
    if (!is_small(digits)) places = int_compare(digits, small(0)) < 0 ? SMALL_MIN : SMALL_MAX;
    else places = small_value(digits);
    if (!n) return float_round(float_value(number), places);
    return places >= 0 ? n : round_int(n, -places);
}

static any in_base(any x, int base) {
    any v = int_of(x);
    return v ? int_format(v, base, true, false) : raise(TypeError_);
}
PY("bin(number, /) -> str") any number_bin(any x) { return in_base(x, 2); }
PY("hex(number, /) -> str") any number_hex(any x) { return in_base(x, 16); }
PY("oct(number, /) -> str") any number_oct(any x) { return in_base(x, 8); }

PY("int(x=, /, base=) -> int") any number_int(any x, any base) {
    if (!x) return base ? raise(TypeError_) : small(0);
    bool text = is_str(x) || is(x, T_BYTES);
    if (base) {
        any b = int_of(base);
        if (!b) return raise(TypeError_);
        int64_t radix = is_small(b) ? small_value(b) : -1;
        if (radix != 0 && (radix < 2 || radix > 36)) return raise(ValueError_);
        if (!text) return raise(TypeError_);
        return int_parse(str_at(x)->data, str_at(x)->len, (int)radix);
    }
    if (text) return int_parse(str_at(x)->data, str_at(x)->len, 10);
    if (is_float(x)) return int_from_double(float_value(x));
    any v = int_of(x);
    return v ? v : raise(TypeError_);
}

PY("float(x=, /) -> float") any number_float(any x) {
    if (!x) return new_float(0);
    if (is_float(x)) return x;
    if (is_str(x) || is(x, T_BYTES)) return float_parse(str_at(x)->data, str_at(x)->len);
    double v;
    return as_double(x, &v) ? new_float(v) : 0;
}

PY("bool(object=, /) -> bool") any number_bool(any x) {
    bool v = x && truth(x);
    return FAILED ? 0 : from_bool(v);
}

PY("chr(i, /) -> str") any number_chr(any i) {
    any v = int_of(i);
    if (!v) return raise(TypeError_);
    if (!is_small(v) || small_value(v) < 0 || small_value(v) > 0x10ffff) return raise(ValueError_);
    return small_value(v) < 128 ? value(&rt_chars[small_value(v)]) : deopt();
}

PY("ord(c, /) -> index") any number_ord(any c) {
    if ((!is_str(c) && !is(c, T_BYTES)) || str_at(c)->len != 1) return raise(TypeError_);
    return small(str_at(c)->data[0]);
}
