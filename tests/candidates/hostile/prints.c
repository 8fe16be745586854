// expect: rejected:compile import
#include <stdio.h>

int64_t f(const uint8_t *x, int32_t len) {
    printf("%d\n", len);
    return 0;
}
