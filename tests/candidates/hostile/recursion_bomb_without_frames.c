// expect: trap=all
// Frames on WebAssembly's own stack only.
static __attribute__((noinline)) int64_t down(int64_t n, volatile int64_t *sink) {
    *sink = n;
    return down(n + 1, sink) + *sink;
}

int64_t f(const uint8_t *x, int32_t len) {
    volatile int64_t sink = len;
    return down(0, &sink);
}
