"""The Rust core as Python sees it. `llmerm.compilers` and `llmerm.verification` are its users."""

from collections.abc import Callable
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Packed
from llmerm.verification import Limits

__all__ = [
    "MEMORY_MAX",
    "OUTCOMES",
    "STACK_MAX",
    "STACK_MIN",
    "Declined",
    "Program",
    "Rejection",
    "Session",
    "compile_python",
    "is_prepared",
    "predict",
    "prepare",
    "runtime_hash",
    "verify",
    "wat",
]

OUTCOMES: list[str]
MEMORY_MAX: int
STACK_MIN: int
STACK_MAX: int

@final
class Program:
    @staticmethod
    def module(source: bytes, limits: Limits) -> Program | Rejection: ...
    @staticmethod
    def python(source: bytes, limits: Limits, tier: str, input_type: str) -> Program | Rejection: ...
    def tier(self, input_type: str) -> str: ...
    @property
    def module_bytes(self) -> bytes | None: ...
    def canonical(self, limits: Limits) -> str | Rejection | None: ...

@final
class Rejection:
    @property
    def stage(self) -> str: ...
    @property
    def reason(self) -> str: ...

@final
class Declined:
    @property
    def line(self) -> int: ...
    @property
    def reason(self) -> str: ...

@final
class Session:
    def __new__(cls, limits: Limits, variables: bytes) -> Session: ...
    def run(self, code: str, output_limit: int) -> tuple[str, str]: ...

def verify(
    programs: list[Program],
    packed: Packed,
    labels: NDArray[np.int64],
    classes: list[str],
    limits: Limits,
    threads: int,
    isolate_rows: bool,
    audit_rows: int,
    progress: Callable[[int], None] | None,
) -> list[dict[str, Any]]: ...
def predict(
    program: Program,
    packed: Packed,
    classes: list[str],
    limits: Limits,
    threads: int,
    isolate_rows: bool,
) -> tuple[NDArray[np.int64], NDArray[np.uint8], int] | Rejection | None: ...
def prepare(stack: int) -> None: ...
def is_prepared(stack: int) -> bool: ...
def compile_python(source: str, input_type: str, form: str) -> bytes | Declined: ...
def wat(module: bytes) -> str: ...
def runtime_hash() -> str: ...
