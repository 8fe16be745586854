// expect: rejected:compile import
__attribute__((import_module("host"), import_name("label"))) int64_t label(int32_t);

int64_t f(const uint8_t *x, int32_t len) {
    return label(len);
}
