// expect: rejected:compile exceptions
int64_t f(const uint8_t *x, int32_t len) {
    throw 1;
}
