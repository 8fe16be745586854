// expect: rejected:compile embed
static const char data[] = {
#embed "/etc/hostname"
};

int64_t f(const uint8_t *x, int32_t len) {
    return data[len % sizeof data] % 2;
}
