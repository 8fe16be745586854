// expect: correct=all
#include <cstdint>
#include <string_view>
#include <bit>

extern "C" std::int64_t f(const char *x, std::int32_t len) {
    unsigned ones = 0;
    for (char c : std::string_view(x, len)) ones += std::popcount(static_cast<unsigned>(c - '0'));
    return ones % 2;
}
