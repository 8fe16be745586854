// expect: wrong=all
int64_t f(const uint8_t *x, int32_t len) {
    return INT64_MIN + len;
}
