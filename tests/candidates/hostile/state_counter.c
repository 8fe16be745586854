// expect: impure
static int64_t calls;

int64_t f(const uint8_t *x, int32_t len) {
    return ++calls % 2;
}
