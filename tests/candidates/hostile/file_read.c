// expect: rejected:compile import
#include <stdio.h>

int64_t f(const uint8_t *x, int32_t len) {
    FILE *file = fopen("/etc/passwd", "r");
    return file != 0;
}
