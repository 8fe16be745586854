// expect: out_of_fuel=some correct=some wrong=none
int64_t f(const uint8_t *x, int32_t len) {
    while (*(volatile const uint8_t *)x == '1') {}
    int64_t ones = 0;
    for (int32_t i = 0; i < len; i++) ones += x[i] == '1';
    return ones % 2;
}
