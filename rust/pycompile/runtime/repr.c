/* str, repr and ascii of every value. Text is ASCII, so ascii is repr. What shows an address, or the order of a set, is CPython's. */
#include "text.h"

void text_int(text *t, int64_t v) {
    uint8_t digits[20], *at = digits + sizeof digits;
    uint64_t rest = v < 0 ? -(uint64_t)v : (uint64_t)v;
    do *--at = '0' + (uint8_t)(rest % 10);
    while (rest /= 10);
    if (v < 0) *--at = '-';
    text_add(t, at, (uint32_t)(digits + sizeof digits - at));
}

static bool contains_byte(const str_object *s, uint8_t c) { return str_count_char(pack(s->data, s->len), c) != 0; }

/* A string in quotes: double ones where that spares escaping. */
static void text_quoted(text *t, const str_object *s) {
    uint8_t quote = contains_byte(s, '\'') && !contains_byte(s, '"') ? '"' : '\'';
    text_byte(t, quote);
    for (uint32_t i = 0; i < s->len; i++) {
        uint8_t c = s->data[i];
        if (c == quote || c == '\\') {
            text_byte(t, '\\');
            text_byte(t, c);
        } else if (c == '\t' || c == '\n' || c == '\r') {
            text_byte(t, '\\');
            text_byte(t, c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
        } else if (c < 32 || c >= 127) {
            text_literal(t, "\\x");
            text_byte(t, (uint8_t)"0123456789abcdef"[c >> 4]);
            text_byte(t, (uint8_t)"0123456789abcdef"[c & 15]);
        } else {
            text_byte(t, c);
        }
    }
    text_byte(t, quote);
}

static bool text_items(text *t, const char *open, const any *items, uint32_t len, const char *close) {
    text_literal(t, open);
    for (uint32_t i = 0; i < len; i++) {
        if (i) text_literal(t, ", ");
        if (!text_repr(t, items[i])) return false;
    }
    text_literal(t, close);
    return true;
}

static bool text_pair(text *t, any key, any v) {
    if (!text_repr(t, key)) return false;
    text_literal(t, ": ");
    return text_repr(t, v);
}

static bool text_dict(text *t, any dict) {
    text_literal(t, "{");
    uint32_t place = 0;
    bool first = true;
    for (any key, v; dict_next(dict, &place, &key, &v); first = false) {
        if (!first) text_literal(t, ", ");
        if (!text_pair(t, key, v)) return false;
    }
    text_literal(t, "}");
    return true;
}

/* The largest counts first, or as inserted where counts have no order. */
static bool text_counter(text *t, any counter) {
    uint32_t len = dict_len(counter), place = 0, i = 0;
    if (len == 0) { text_literal(t, "Counter()"); return true; }
    any *keys = alloc_array(len, sizeof(any)), *counts = alloc_array(len, sizeof(any));
    while (i < len && dict_next(counter, &place, &keys[i], &counts[i])) i++;
    sort_by(keys, counts, len, true);
    if (rt.error == TypeError_) {
        rt.error = OK;
        text_literal(t, "Counter(");
        if (!text_dict(t, counter)) return false;
        text_literal(t, ")");
        return true;
    }
    if (FAILED) return false;
    text_literal(t, "Counter({");
    for (i = 0; i < len; i++) {
        if (i) text_literal(t, ", ");
        if (!text_pair(t, keys[i], dict_find(counter, keys[i]))) return false;
    }
    text_literal(t, "})");
    return true;
}

static bool text_defaultdict(text *t, any dict) {
    static const char *const factories[] = { /* by their numbers in counter.c */
        "None", "<class 'int'>", "<class 'list'>", "<class 'set'>", "<class 'dict'>", "<class 'str'>", "<class 'float'>", "<class 'tuple'>",
        "<class 'bool'>",
    };
    uint32_t factory = table_at(dict)->factory;
    if (factory >= sizeof factories / sizeof *factories) { deopt(); return false; }
    text_literal(t, "defaultdict(");
    text_literal(t, factories[factory]);
    text_literal(t, ", ");
    if (!text_dict(t, dict)) return false;
    text_literal(t, ")");
    return true;
}

static bool text_set(text *t, any set) {
    bool frozen = is(set, T_FROZENSET);
    if (set_len(set) > 1) { deopt(); return false; }
    if (set_len(set) == 0) { text_literal(t, frozen ? "frozenset()" : "set()"); return true; }
    uint32_t place = 0;
    any v;
    set_next(set, &place, &v);
    return text_items(t, frozen ? "frozenset({" : "{", &v, 1, frozen ? "})" : "}");
}

static bool text_view(text *t, any view, const char *open) {
    if (is(((view_object *)at(view))->dict, T_ORDEREDDICT)) text_literal(t, "o"); /* odict_keys */
    any items = list_from(view);
    return !FAILED && text_items(t, open, list_at(items)->items, list_at(items)->len, "])");
}

static bool text_deque(text *t, any v) {
    const deque_object *d = deque_at(v);
    text_literal(t, "deque([");
    for (uint32_t i = 0; i < d->len; i++) {
        if (i) text_literal(t, ", ");
        if (!text_repr(t, d->items[(d->head + i) & d->mask])) return false;
    }
    text_literal(t, "]");
    if (d->maxlen >= 0) text_literal(t, ", maxlen="), text_int(t, d->maxlen);
    text_literal(t, ")");
    return true;
}

static void text_range(text *t, const range_object *r) {
    text_literal(t, "range("), text_int(t, r->start);
    text_literal(t, ", "), text_int(t, r->stop);
    if (r->step != 1) text_literal(t, ", "), text_int(t, r->step);
    text_literal(t, ")");
}

static bool text_container(text *t, any v) {
    switch (tag_of(v)) {
    case T_LIST: return text_items(t, "[", list_at(v)->items, list_at(v)->len, "]");
    case T_TUPLE: return text_items(t, "(", tuple_at(v)->items, tuple_at(v)->len, tuple_at(v)->len == 1 ? ",)" : ")");
    case T_DICT: return text_dict(t, v);
    case T_ORDEREDDICT:
        text_literal(t, "OrderedDict(");
        if (dict_len(v) && !text_dict(t, v)) return false;
        text_literal(t, ")");
        return true;
    case T_DEFAULTDICT: return text_defaultdict(t, v);
    case T_COUNTER: return text_counter(t, v);
    case T_SET: case T_FROZENSET: return text_set(t, v);
    case T_DEQUE: return text_deque(t, v);
    case T_DICT_KEYS: return text_view(t, v, "dict_keys([");
    case T_DICT_VALUES: return text_view(t, v, "dict_values([");
    case T_DICT_ITEMS: return text_view(t, v, "dict_items([");
    }
    deopt(); /* an address, or a match */
    return false;
}

bool text_repr(text *t, any v) {
    if (is_small(v)) { text_int(t, small_value(v)); return true; }
    switch (tag_of(v)) {
    case T_NONE: text_literal(t, "None"); return true;
    case T_BOOL: text_literal(t, bool_value(v) ? "True" : "False"); return true;
    case T_ELLIPSIS: text_literal(t, "Ellipsis"); return true;
    case T_NOTIMPLEMENTED: text_literal(t, "NotImplemented"); return true;
    case T_STR: text_quoted(t, str_at(v)); return true;
    case T_BYTES: text_byte(t, 'b'), text_quoted(t, str_at(v)); return true;
    case T_RANGE: text_range(t, range_at(v)); return true;
    case T_INT: case T_FLOAT: {
        any s = is(v, T_FLOAT) ? float_repr(float_value(v)) : int_format(v, 10, false, false);
        if (!FAILED) text_str(t, s);
        return !FAILED;
    }
    }
    if (!enter()) return false; /* what contains itself ends here too */
    bool done = text_container(t, v);
    leave();
    return done;
}

any to_repr(any v) {
    text t = {0};
    return text_repr(&t, v) ? text_done(&t) : 0;
}

any to_ascii(any v) { return to_repr(v); }

any to_str(any v) {
    switch (tag_of(v)) {
    case T_STR: return v;
    case T_INT: return int_format(v, 10, false, false);
    case T_FLOAT: return float_repr(float_value(v));
    case T_BOOL: return bool_value(v) ? str_literal("True") : str_literal("False");
    default: return to_repr(v);
    }
}

PY("repr(object, /) -> str") any repr(any object) { return to_repr(object); }
PY("ascii(object, /) -> str") any ascii(any object) { return to_ascii(object); }
PY("str(object=, encoding=, errors=) -> str") any str_new(any object, any encoding, any errors) {
    if (!given(encoding) && !given(errors)) return given(object) ? to_str(object) : value(&rt_empty);
    if ((given(encoding) && !is_str(encoding)) || (given(errors) && !is_str(errors))) return raise(TypeError_);
    if (!given(object)) return value(&rt_empty);
    return is(object, T_BYTES) ? bytes_decode(object, encoding, errors) : raise(TypeError_);
}
