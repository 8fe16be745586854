"""Every limit on what one candidate may use, with its unit."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from llmerm import _verifier
from llmerm.errors import UsageError

MIB = 1 << 20
U64_MAX = (1 << 64) - 1


def _limit(default: float, unit: str, help: str) -> Any:
    return field(default=default, metadata={"unit": unit, "help": help})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one candidate may use. Fuel decides, so verdicts depend on no machine; the clock only cancels.

    `docs/limits.md` says how each is enforced. Raises UsageError for a value that cannot be honoured.
    """

    fuel_per_row: int = _limit(1_000_000_000, "operations", "WebAssembly operations for one row")
    fuel_per_candidate: int = _limit(
        2_000_000_000_000, "operations", "operations for all rows of one candidate"
    )
    fuel_per_load: int = _limit(10_000_000_000, "operations", "operations for a candidate's module level")
    memory: int = _limit(256 * MIB, "bytes", "linear memory of one instance")
    stack: int = _limit(2 * MIB, "bytes", "call stack of one instance")
    module_bytes: int = _limit(1 * MIB, "bytes", "size of a compiled module")
    source_bytes: int = _limit(256 * 1024, "bytes", "size of a source")
    compile_seconds: float = _limit(20.0, "seconds", "time of one run of the C or Zig compiler")
    compile_memory: int = _limit(2048 * MIB, "bytes", "memory of one run of the C or Zig compiler")
    wall_seconds: float = _limit(
        3600.0, "seconds", "time spent running one candidate, after which it is cancelled, not scored"
    )

    def __post_init__(self) -> None:
        for spec in fields(self):
            value, unit = getattr(self, spec.name), spec.metadata["unit"]
            whole = isinstance(spec.default, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                raise UsageError(
                    f"limit {spec.name} must be {'an integer' if whole else 'a number'}, not {value!r}"
                )
            if not 0 < value <= U64_MAX:  # not infinite either: reports are JSON
                raise UsageError(f"limit {spec.name} must be positive and below 2**64, not {value} {unit}")
        if self.memory > _verifier.MEMORY_MAX:
            raise UsageError(f"limit memory is at most {_verifier.MEMORY_MAX} bytes, not {self.memory}")
        if not _verifier.STACK_MIN <= self.stack <= _verifier.STACK_MAX:
            raise UsageError(
                f"limit stack must be {_verifier.STACK_MIN} to {_verifier.STACK_MAX} bytes, not {self.stack}"
            )

    def to_json(self) -> dict[str, float]:
        """The limits by name, for a report."""
        return asdict(self)
