// expect: trap=all
int64_t f(const uint8_t *x, int32_t len) {
    __builtin_trap();
}
