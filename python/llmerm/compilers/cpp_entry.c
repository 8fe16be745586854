/* The exported f of a C++ candidate: static constructors run once, before the instance's first row.
 *
 * Without a caller of __wasm_call_ctors the linker would wrap f to run them before every row. C candidates have
 * no constructors, and their f is exported itself.
 */
#include <stdbool.h>
#include <stdint.h>

extern void __wasm_call_ctors(void);
extern int64_t f(const void *x, int32_t len);

__attribute__((export_name("f"))) int64_t llmerm_entry(const void *x, int32_t len) {
    static bool constructed;
    if (!constructed) {
        constructed = true;
        __wasm_call_ctors();
    }
    return f(x, len);
}
