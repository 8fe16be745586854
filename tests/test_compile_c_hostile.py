"""Hostile text for the C, C++ and Zig compiler: files it must not read, limits it must not pass."""

from __future__ import annotations

import importlib.util
import os
import threading
import time
from pathlib import Path

import pytest
from c_building import PARITY, ZIG_PARITY, build, module, refused
from llmerm.compilers import c as compiler
from llmerm.compilers import sandboxed_process, zig_toolchain
from llmerm.compilers.c import CompileFailure
from llmerm.errors import InternalError, MissingExtraError

INCLUDES = {
    "absolute": '#include "SECRET"',
    "angle": "#include <SECRET>",
    "dots": '#include "../../../../../../..SECRET"',
    "dots inside": "#include <sys/../../../../../../../../../../..SECRET>",
    "macro": '#define H "SECRET"\n#include H',
    "macro function": "#define S(x) #x\n#include S(SECRET)",
    "next": "#include_next <SECRET>",
    "import": '#import "SECRET"',
    "embed": 'const char d[] = {\n#embed "SECRET"\n};',
    "spliced": '#inc\\\nlude "SECRET"',
    "spliced with a blank": '#inc\\  \nlude "SECRET"',
    "carriage return": '#inc\\\r\nlude "SECRET"',
    "digraph": '%:include "SECRET"',
    "comment before": '/* */ # /* */ include "SECRET"',
    "comment over lines": '/*\n*/#/*\n*/include "SECRET"',
    "quotes in a comment": '/* " */ #include "SECRET"\n/* " */',
    "form feed": '\f#\vinclude "SECRET"',
    "line": '#line 1 "SECRET"',
    "marker": '# 1 "SECRET" 1',
    "macro to directive": '#define HASH #\nHASH include "SECRET"',
    "digraph macro": '#define HASH %:\nHASH include "SECRET"',
    "asm": 'asm(".incbin \\"SECRET\\"");',
    "asm inside": 'static void g(void) { __asm__ volatile (".incbin \\"SECRET\\""); }',
    "asm by a macro": '#define A __as##m__\nA(".include \\"SECRET\\"");',
    "probe": '#if __has_include("SECRET")\n#error yes\n#endif',
    "embed probe": '#if __has_embed("SECRET")\n#error yes\n#endif',
    "pasted probe": '#define P(a, b) a##b\n#if P(__has_inc, lude)("SECRET")\n#error yes\n#endif',
    "pragma": '#pragma GCC dependency "SECRET"',
    "_Pragma": '_Pragma("GCC dependency \\"SECRET\\"")',
    "_Pragma wide": '_Pragma(L"clang module import SECRET")',
    "module": "#pragma clang module import SECRET",
    "linker": '#pragma comment(lib, "SECRET")',
    "device": '#include "/dev/zero"',
    "own process": '#include "/proc/self/environ"',
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.h"
    path.write_text("int hunter2 = 0x7e57;\n")
    return path


@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("trick", INCLUDES)
def test_no_other_file_is_read(trick: str, language: compiler.Language, secret: Path) -> None:
    source = INCLUDES[trick].replace("SECRET", str(secret)) + PARITY
    result = build(source, language)
    if trick == "pasted probe" and language == "c":
        assert isinstance(result, bytes), "in C the probe is a macro that says no"
        return
    assert isinstance(result, CompileFailure)
    assert "hunter2" not in result.reason and "yes" not in result.reason


@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("trick", ["absolute", "macro", "embed", "spliced", "digraph", "dots"])
def test_what_gets_past_the_text_is_found_in_the_list_of_files(
    trick: str, language: compiler.Language, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiler, "refuse_c", lambda source, language: None)
    reason = refused(INCLUDES[trick].replace("SECRET", str(secret)) + PARITY, language)
    # A quoted path is first tried below the candidate's own folder, so "dots" may not be found at all.
    assert "a program is one file" in reason or "file not found" in reason


@pytest.mark.parametrize(
    "line",
    [
        'const d = @embedFile("SECRET");',
        'const d = @embedFile ("SECRET");',
        'const d = @import("SECRET");',
        'const d = @import ( "SECRET" );',
        'const d = @import("st" ++ "d");',
        'const name = "SECRET"; const d = @import(name);',
        'const d = @cImport({ @cInclude("SECRET"); });',
        'comptime { asm (".incbin \\"SECRET\\""); }',
        'const c = \'"\'; const d = @embedFile("SECRET"); // "',
        '// "\nconst d = @embedFile("SECRET"); // "',
        'const s = \\\\ "\n; const d = @embedFile("SECRET"); // "',
    ],
)
def test_zig_reads_no_other_file(line: str, secret: Path) -> None:
    reason = refused(line.replace("SECRET", str(secret)) + ZIG_PARITY, "zig")
    assert "is not allowed" in reason


def test_words_in_strings_and_comments_are_free() -> None:
    module('// #include "/etc/passwd"\n/* asm */ const char *s = "#include <x> asm";' + PARITY)
    module('// @embedFile("x")\nconst s = "asm @embedFile";' + ZIG_PARITY, "zig")


@pytest.mark.parametrize("source", [b"\xff\xfe" + PARITY.encode(), "\ud800", "int a;\0"])
def test_what_is_not_text_is_refused(source: str | bytes) -> None:
    assert refused(source).startswith("the source ")


def test_a_large_module_is_refused() -> None:
    reason = refused(
        "char big[100000] = {1, 2};" + PARITY.replace("ones % 2", "ones + big[len]"), module_bytes=500
    )
    assert "the limit is 500" in reason


BOMBS = {
    "templates": (
        "cpp",
        "template <int A, int B> struct T { static constexpr int v = T<A - 1, B>::v + T<A, B - 1>::v; };"
        "template <int B> struct T<0, B> { static constexpr int v = 1; };"
        "template <int A> struct T<A, 0> { static constexpr int v = 1; };"
        "int64_t f(const uint8_t *x, int32_t n) { return T<700, 700>::v; }",
    ),
    "comptime": (
        "zig",
        "export fn f(x: [*]const u8, n: i32) i64 { _ = x; _ = n; comptime { @setEvalBranchQuota(4000000000);"
        " var i: u64 = 0; while (i < 3000000000) : (i += 1) {} } return 0; }",
    ),
    "macros": (
        "c",
        "#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(x)))\n#define C(x) B(B(B(x)))\n"
        "int64_t f(const uint8_t *x, int32_t n) { C(n++;) return n; }",
    ),
    "endless include": ("c", '#include "candidate.c"\n' * 2 + PARITY),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_compile_bomb_ends_within_its_time(bomb: str) -> None:
    language, source = BOMBS[bomb]
    start = time.monotonic()
    refused(source, language, seconds=1.5, memory_bytes=1 << 30)  # type: ignore[arg-type]
    assert time.monotonic() - start < 4


def test_the_time_limit_is_named() -> None:
    _, source = BOMBS["comptime"]
    assert refused(source, "zig", seconds=1.0) == "compiling took longer than 1 s"


def test_too_little_memory_is_the_candidates_failure() -> None:
    assert "its memory limit is 32 MiB" in refused(PARITY, memory_bytes=32 << 20)


def test_a_time_out_kills_the_whole_group(tmp_path: Path) -> None:
    script = "sleep 30 & echo $! > child; wait"
    start = time.monotonic()
    done = sandboxed_process.run_limited(
        ["/bin/sh", "-c", script],
        folder=tmp_path,
        environment={"PATH": "/usr/bin:/bin"},
        seconds=0.5,
        memory_bytes=1 << 30,
    )
    assert done.timed_out and time.monotonic() - start < 5
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    for _ in range(100):
        if not child.exists() or child.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("the grandchild is still running")


def test_nothing_of_the_environment_reaches_the_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "hunter2")
    done = sandboxed_process.run_limited(
        ["/usr/bin/env"],
        folder=tmp_path,
        environment=zig_toolchain.environment(tmp_path),
        seconds=5,
        memory_bytes=1 << 30,
    )
    assert done.status == 0 and "hunter2" not in done.messages and "PATH=" in done.messages


def test_without_the_extra_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    zig_toolchain.find_zig.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'llmerm\[c\]'"):
        build(PARITY)


def test_an_unwritable_temporary_folder_is_our_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.touch()
    monkeypatch.setattr("tempfile.tempdir", str(not_a_folder))
    with pytest.raises(InternalError, match="cannot make a temporary folder"):
        build(PARITY)


def test_an_unwritable_cache_falls_back_to_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(not_a_folder))
    folder = zig_toolchain._library_folder.__wrapped__()
    assert folder.is_dir() and os.access(folder, os.W_OK) and not_a_folder not in folder.parents


def test_a_cache_that_others_may_write_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = zig_toolchain._library_folder.__wrapped__()
    assert tmp_path in folder.parents
    folder.chmod(0o777)
    assert tmp_path not in zig_toolchain._library_folder.__wrapped__().parents


def test_the_libraries_are_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds = []

    def slow_build(folder: Path, names: tuple[str, ...], language: str) -> None:
        builds.append(language)
        time.sleep(0.2)
        for name in names:
            (folder / name).touch()

    monkeypatch.setattr(zig_toolchain, "_build", slow_build)
    monkeypatch.setattr(zig_toolchain, "_library_folder", lambda: tmp_path)
    threads = [threading.Thread(target=zig_toolchain.libraries, args=("c",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert builds == ["c"]
