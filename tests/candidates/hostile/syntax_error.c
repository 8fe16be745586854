// expect: rejected:compile candidate.c:2
int64_t f(const uint8_t *x, int32_t len) { return }
