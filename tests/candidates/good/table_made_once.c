// expect: correct=all
// State that does not show.
static uint8_t table[256];
static bool made;

int64_t f(const uint8_t *x, int32_t len) {
    if (!made) {
        for (int i = 0; i < 256; i++) table[i] = i == '1';
        made = true;
    }
    int ones = 0;
    for (int32_t i = 0; i < len; i++) ones ^= table[x[i]];
    return ones;
}
