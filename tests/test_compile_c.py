"""C, C++ and Zig to WebAssembly: the modules that come out, and what a faulty program is told."""

from __future__ import annotations

import pytest
from c_building import CPP_PARITY, PARITY, ZIG_PARITY, build, module, refused
from llmerm.compilers import c as compiler
from llmerm.compilers.c import CompileFailure, normalise_c


def number(data: bytes, at: int) -> tuple[int, int]:
    """Read an unsigned LEB128 number; return it and the position behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return value, at


def sections(wasm: bytes) -> dict[int, bytes]:
    assert wasm[:8] == b"\0asm\x01\0\0\0"
    at, found = 8, {}
    while at < len(wasm):
        kind = wasm[at]
        size, at = number(wasm, at + 1)
        found[kind] = wasm[at : at + size]
        at += size
    return found


def exports(wasm: bytes) -> set[str]:
    body = sections(wasm)[7]
    count, at = number(body, 0)
    names = set()
    for _ in range(count):
        length, at = number(body, at)
        names.add(body[at : at + length].decode())
        _, at = number(body, at + length + 1)
    return names


IMPORT, START, CUSTOM = 2, 8, 0


@pytest.mark.parametrize(
    ("source", "language"), [(PARITY, "c"), (CPP_PARITY, "cpp"), (ZIG_PARITY, "zig")], ids=["c", "cpp", "zig"]
)
def test_a_program_becomes_a_small_module_of_abi_1(source: str, language: compiler.Language) -> None:
    wasm = module(source, language)
    assert exports(wasm) - {"f_rows"} == {"f", "memory", "__heap_base"}
    assert IMPORT not in sections(wasm) and START not in sections(wasm)
    assert len(wasm) < 8000


@pytest.mark.parametrize(
    ("source", "language"), [(PARITY, "c"), (CPP_PARITY, "cpp"), (ZIG_PARITY, "zig")], ids=["c", "cpp", "zig"]
)
def test_the_same_source_gives_the_same_bytes(source: str, language: compiler.Language) -> None:
    assert module(source, language) == module(source, language)


def test_neither_clock_nor_path_gets_into_the_module() -> None:
    text = '__DATE__ __TIME__ __TIMESTAMP__ "<" __FILE__ ">"'
    wasm = module(f"const char *s = {text};\nint64_t f(const uint8_t *x, int32_t n) {{ return s[n]; }}")
    assert b"reproducible" * 3 + b"<candidate.c>" in wasm
    assert CUSTOM not in sections(wasm), "names, debug information or producers are left in"


def test_libc_is_there() -> None:
    source = """
    #include <assert.h>
    #include <ctype.h>
    #include <limits.h>
    #include <math.h>
    #include <stdlib.h>
    #include <string.h>
    static int order(const void *a, const void *b) { return *(const char *)a - *(const char *)b; }
    int64_t f(const uint8_t *x, int32_t len) {
        char *copy = malloc(len + 1);
        assert(copy);
        memcpy(copy, x, len); copy[len] = 0;
        qsort(copy, len, 1, order);
        int64_t r = strlen(copy) + (int64_t)sqrt(pow(len, 2)) + strtol(copy, 0, 2) + isdigit(copy[0]);
        if (r < 0) abort();
        free(copy);
        return r;
    }
    """
    assert IMPORT not in sections(module(source))


def test_printing_is_an_import_that_the_core_refuses() -> None:
    wasm = module('#include <stdio.h>\nint64_t f(const uint8_t *x, int32_t n) { printf("%d", n); return 0; }')
    assert b"fd_write" in sections(wasm)[IMPORT]


def test_alloc_is_exported_when_asked_for_only() -> None:
    allocate = "int32_t alloc(int32_t bytes) { static char room[4096]; return (int32_t)room + bytes * 0; }"
    use = PARITY.replace("return ones % 2", "return ones % 2 + 0 * alloc(0)")
    assert "alloc" not in exports(module(allocate + use))
    assert "alloc" in exports(module(f'#include "llmerm.h"\nLLMERM_EXPORT(alloc) {allocate}{PARITY}'))


@pytest.mark.parametrize(
    ("input_type", "item"),
    [("text", "uint8_t"), ("ints", "int64_t"), ("floats", "double"), ("record", "double")],
)
def test_the_header_declares_f_for_the_input_type(input_type: str, item: str) -> None:
    right = f'#include "llmerm.h"\nint64_t f(const {item} *x, int32_t len) {{ return x[len - 1] > 0; }}'
    module(right, "c", input_type)
    wrong = build(right.replace(item, "int16_t"), "c", input_type)
    assert isinstance(wrong, CompileFailure) and "conflicting types for 'f'" in wrong.reason


def test_a_row_of_text_may_be_called_char() -> None:
    module("int64_t f(const char *s, int n) { return s[0] == '1'; }")


def test_cpp_needs_no_extern_c() -> None:
    assert "f" in exports(module(PARITY, "cpp"))
    assert "f" in exports(module('extern "C" ' + PARITY.strip(), "cpp"))


def test_a_cpp_f_of_the_wrong_signature_is_told() -> None:
    assert "signature mismatch: f" in refused('extern "C" int f(const char *x, int n) { return n; }', "cpp")


@pytest.mark.parametrize("language", ["c", "cpp", "zig"])
def test_a_missing_f_is_told(language: compiler.Language) -> None:
    source = "export fn g() void {}" if language == "zig" else "int g(void) { return 1; }"
    assert refused(source, language).startswith("there is no function f: define")


def test_errors_name_the_line_and_nothing_of_the_machine() -> None:
    assert refused("\nint64_t f(const uint8_t *x, int32_t n) { return y; }") == (
        "candidate.c:2:49: error: use of undeclared identifier 'y'"
    )
    assert refused("export fn f(x: [*]const u8, n: i32) i64 { return y; }", "zig").startswith(
        "candidate.zig:1:"
    )


def test_exceptions_of_cpp_are_refused() -> None:
    assert "exceptions disabled" in refused("int64_t f(const uint8_t *x, int32_t n) { throw 1; }", "cpp")


def test_normalised_source_has_neither_comments_nor_layout() -> None:
    source = (
        '#include <a.h> // why\n\nint   f ( ) {\n  /* x */ return "a  // b"[0]\t+ \'"\' ; }\n'
        "#define A \\\n  1\nint b;\n"
    )
    expected = '#include <a.h>\nint f ( ) { return "a  // b"[0] + \'"\' ; }\n#define A 1\nint b;'
    assert normalise_c(source) == expected
    assert normalise_c(expected) == expected
