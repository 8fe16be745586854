/* The arena: one bump pointer, reset between rows. */
#include "rt.h"

extern uint8_t __heap_base[];

state rt;
bool_object rt_false = {T_BOOL, 0}, rt_true = {T_BOOL, 1};
/* Where compiled code puts its constants, so that their addresses are constants too. `init` fills it; pages of zeros cost nothing. */
_Alignas(16) uint8_t rt_constants[CONSTANTS_MAX];
object rt_none = {T_NONE}, rt_notimplemented = {T_NOTIMPLEMENTED}, rt_ellipsis = {T_ELLIPSIS};

void *alloc_slow(uint32_t bytes) {
    if (bytes > (1u << 30)) __builtin_trap();
    if (rt.top == 0) rt.top = ((uint32_t)(uintptr_t)__heap_base + 15) & ~15u; /* the first allocation of all */
    rt.limit = (uint32_t)__builtin_wasm_memory_size(0) << 16;
    if (bytes > rt.limit - rt.top) {
        /* Memory grows by at least an eighth, so that a long row does not ask for it page by page. */
        uint32_t missing = bytes - (rt.limit - rt.top), more = rt.limit / 8;
        uint32_t pages = ((missing > more ? missing : more) + 65535) >> 16;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) {
            pages = (missing + 65535) >> 16;
            if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
        }
        rt.limit = (uint32_t)__builtin_wasm_memory_size(0) << 16;
    }
    uint32_t at = rt.top;
    rt.top = at + bytes;
    return (void *)(uintptr_t)at;
}

void *alloc_array(uint64_t count, uint32_t each) {
    if (count > (1u << 30) / each) __builtin_trap();
    return alloc((uint32_t)count * each);
}

/* Where the verifier may write rows: memory that outlives every row. */
__attribute__((export_name("alloc"))) void *alloc_rows(uint32_t bytes) { return alloc(bytes); }
