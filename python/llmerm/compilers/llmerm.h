/* ABI 1 of llmerm for C and C++ candidates (docs/abi.md).
 *
 * Including this file is optional: it declares f for the rows' input type, so that a wrong signature is an error
 * of the compiler with a line number. stdint.h, stddef.h and stdbool.h are included for every candidate anyway.
 *
 *     #include "llmerm.h"
 *     int64_t f(const llmerm_item *x, int32_t len) { ... }
 */
#ifndef LLMERM_H
#define LLMERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LLMERM_ABI 1

/* One element of a row. The compiler is called with one of the three macros set; text is the default. */
#if defined(LLMERM_INPUT_INTS)
typedef int64_t llmerm_item;
#elif defined(LLMERM_INPUT_FLOATS) || defined(LLMERM_INPUT_RECORD)
typedef double llmerm_item;
#else
typedef uint8_t llmerm_item;
#endif

/* Before a definition: the function leaves the module under this name. Needed for `alloc` only; f always leaves. */
#define LLMERM_EXPORT(name) __attribute__((export_name(#name), used))

#ifdef __cplusplus
extern "C" {
#endif

/* The label of one row of `len` elements. x is only valid during the call. */
int64_t f(const llmerm_item *x, int32_t len);

#ifdef __cplusplus
}
#endif
#endif
