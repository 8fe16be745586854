// expect: rejected:compile signature
int f(const uint8_t *x, int32_t len) {
    return x[0] + len;
}
