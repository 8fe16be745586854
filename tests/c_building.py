"""Shared by the tests of the C, C++ and Zig compiler: three correct programs, and two ways to build."""

from __future__ import annotations

from llmerm.compilers import c as compiler
from llmerm.compilers.c import CompileFailure, compile_c

PARITY = """
int64_t f(const uint8_t *x, int32_t len) {
    int64_t ones = 0;
    for (int32_t i = 0; i < len; i++) ones += x[i] == '1';
    return ones % 2;
}
"""
CPP_PARITY = """
#include <algorithm>
#include <string>
#include <vector>
static std::vector<int> weights(64, 1);
int64_t f(const uint8_t *x, int32_t len) {
    std::string row(reinterpret_cast<const char *>(x), len);
    return (std::count(row.begin(), row.end(), '1') * weights.at(3)) % 2;
}
"""
ZIG_PARITY = """
const std = @import("std");
export fn f(x: [*]const u8, len: i32) i64 {
    return @intCast(std.mem.count(u8, x[0..@intCast(len)], "1") % 2);
}
"""


def build(
    source: str | bytes,
    language: compiler.Language = "c",
    input_type: str = "text",
    *,
    seconds: float = 20.0,
    memory_bytes: int = 2 << 30,
    module_bytes: int = 1 << 20,
) -> bytes | CompileFailure:
    return compile_c(
        source, language, input_type, seconds=seconds, memory_bytes=memory_bytes, module_bytes=module_bytes
    )


def module(source: str, language: compiler.Language = "c", input_type: str = "text") -> bytes:
    result = build(source, language, input_type)
    assert isinstance(result, bytes), result
    return result


def refused(source: str | bytes, language: compiler.Language = "c", **limits: float) -> str:
    result = build(source, language, **limits)  # type: ignore[arg-type]
    assert isinstance(result, CompileFailure), "it compiled"
    assert result.stage == "compile"
    assert len(result.reason) <= 600 and result.reason.count("\n") <= 2
    assert "llmerm-c-" not in result.reason and "ziglang" not in result.reason
    return result.reason
