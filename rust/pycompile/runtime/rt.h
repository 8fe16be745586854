/* The runtime of the fast tier: Python's objects and operations, in C, as one WebAssembly module without imports.
 *
 * It is compiled by zig cc when llmerm is built, by Cranelift once a machine, and instantiated once a candidate; a candidate's module
 * imports its memory and functions. The rules that every file here keeps:
 *
 * - The answer is CPython's or there is none. What is not modelled exactly returns deopt(): the row runs again in CPython.
 * - Nothing is freed: objects lie in an arena that is emptied between rows.
 * - A function that fails calls raise(X) or deopt() and returns 0. Its caller looks at rt.error before anything else.
 * - 0 is no value: as an argument, "not given"; from iter_next, "no more".
 * - Text is ASCII. What would make another character is deopt().
 * - Recursion of C over nested values goes through enter()/leave(), since a stack overflow would cost the instance.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- values ----
 * A value is 64 bits: an odd number 2v+1 is the int v, for v in [-2^62, 2^62); an even one is the address of an object. An int in
 * that range is never an object, so equal ints that are small are equal words. */
typedef int64_t any;
typedef struct object { uint32_t tag; } object;

enum tag {
    T_NONE = 1, T_BOOL, T_INT, T_FLOAT, T_STR, T_BYTES,           /* T_INT: an int too large for a word */
    T_LIST, T_TUPLE, T_DICT, T_SET, T_FROZENSET, T_RANGE, T_DEQUE,
    T_COUNTER, T_DEFAULTDICT,                                      /* laid out as T_DICT */
    T_DICT_KEYS, T_DICT_VALUES, T_DICT_ITEMS,                      /* views */
    T_ITER,                                                        /* any iterator (iter.c) */
    T_MATCH,                                                       /* a match of re */
    T_HASH,                                                        /* a hashlib object */
    T_NOTIMPLEMENTED, T_ELLIPSIS,
    T_ORDEREDDICT,                                                 /* laid out as T_DICT */
};

typedef struct { uint32_t tag; uint32_t value; } bool_object;
typedef struct { uint32_t tag; uint32_t pad; double value; } float_object;
/* sign is -1 or 1; limbs are the magnitude, least significant first, the last not 0. Always outside the small range. */
typedef struct { uint32_t tag; int32_t sign; uint32_t len; uint32_t pad; uint64_t limbs[]; } int_object;
/* str and bytes. `data` may point into another string: strings never change. `hash` is 0 until computed. */
typedef struct { uint32_t tag; uint32_t len; const uint8_t *data; uint32_t hash; } str_object;
/* The items of a list that compiled code knows the type of may be raw words (int64, double, packed str): such a list never
 * reaches a function that takes `any`. */
typedef struct { uint32_t tag; uint32_t len; uint32_t cap; any *items; } list_object;
typedef struct { uint32_t tag; uint32_t len; any items[]; } tuple_object;

/* A range within int64, and its length. Larger ones are deopt (range.c). */
typedef struct { uint32_t tag; uint32_t pad; int64_t start, stop, step, len; } range_object;
/* Every dict and set: the entries in insertion order, found by hash through `index` (table.h). A removed entry has key 0; entries
 * from `end` on are unused. `changes` counts the keys that came and went: an iterator that finds another `len` raises RuntimeError, the
 * same `len` but other `changes` is deopt. A set's entries have value 0. */
typedef struct { any key, value; uint32_t hash; uint32_t pad; } table_entry;
typedef struct {
    uint32_t tag, len, end, changes;
    table_entry *entries;
    uint32_t *index;                 /* 1 + the entry's place; 0: free */
    uint32_t cap, mask, taken;       /* entries; index slots - 1; slots that are not free */
    uint16_t factory;                /* of a defaultdict (counter.c) */
    uint16_t pinned;                 /* a lazy reader is out that cannot notice changes: they are deopt */
} table_object;
/* Item i is items[(head + i) & mask]. `changes` counts insertions and removals: iteration over a deque that has changed raises RuntimeError. */
typedef struct { uint32_t tag, len, head, mask; any *items; uint32_t changes; int64_t maxlen; /* -1: none */ } deque_object;
typedef struct { uint32_t tag; uint32_t pad; any dict; } view_object;

/* A string as one word, which compiled code keeps in locals: length << 32 | address of its bytes. */
typedef uint64_t packed;

extern bool_object rt_false, rt_true;
extern object rt_none, rt_notimplemented, rt_ellipsis;
extern str_object rt_chars[128]; /* the one-character strings */
extern str_object rt_empty;      /* '' */
extern tuple_object rt_unit;     /* () */

#define NONE ((any)(uintptr_t)&rt_none)
#define TRUE ((any)(uintptr_t)&rt_true)
#define FALSE ((any)(uintptr_t)&rt_false)
#define SMALL_MAX ((INT64_C(1) << 62) - 1)
#define SMALL_MIN (-(INT64_C(1) << 62))

static inline bool is_small(any v) { return v & 1; }
static inline int64_t small_value(any v) { return v >> 1; }
static inline any small(int64_t v) { return (any)((uint64_t)v << 1 | 1); }   /* v must be in range: lengths, indices, ... */
static inline any from_bool(bool b) { return b ? TRUE : FALSE; }
static inline void *at(any v) { return (void *)(uintptr_t)(uint32_t)v; }
static inline any value(const void *p) { return (any)(uintptr_t)p; }
/* The tag of a value; small ints have T_INT too. */
static inline uint32_t tag_of(any v) { return is_small(v) ? T_INT : ((object *)at(v))->tag; }
static inline bool is(any v, uint32_t tag) { return !is_small(v) && ((object *)at(v))->tag == tag; }
static inline bool is_int(any v) { return tag_of(v) == T_INT; }
static inline bool is_str(any v) { return is(v, T_STR); }
static inline bool is_dict(any v) { return is(v, T_DICT) || is(v, T_COUNTER) || is(v, T_DEFAULTDICT) || is(v, T_ORDEREDDICT); }
static inline double float_value(any v) { return ((float_object *)at(v))->value; }
static inline bool bool_value(any v) { return v == TRUE; }
static inline str_object *str_at(any v) { return at(v); }
static inline list_object *list_at(any v) { return at(v); }
static inline tuple_object *tuple_at(any v) { return at(v); }
static inline range_object *range_at(any v) { return at(v); }
static inline table_object *table_at(any v) { return at(v); }
static inline deque_object *deque_at(any v) { return at(v); }
static inline view_object *view_at(any v) { return at(v); }
static inline bool is_set(any v) { return is(v, T_SET) || is(v, T_FROZENSET); }
static inline packed pack(const uint8_t *data, uint32_t len) { return (uint64_t)len << 32 | (uint32_t)(uintptr_t)data; }
static inline const uint8_t *packed_data(packed s) { return (const uint8_t *)(uintptr_t)(uint32_t)s; }
static inline uint32_t packed_len(packed s) { return s >> 32; }
static inline packed packed_of(any str) { return pack(str_at(str)->data, str_at(str)->len); }

/* ---- errors ---- */
enum { OK = 0, DEOPT = 1, IMPURE = 2, BAD_OUTPUT = 3 /* no label */, OUTSIDE = 4 /* a string that is no class */, FIRST_EXCEPTION = 16 };
enum exception {
#define X(name, base) name##_,
    EXCEPTION_BEFORE = FIRST_EXCEPTION - 1,
#include "exceptions.h"
#undef X
};

/* What compiled code and the verifier know the address of. */
typedef struct {
    int32_t error;     /* OK, DEOPT, IMPURE, or an exception's number */
    int32_t depth;     /* calls of Python functions under way, and of C over nested values */
    uint32_t top;      /* where the arena's next object goes, aligned to 8 */
    uint32_t limit;    /* the end of memory */
    uint32_t base;     /* objects below are the module level's: they outlive the row and must not change (0 while it runs) */
} state;
extern state rt;
#define CONSTANTS_MAX (1 << 20)  /* src/runtime.rs has it too */
extern uint8_t rt_constants[CONSTANTS_MAX];

static inline any raise(enum exception e) { rt.error = (int32_t)e; return 0; }
static inline any deopt(void) { rt.error = DEOPT; return 0; }
#define FAILED (rt.error != OK)
/* Recursion: CPython's limit is 1000 frames; well before it the row is CPython's. True: go on, and call leave(). */
#define DEPTH_MAX 800
static inline bool enter(void) { if (rt.depth >= DEPTH_MAX) { deopt(); return false; } rt.depth++; return true; }
static inline void leave(void) { rt.depth--; }
/* To be asked before anything that changes an object. An object of the module level must not change: the whole candidate goes to CPython. */
static inline bool writable(any v) { if ((uint32_t)v < rt.base) { rt.error = IMPURE; return false; } return true; }

/* ---- memory (memory.c) ---- */
void *alloc_slow(uint32_t bytes);  /* grows memory; traps when there is none: the verifier gives the row to CPython */
static inline void *alloc(uint32_t bytes) {
    bytes = (bytes + 7) & ~7u;
    uint32_t at = rt.top;
    if (__builtin_expect(bytes > rt.limit - at, 0)) return alloc_slow(bytes);
    rt.top = at + bytes;
    return (void *)(uintptr_t)at;
}
/* Sizes that were multiplied: traps above 1 GiB. */
void *alloc_array(uint64_t count, uint32_t each);

/* ---- exports ----
 * PY("signature") makes a function of values callable from compiled Python; the compiler reads the signature (src/registry.rs):
 *     "str.count(self, sub, start=, end=) -> index"     a method; `x=` may be left out and is then 0
 *     "math.gcd(*args) -> int"                          *args arrive as one tuple, always the last parameter
 *     "sum(iterable, start=) -> any"                    a builtin
 * All parameters and the result are `any`. Result types: any, None, bool, index (an int that is small), int, float, str, bytes, list,
 * list[str], list[index], tuple, dict, set, frozenset, iter, str? (str or None), ...
 * RAW(name) is for what compiled code calls by name with machine types. */
#define PY(signature) __attribute__((export_name(signature)))
#define RAW(name) __attribute__((export_name("raw." #name))) name

/* *product = a * b; true: it does not fit. To be used instead of __builtin_mul_overflow, which LLVM (as of 21; its issue 199910) compiles
 * wrongly to wide arithmetic: the high half may be read before it is there (see settled() in int.h). */
static inline bool multiply_overflows(int64_t a, int64_t b, int64_t *product) {
    __int128 wide = (__int128)a * b;
    int64_t low = (int64_t)wide;
    __asm__("" : "+r"(low));
    *product = low;
    return (int64_t)(wide >> 64) != low >> 63;
}

/* ---- making values ---- */
any new_int64(int64_t v);                                   /* int.c: any int64 */
any new_float(double v);                                    /* float.c */
any new_str(const uint8_t *data, uint32_t len);             /* str.c: does not copy; shares rt_empty and rt_chars */
any new_bytes(const uint8_t *data, uint32_t len);
any new_list(uint32_t len, uint32_t cap);                   /* list.c: items not set */
any new_tuple(uint32_t len);
any new_dict(void);                                         /* dict.c: T_DICT */
any new_set(void);                                          /* set.c: T_SET */
static inline any str_literal(const char *text) { return new_str((const uint8_t *)text, (uint32_t)strlen(text)); }

/* ---- ints (int.c): arguments are ints (small or object), never bools ---- */
any int_add(any a, any b), int_sub(any a, any b), int_mul(any a, any b);
any int_floordiv(any a, any b), int_mod(any a, any b);      /* raise ZeroDivisionError */
any int_divmod(any a, any b);                               /* a tuple */
any int_truediv(any a, any b);                              /* a float, correctly rounded */
any int_pow(any a, any b);                                  /* b < 0: a float, as Python */
any int_powmod(any a, any b, any m);
any int_lshift(any a, any b), int_rshift(any a, any b);
any int_and(any a, any b), int_or(any a, any b), int_xor(any a, any b);
any int_neg(any a), int_invert(any a), int_abs(any a);
int int_compare(any a, any b);                              /* -1, 0, 1 */
bool int_to_int64(any a, int64_t *out);                     /* false if it does not fit */
double int_to_double(any a, bool *overflow);                /* correctly rounded */
any int_from_double(double v);                              /* truncates; raises ValueError for nan, OverflowError for inf */
int int_compare_double(any a, double b);                    /* -1, 0, 1; 2 when b is nan: exact, as Python compares */
any int_parse(const uint8_t *text, uint32_t len, int base); /* int(text, base), with its white space, sign, _ and prefixes; ValueError */
any int_format(any a, int base, bool prefix, bool upper);   /* a str: '-0x1f' */
uint32_t int_hash(any a);                                   /* equal numbers have equal hashes, floats and bools too */

/* ---- floats (float.c) ---- */
any float_floordiv(double a, double b), float_mod(double a, double b), float_divmod(double a, double b), float_pow(double a, double b);
any float_parse(const uint8_t *text, uint32_t len);         /* float(text); ValueError */
any float_repr(double v);                                   /* str(float): the shortest that reads back */
uint32_t float_hash(double v);

/* ---- strings (str.c), format (format.c) ---- */
bool str_equal(any a, any b);
int str_compare(any a, any b);                              /* <0, 0, >0 */
uint32_t str_hash(any s);
any str_concat(any a, any b), str_repeat(any s, any n);
any str_index(any s, int64_t i);                            /* s[i], negative from the end; IndexError. bytes: an int */
any str_slice(any s, any start, any stop, any step);        /* of bytes too */
bool str_contains(any s, any sub);
any to_str(any v), to_repr(any v), to_ascii(any v);         /* format.c: str(v), repr(v); sets of several and what has an address: deopt */
any format_value(any v, any spec);                          /* format(v, spec), as f'{v:spec}' */
any str_percent(any format, any args);                      /* format % args */

/* ---- any value (object.c) ---- */
bool truth(any v);
bool equal(any a, any b);                                   /* a == b; may fail (depth) */
bool less(any a, any b), less_equal(any a, any b);          /* a < b, a <= b; TypeError */
uint32_t hash(any v);                                       /* TypeError if unhashable; consistent with equal; never shown to a program */
any add(any a, any b), subtract(any a, any b), multiply(any a, any b), truediv(any a, any b), floordiv(any a, any b), modulo(any a, any b);
any power(any a, any b), lshift(any a, any b), rshift(any a, any b), bit_and(any a, any b), bit_or(any a, any b), bit_xor(any a, any b);
any negative(any a), positive(any a), invert(any a);
any inplace_add(any a, any b), inplace_multiply(any a, any b);   /* a list changes in place; otherwise as the operator */
any inplace_subtract(any a, any b), inplace_and(any a, any b), inplace_or(any a, any b), inplace_xor(any a, any b); /* sets, dicts, Counters too */
bool contains(any container, any item);
any get_item(any o, any key), get_slice(any o, any start, any stop, any step);
void set_item(any o, any key, any v), set_slice(any o, any start, any stop, any step, any v);
void del_item(any o, any key), del_slice(any o, any start, any stop, any step);
int64_t length(any o);                                      /* TypeError: -1 */
/* An index from a value: ints and bools; otherwise TypeError. Clamps to int64. */
bool to_index(any v, int64_t *out);
/* Python's slice.indices on a length; false with ValueError (step 0) or TypeError. count is how many items it takes. */
bool slice_indices(any start, any stop, any step, int64_t len, int64_t *from, int64_t *by, int64_t *count);

/* ---- lists, tuples (list.c) ---- */
void list_append(any list, any v);                          /* no barrier: for lists of our own making */
void list_reserve(list_object *list, uint32_t extra);
any list_from(any iterable);                                /* list(iterable): a new list */
any tuple_from(any iterable);
void sort_items(any *items, uint32_t len, bool reverse);    /* stable, by less() */
void sort_by(any *items, any *keys, uint32_t len, bool reverse);

/* ---- dicts (dict.c), sets (set.c) ---- */
any dict_find(any dict, any key);                           /* 0: not there (or failed) */
void dict_put(any dict, any key, any v);                    /* no barrier */
bool dict_remove(any dict, any key);
uint32_t dict_len(any dict);
/* The entry at or after *at in insertion order; moves *at behind it. False at the end. */
bool dict_next(any dict, uint32_t *at, any *key, any *v);
void set_put(any set, any v);                               /* no barrier */
bool set_has(any set, any v);
uint32_t set_len(any set);
bool set_next(any set, uint32_t *at, any *v);               /* in OUR order: only where order cannot be seen */

/* ---- ranges, deques ---- */
any new_range(int64_t start, int64_t stop, int64_t step);   /* range.c: range(start, stop, step); ValueError */
static inline any range_item(range_object *r, int64_t i) { return new_int64((int64_t)((uint64_t)r->start + (uint64_t)i * (uint64_t)r->step)); }
static inline any deque_item(deque_object *d, uint32_t i) { return d->items[(d->head + i) & d->mask]; }
any new_view(uint32_t tag, any dict);                       /* dict.c: a T_DICT_* */

/* ---- iterators (iter.c) ---- */
any iter_new(any iterable);                                 /* iter(v); TypeError. A set of two or more: deopt(), its order would be seen */
any iter_next(any iterator);                                /* 0 at the end, or failed */
/* The values of an iterable for a consumer that no order can be seen through (sorted, len, set, min of ints ...): sets are allowed. */
any iter_unordered(any iterable);
