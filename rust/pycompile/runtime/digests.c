/* The compression functions of MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4). */
#include "digests.h"

static inline uint32_t left32(uint32_t v, int n) { return v << n | v >> (32 - n); }
static inline uint32_t right32(uint32_t v, int n) { return v >> n | v << (32 - n); }
static inline uint64_t right64(uint64_t v, int n) { return v >> n | v << (64 - n); }
static inline uint32_t little32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline uint32_t big32(const uint8_t *p) { return __builtin_bswap32(little32(p)); }
static inline uint64_t big64(const uint8_t *p) { uint64_t v; memcpy(&v, p, 8); return __builtin_bswap64(v); }

/* ---- MD5 ---- */
static const uint32_t md5_sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af,
    0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
    0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
    0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97,
    0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
    0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static void md5(digest_state *s, const uint8_t *p, uint32_t count) {
    static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    for (; count; count--, p += 64) {
        uint32_t a = s->words[0], b = s->words[1], c = s->words[2], d = s->words[3];
        for (int i = 0; i < 64; i++) {
            uint32_t f;
            int k;
            if (i < 16) f = d ^ (b & (c ^ d)), k = i;
            else if (i < 32) f = c ^ (d & (b ^ c)), k = 5 * i + 1;
            else if (i < 48) f = b ^ c ^ d, k = 3 * i + 5;
            else f = c ^ (b | ~d), k = 7 * i;
            f += a + md5_sines[i] + little32(p + 4 * (k & 15));
            a = d, d = c, c = b;
            b += left32(f, shifts[i / 16][i & 3]);
        }
        s->words[0] += a, s->words[1] += b, s->words[2] += c, s->words[3] += d;
    }
}

/* ---- SHA-1 ---- */
static void sha1(digest_state *s, const uint8_t *p, uint32_t count) {
    for (; count; count--, p += 64) {
        uint32_t w[80], a = s->words[0], b = s->words[1], c = s->words[2], d = s->words[3], e = s->words[4];
        for (int i = 0; i < 16; i++) w[i] = big32(p + 4 * i);
        for (int i = 16; i < 80; i++) w[i] = left32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
#define ROUNDS(from, f, k) \
    for (int i = from; i < from + 20; i++) { \
        uint32_t next = left32(a, 5) + (f) + e + k + w[i]; \
        e = d, d = c, c = left32(b, 30), b = a, a = next; \
    }
        ROUNDS(0, d ^ (b & (c ^ d)), 0x5a827999)
        ROUNDS(20, b ^ c ^ d, 0x6ed9eba1)
        ROUNDS(40, (b & c) | (d & (b | c)), 0x8f1bbcdc)
        ROUNDS(60, b ^ c ^ d, 0xca62c1d6)
#undef ROUNDS
        s->words[0] += a, s->words[1] += b, s->words[2] += c, s->words[3] += d, s->words[4] += e;
    }
}

/* ---- SHA-2 ---- */
static const uint32_t sha256_roots[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
static const uint64_t sha512_roots[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* One algorithm in two widths. The names of the working variables rotate instead of their values: eight rounds are one turn. */
#define ROUND(a, b, c, d, e, f, g, h, i) \
    do { \
        h += BIG1(e) + (g ^ (e & (f ^ g))) + ROOTS[i] + w[i]; \
        d += h; \
        h += BIG0(a) + ((a & b) | (c & (a | b))); \
    } while (0)
#define SHA2(name, word, state, load, rounds) \
    static void name(digest_state *s, const uint8_t *p, uint32_t count) { \
        for (; count; count--, p += 16 * sizeof(word)) { \
            word w[rounds], *v = s->state, a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7]; \
            for (int i = 0; i < 16; i++) w[i] = load(p + sizeof(word) * i); \
            for (int i = 16; i < rounds; i++) w[i] = SMALL1(w[i - 2]) + w[i - 7] + SMALL0(w[i - 15]) + w[i - 16]; \
            for (int i = 0; i < rounds; i += 8) { \
                ROUND(a, b, c, d, e, f, g, h, i); \
                ROUND(h, a, b, c, d, e, f, g, i + 1); \
                ROUND(g, h, a, b, c, d, e, f, i + 2); \
                ROUND(f, g, h, a, b, c, d, e, i + 3); \
                ROUND(e, f, g, h, a, b, c, d, i + 4); \
                ROUND(d, e, f, g, h, a, b, c, i + 5); \
                ROUND(c, d, e, f, g, h, a, b, i + 6); \
                ROUND(b, c, d, e, f, g, h, a, i + 7); \
            } \
            v[0] += a, v[1] += b, v[2] += c, v[3] += d, v[4] += e, v[5] += f, v[6] += g, v[7] += h; \
        } \
    }

#define BIG0(v) (right32(v, 2) ^ right32(v, 13) ^ right32(v, 22))
#define BIG1(v) (right32(v, 6) ^ right32(v, 11) ^ right32(v, 25))
#define SMALL0(v) (right32(v, 7) ^ right32(v, 18) ^ (v) >> 3)
#define SMALL1(v) (right32(v, 17) ^ right32(v, 19) ^ (v) >> 10)
#define ROOTS sha256_roots
SHA2(sha256, uint32_t, words, big32, 64)
#undef BIG0
#undef BIG1
#undef SMALL0
#undef SMALL1
#undef ROOTS

#define BIG0(v) (right64(v, 28) ^ right64(v, 34) ^ right64(v, 39))
#define BIG1(v) (right64(v, 14) ^ right64(v, 18) ^ right64(v, 41))
#define SMALL0(v) (right64(v, 1) ^ right64(v, 8) ^ (v) >> 7)
#define SMALL1(v) (right64(v, 19) ^ right64(v, 61) ^ (v) >> 6)
#define ROOTS sha512_roots
SHA2(sha512, uint64_t, longs, big64, 80)

const algorithm algorithms[6] = {
    [MD5] = {"md5", 64, 16, false, false, md5, {.words = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}}},
    [SHA1] = {"sha1", 64, 20, false, true, sha1, {.words = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}}},
    [SHA224] = {"sha224", 64, 28, false, true, sha256, {.words = {
        0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4,
    }}},
    [SHA256] = {"sha256", 64, 32, false, true, sha256, {.words = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    }}},
    [SHA384] = {"sha384", 128, 48, true, true, sha512, {.longs = {
        0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
        0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
    }}},
    [SHA512] = {"sha512", 128, 64, true, true, sha512, {.longs = {
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    }}},
};
