/* hashlib's objects over the algorithms of digests.c. */
#include "digests.h"
#include "text.h"

typedef struct {
    uint32_t tag, filled;       /* bytes waiting in `block` */
    const algorithm *kind;
    uint64_t total;             /* bytes seen */
    digest_state state;
    uint8_t block[128];
} hash_object;

static void feed(hash_object *h, const uint8_t *p, uint32_t len) {
    uint32_t size = h->kind->block;
    h->total += len;
    if (h->filled) {
        uint32_t taken = len < size - h->filled ? len : size - h->filled;
        memcpy(h->block + h->filled, p, taken);
        h->filled += taken, p += taken, len -= taken;
        if (h->filled < size) return;
        h->kind->compress(&h->state, h->block, 1);
        h->filled = 0;
    }
    h->kind->compress(&h->state, p, len / size);
    h->filled = len % size;
    memcpy(h->block, p + (len - h->filled), h->filled);
}

/* A byte 0x80, zeros, and the length in bits at the end of a block. Works on a copy. */
static uint32_t finish(const hash_object *from, uint8_t *out) {
    hash_object h = *from;
    const algorithm *kind = h.kind;
    uint32_t size = kind->block, word = kind->longs ? 8 : 4;
    h.block[h.filled++] = 0x80;
    if (h.filled > size - 2 * word) {
        memset(h.block + h.filled, 0, size - h.filled);
        kind->compress(&h.state, h.block, 1);
        h.filled = 0;
    }
    memset(h.block + h.filled, 0, size - h.filled);
    uint64_t bits = h.total * 8;
    store64(h.block + size - 8, kind->big_endian ? __builtin_bswap64(bits) : bits);
    kind->compress(&h.state, h.block, 1);
    if (kind->big_endian)
        for (uint32_t i = 0; i < 8; i++) {
            if (kind->longs) h.state.longs[i] = __builtin_bswap64(h.state.longs[i]);
            else h.state.words[i] = __builtin_bswap32(h.state.words[i]);
        }
    memcpy(out, &h.state, kind->digest);
    return kind->digest;
}

static any new_hash(const algorithm *kind, any data) {
    if (given(data) && !is(data, T_BYTES)) return raise(TypeError_);
    hash_object *h = alloc(sizeof *h);
    h->tag = T_HASH, h->filled = 0, h->kind = kind, h->total = 0, h->state = kind->initial;
    if (given(data)) feed(h, str_at(data)->data, str_at(data)->len);
    return value(h);
}

PY("hashlib.md5(data=) -> any") any hashlib_md5(any data) { return new_hash(&algorithms[MD5], data); }
PY("hashlib.sha1(data=) -> any") any hashlib_sha1(any data) { return new_hash(&algorithms[SHA1], data); }
PY("hashlib.sha224(data=) -> any") any hashlib_sha224(any data) { return new_hash(&algorithms[SHA224], data); }
PY("hashlib.sha256(data=) -> any") any hashlib_sha256(any data) { return new_hash(&algorithms[SHA256], data); }
PY("hashlib.sha384(data=) -> any") any hashlib_sha384(any data) { return new_hash(&algorithms[SHA384], data); }
PY("hashlib.sha512(data=) -> any") any hashlib_sha512(any data) { return new_hash(&algorithms[SHA512], data); }

PY("hashlib.new(name, data=) -> any") any hashlib_new(any name, any data) {
    if (!is_str(name)) return raise(TypeError_);
    for (uint32_t i = 0; i < 6; i++)
        if (str_equal(name, str_literal(algorithms[i].name))) return new_hash(&algorithms[i], data);
    return deopt(); /* CPython knows more of them */
}

PY("hash.update(self, data, /) -> None") any hash_update(any self, any data) {
    if (!is(data, T_BYTES)) return raise(TypeError_);
    if (!writable(self)) return 0;
    feed(at(self), str_at(data)->data, str_at(data)->len);
    return NONE;
}

PY("hash.digest(self) -> bytes") any hash_digest(any self) {
    uint8_t *out = alloc(64);
    return new_bytes(out, finish(at(self), out));
}

any bytes_hex(any self, any sep, any bytes_per_sep);
PY("hash.hexdigest(self) -> str") any hash_hexdigest(any self) { return bytes_hex(hash_digest(self), 0, 0); }

PY("hash.copy(self) -> any") any hash_copy(any self) { return value(memcpy(alloc(sizeof(hash_object)), at(self), sizeof(hash_object))); }
