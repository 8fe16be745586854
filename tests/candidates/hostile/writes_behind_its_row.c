// expect: impure
// Rows to come may lie there.
int64_t f(uint8_t *x, int32_t len) {
    int64_t ones = 0;
    for (int32_t i = 0; i < len; i++) ones += x[i] == '1';
    for (int32_t i = 0; i < len; i++) x[len + i] = '0';
    return ones % 2;
}
