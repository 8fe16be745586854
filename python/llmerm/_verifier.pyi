"""The Rust core as Python sees it. `llmerm.compilers` and `llmerm.verification` are its users."""

from collections.abc import Callable
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Packed
from llmerm.limits import Limits
from llmerm.readahead import ReadAhead
from llmerm.verification import Settings

__all__ = [
    "BLOCK",
    "MEMORY_MAX",
    "OUTCOMES",
    "STACK_MAX",
    "STACK_MIN",
    "Declined",
    "Program",
    "Rejection",
    "Session",
    "compile_python",
    "enumerate_programs",
    "is_prepared",
    "predict",
    "prepare",
    "runtime_hash",
    "verify",
    "wat",
]

OUTCOMES: list[str]
BLOCK: int
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
    rows: tuple[Packed, NDArray[np.int64]] | ReadAhead,
    settings: Settings,
    bounds: list[int] | None,
    rule: Callable[[int, int, int], bool | None] | None,
    progress: Callable[[int], None] | None,
) -> tuple[list[dict[str, Any]], bool, list[tuple[str, float]]]: ...
def predict(
    program: Program,
    packed: Packed,
    settings: Settings,
) -> tuple[NDArray[np.int64], NDArray[np.uint8], int] | Rejection | None: ...
def prepare(stack: int) -> None: ...
def is_prepared(stack: int) -> bool: ...
def compile_python(source: str, input_type: str, form: str) -> bytes | Declined: ...
def wat(module: bytes) -> str: ...
def runtime_hash() -> str: ...
def enumerate_programs(
    packed: Packed,
    labels: NDArray[np.int64],
    grammar: Any,
    feature_values: list[NDArray[np.int64]],
    settings: Any,
    progress: Callable[[dict[str, Any]], None] | None,
) -> tuple[dict[str, Any], bool]: ...
