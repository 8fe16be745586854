// expect: correct=all
int64_t f(const char *s, int n) {
    long long ones = 0;
    while (n-- > 0) ones ^= *s++ & 1;
    return ones;
}
