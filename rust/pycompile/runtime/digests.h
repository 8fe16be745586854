/* Hash algorithms: how blocks change the state. The objects of hashlib are in hashlib.c. */
#pragma once
#include "rt.h"

typedef union { uint32_t words[8]; uint64_t longs[8]; } digest_state;
typedef struct {
    const char *name;
    uint8_t block, digest;      /* sizes in bytes */
    bool longs, big_endian;     /* the words of state and of blocks */
    void (*compress)(digest_state *s, const uint8_t *blocks, uint32_t count);
    digest_state initial;
} algorithm;

extern const algorithm algorithms[6];
enum { MD5, SHA1, SHA224, SHA256, SHA384, SHA512 };
