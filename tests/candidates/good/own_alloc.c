// expect: correct=all
#include "llmerm.h"
static uint8_t *room;
LLMERM_EXPORT(alloc) int32_t alloc(int32_t bytes) {
    extern uint8_t __heap_base;
    uintptr_t start = ((uintptr_t)&__heap_base + 63) / 64 * 64, end = start + bytes;
    uintptr_t have = __builtin_wasm_memory_size(0) * 65536;
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + 65535) / 65536) == (size_t)-1) return 0;
    return (int32_t)(uintptr_t)(room = (uint8_t *)start);
}

int64_t f(const uint8_t *x, int32_t len) {
    int64_t ones = 0;
    for (int32_t i = 0; i < len; i++) ones += x[i] == '1';
    return ones % 2;
}
