// expect: impure
#include <stdlib.h>

int64_t f(const uint8_t *x, int32_t len) {
    return rand() >> 8 & 1;
}
