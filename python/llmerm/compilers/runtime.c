/* Linked behind every C and C++ candidate, before libc: the ways a program gives up, without a message.
 *
 * libc and libc++ print before they abort, and printing is an import of WASI, which no candidate may have. A failed
 * assert() or std::vector::at() must be a trap of that row, not the rejection of the program.
 */
#define GIVE_UP __attribute__((noreturn))

GIVE_UP void abort(void) { __builtin_trap(); }
GIVE_UP void _Exit(int status) { (void)status; __builtin_trap(); }
GIVE_UP void __assert_fail(const char *expression, const char *file, int line, const char *function) {
    (void)expression, (void)file, (void)line, (void)function;
    __builtin_trap();
}

/* libc++abi's std::terminate, and std::__1::__libcpp_verbose_abort(const char *, ...) by its mangled name. */
GIVE_UP void __abort_message(const char *format, ...) { (void)format; __builtin_trap(); }
GIVE_UP void _ZNSt3__122__libcpp_verbose_abortEPKcz(const char *format, ...) { (void)format; __builtin_trap(); }

/* Destructors of statics: an instance is thrown away, it never exits. */
int __cxa_atexit(void (*destroy)(void *), void *object, void *module) {
    (void)destroy, (void)object, (void)module;
    return 0;
}
