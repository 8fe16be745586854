// expect: trap=all
// More than the shadow stack of 1 MiB: below address 0.
int64_t f(const uint8_t *x, int32_t len) {
    volatile char room[2 << 20];
    for (int i = 0; i < 2 << 20; i += 4096) room[i] = x[0];
    return room[len];
}
