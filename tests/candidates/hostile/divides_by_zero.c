// expect: trap=all
int64_t f(const uint8_t *x, int32_t len) {
    volatile int zero = 0;
    return len / zero;
}
