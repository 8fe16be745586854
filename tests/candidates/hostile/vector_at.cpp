// expect: trap=all
#include <vector>

int64_t f(const uint8_t *x, int32_t len) {
    std::vector<int> v(3);
    return v.at(len);
}
