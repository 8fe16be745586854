// expect: rejected:compile alloc
#include "llmerm.h"
LLMERM_EXPORT(alloc) double alloc(double bytes) {
    return bytes;
}

int64_t f(const uint8_t *x, int32_t len) {
    int64_t ones = 0;
    for (int32_t i = 0; i < len; i++) ones += x[i] == '1';
    return ones % 2;
}
