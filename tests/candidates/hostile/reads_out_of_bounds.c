// expect: trap=all
int64_t f(const uint8_t *x, int32_t len) {
    return *(volatile const uint8_t *)(x + 0x7fffffff);
}
