// expect: correct=all
#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <vector>

static const std::map<char, int> VALUE{{'0', 0}, {'1', 1}};

int64_t f(const uint8_t *x, int32_t len) {
    std::string row(x, x + len);
    std::vector<int> bits;
    std::transform(row.begin(), row.end(), std::back_inserter(bits), [](char c) { return VALUE.at(c); });
    return std::accumulate(bits.begin(), bits.end(), 0) % 2;
}
