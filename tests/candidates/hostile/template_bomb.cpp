// expect: rejected:compile recursive template
template <int N> struct Deep { using type = typename Deep<N + 1>::type; };

int64_t f(const uint8_t *x, int32_t len) {
    return sizeof(Deep<0>::type);
}
