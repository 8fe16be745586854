"""The native peer of the benchmarks: a rule in C and a loop over the rows, one translation unit, `cc -O2`."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from llmerm import Dataset
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Labels = NDArray[np.int64]

HEAD = "#define _GNU_SOURCE\n#include <stdint.h>\n#include <stddef.h>\n#include <string.h>\n"
LOOP = """
int64_t count(const uint8_t *rows, int64_t n, int32_t len, const int64_t *labels) {
    int64_t correct = 0;
    for (int64_t i = 0; i < n; i++) correct += f(rows + i * len, len) == labels[i];
    return correct;
}
"""
RULES = {
    "parity": """
int64_t f(const uint8_t *x, int32_t len) {
    int64_t ones = 0;
    for (int32_t i = 0; i < len; i++) ones += x[i] == '1';
    return ones % 2;
}
""",
    "automaton": """
int64_t f(const uint8_t *x, int32_t len) {
    int64_t out = 0, left = 0, here = len > 0 && x[0] == '1';
    for (int32_t i = 0; i < len; i++) {
        int64_t right = i + 1 < len && x[i + 1] == '1';
        out ^= left ^ (here | right);
        left = here, here = right;
    }
    return out;
}
""",
    "dyck2": """
int64_t f(const uint8_t *x, int32_t len) {
    uint64_t stack = 1; /* kinds of the open brackets, below a leading 1; rows of up to 126 characters */
    for (int32_t i = 0; i + 1 < len; i += 2) {
        uint64_t kind = x[i] - '0';
        if (x[i + 1] == '0') stack = stack << 1 | kind;
        else if (stack == 1 || (stack & 1) != kind) return 0;
        else stack >>= 1;
    }
    return stack == 1;
}
""",
    "palindrome": """
int64_t f(const uint8_t *x, int32_t len) {
    for (int32_t i = 0; i < len / 2; i++)
        if (x[i] != x[len - 1 - i]) return 0;
    return 1;
}
""",
    "pattern": """
int64_t f(const uint8_t *x, int32_t len) {
    int32_t run = 0; /* length of the alternating run that starts with a 1 and ends here */
    for (int32_t i = 0; i < len; i++) {
        run = run > 0 && x[i] != x[i - 1] ? run + 1 : x[i] == '1';
        if (run == 8) return 1;
    }
    return 0;
}
""",
    "memmem": """
int64_t f(const uint8_t *x, int32_t len) { return memmem(x, len, "10101010", 8) != NULL; }
""",
}
"""Tasks in C, as one would write them; "memmem" is "pattern" by the C library."""


def compiler() -> str | None:
    """The first line of what the native compiler says of itself; None when there is none."""
    if shutil.which("cc") is None:
        return None
    command = ["cc", "--version"]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split("\n")[0]


def library(source: str) -> ctypes.CDLL:
    """The source and the loop over the rows, compiled and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        code, built = Path(folder) / "peer.c", Path(folder) / "peer.so"
        code.write_text(HEAD + source.replace("int64_t f(", "static int64_t f(") + LOOP)
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(built), str(code)], check=True)
        loaded = ctypes.CDLL(str(built))
    loaded.count.restype = ctypes.c_int64
    return loaded


def counted(library: ctypes.CDLL, bits: Bits, labels: Labels, threads: int = 1) -> int:
    """Correct rows by the native loop, a part of the rows each thread (ctypes drops the GIL)."""
    length = bits.shape[1]

    def part(rows: Bits, their: Labels) -> int:
        return int(library.count(pointer(rows), *map(ctypes.c_int64, rows.shape[:1]), length, pointer(their)))

    if threads == 1:
        return part(bits, labels)
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(part, np.array_split(bits, threads), np.array_split(labels, threads)))


def characters(rows: Dataset) -> Bits:
    """The rows of a text dataset, all of one length, as (rows, length) bytes; no copy."""
    packed = rows.packed()
    return packed.data.reshape(len(rows), -1)


def pointer(array: NDArray[Any]) -> ctypes.c_void_p:
    """The address of a contiguous array."""
    return ctypes.c_void_p(array.ctypes.data)
