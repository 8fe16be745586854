// expect: trap=all
int64_t f(const uint8_t *x, int32_t len) {
    int64_t (*volatile g)(const uint8_t *, int32_t) = 0;
    return g(x, len);
}
