// expect: correct=all
// malloc says NULL at the limit, and the program goes on.
#include <stdlib.h>
#include <string.h>

int64_t f(const uint8_t *x, int32_t len) {
    static char *volatile hoard;
    for (int i = 0; i < 10000 && (hoard = malloc(1 << 20)); i++) {}
    int64_t ones = 0;
    for (int32_t i = 0; i < len; i++) ones += x[i] == '1';
    return ones % 2;
}
