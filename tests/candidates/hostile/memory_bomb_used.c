// expect: trap=all
// Uses what malloc did not give.
#include <stdint.h>

int64_t f(const uint8_t *x, int32_t len) {
    volatile uint8_t *far = (volatile uint8_t *)(uintptr_t)0xfffffff0u;
    *far = x[0];
    return *far;
}
