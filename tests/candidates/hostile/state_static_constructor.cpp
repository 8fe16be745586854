// expect: impure
// The constructor runs once in an instance; what f adds to it stays.
#include <vector>
static std::vector<int> seen{1, 2, 3};

int64_t f(const uint8_t *x, int32_t len) {
    seen.push_back(len);
    return seen.size() % 2;
}
