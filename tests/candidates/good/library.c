// expect: correct=all
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int order(const void *a, const void *b) { return *(const char *)a - *(const char *)b; }

int64_t f(const uint8_t *x, int32_t len) {
    char *copy = malloc(len + 1);
    memcpy(copy, x, len);
    copy[len] = 0;
    qsort(copy, len, 1, order);
    char *first = strchr(copy, '1');
    int64_t ones = first ? (int64_t)strlen(first) : 0;
    free(copy);
    return (int64_t)fmod((double)ones, 2.0);
}
