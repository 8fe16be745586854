/* zlib.crc32, binascii.crc32 and zlib.adler32. */
#include "text.h"

/* The CRC of the 16 half bytes: a table that fits two cache lines, two steps a byte. */
static const uint32_t crc_of_half_byte[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

/* data must be bytes; of the start value, an int, the low 32 bits count. */
static bool arguments(any data, any start, uint32_t *value) {
    if (!is(data, T_BYTES)) { raise(TypeError_); return false; }
    if (!given(start)) return true;
    if (is(start, T_BOOL)) start = small(bool_value(start));
    if (!is_int(start)) { raise(TypeError_); return false; }
    *value = (uint32_t)small_value(int_and(start, small(0xffffffff)));
    return true;
}

static any crc32(any data, any start) {
    uint32_t crc = 0;
    if (!arguments(data, start, &crc)) return 0;
    crc = ~crc;
    for (uint32_t i = 0; i < str_at(data)->len; i++) {
        crc ^= str_at(data)->data[i];
        crc = crc >> 4 ^ crc_of_half_byte[crc & 15];
        crc = crc >> 4 ^ crc_of_half_byte[crc & 15];
    }
    return small(~crc);
}

PY("zlib.crc32(data, value=, /) -> index") any zlib_crc32(any data, any start) { return crc32(data, start); }
PY("binascii.crc32(data, crc=, /) -> index") any binascii_crc32(any data, any start) { return crc32(data, start); }

PY("zlib.adler32(data, value=, /) -> index") any zlib_adler32(any data, any start) {
    uint32_t sum = 1;
    if (!arguments(data, start, &sum)) return 0;
    uint32_t a = sum & 0xffff, b = sum >> 16;
    if (a >= 65521 || b >= 65521) return deopt(); /* no Adler sum: zlib reduces it only sometimes */
    for (uint32_t i = 0; i < str_at(data)->len; i++) {
        a = (a + str_at(data)->data[i]) % 65521;
        b = (b + a) % 65521;
    }
    return small((int64_t)b << 16 | a);
}
