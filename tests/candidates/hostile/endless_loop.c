// expect: out_of_fuel=all
int64_t f(const uint8_t *x, int32_t len) {
    for (;;) {}
}
