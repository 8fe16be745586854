// expect: trap=all
// No tail call: the result is needed after the call, and each frame holds an array.
static __attribute__((noinline)) int64_t down(volatile char *above) {
    volatile char frame[256];
    frame[0] = above[0];
    return down(frame) + frame[0];
}

int64_t f(const uint8_t *x, int32_t len) {
    volatile char first = x[0];
    return down(&first);
}
