// expect: rejected:compile signature
int64_t f(const uint8_t *x, int32_t len, int32_t n) {
    return x[0] + len + n;
}
