"""Every file below tests/candidates, run in this one process, against the expectation on its first line."""

from __future__ import annotations

import functools
import importlib.util
import random
from dataclasses import dataclass
from pathlib import Path

import expectation
import llmerm
import pytest
from llmerm.verification import FAULTS, Verdict

FOLDER = Path(__file__).with_name("candidates")
# Small, so that the whole set takes seconds: each endless loop burns its fuel on every row,
# and once more in the purity audit.
ROWS = 12
LIMITS = llmerm.Limits(fuel_per_row=40_000_000, fuel_per_load=1_000_000_000, memory=48 << 20)
SOURCE_BYTES = LIMITS.source_bytes
MODULE_BYTES = LIMITS.module_bytes
EMPTY_MODULE = b"\0asm\x01\0\0\0"


@dataclass(frozen=True)
class Candidate:
    name: str
    language: str
    source: bytes
    expected: expectation.Expectation


LANGUAGES = {".py": "python", ".c": "c", ".cpp": "cpp", ".zig": "zig", ".wat": "wat"}
PARITY = b"def f(x):\n    return x.count('1') % 2\n"

# Candidates that make no readable file: name, language, source, expectation.
GENERATED = [
    ("empty.py", "python", b"", "rejected:compile"),
    ("enormous.py", "python", PARITY + b"#" * SOURCE_BYTES, "rejected:compile"),
    ("long_but_allowed.py", "python", b"x = 1\n" * 5_000 + PARITY, "correct=all"),
    ("byte_order_mark.py", "python", b"\xef\xbb\xbf" + PARITY, "correct=all"),
    ("utf16.py", "python", PARITY.decode().encode("utf-16"), "rejected:compile"),
    ("binary_garbage.py", "python", random.Random(0).randbytes(4096), "rejected:compile"),
    ("nested_brackets.py", "python", b"(" * 5000 + b")" * 5000, "rejected:load too complex"),
    ("nested_operators.py", "python", b"x = " + b"-" * 100_000 + b"1\n" + PARITY, "rejected:load"),
    ("nested_blocks.py", "python", b"".join(b" " * i + b"if 1:\n" for i in range(150)), "rejected:load"),
    ("nested_attributes.py", "python", b"x = (1)" + b".real" * 40_000 + b"\n" + PARITY, "any"),
    ("nested_additions.py", "python", b"x = " + b"1+" * 100_000 + b"1\n" + PARITY, "any"),
    ("long_integer.py", "python", b"x = " + b"9" * 100_000 + b"\n" + PARITY, "rejected:load"),
    ("empty.c", "c", b"", "rejected:compile"),
    ("enormous.c", "c", b"/*" + b" " * SOURCE_BYTES + b"*/", "rejected:compile"),
    ("not_utf8.c", "c", b"// \xff\nint64_t f(const uint8_t *x, int32_t n) { return 1; }", "rejected:compile"),
    ("nested_brackets.c", "c", b"int x = " + b"(" * 50_000 + b"1" + b")" * 50_000 + b";", "rejected:compile"),
    ("nested_blocks.zig", "zig", b"export fn f() void " + b"{" * 20_000 + b"}" * 20_000, "rejected:compile"),
    (
        "large_module.c",
        "c",
        b"char big[%d] = {1};\nint64_t f(const uint8_t *x, int32_t n) { return big[n]; }"
        % (2 * MODULE_BYTES),
        "any",
    ),
    ("empty.wat", "wat", b"", "rejected:compile"),
    ("nested.wat", "wat", b"(" * 50_000, "rejected:compile"),
    ("empty.wasm", "wasm", b"", "rejected:compile"),
    ("nothing_in_it.wasm", "wasm", EMPTY_MODULE, "rejected:compile f"),
    ("truncated.wasm", "wasm", EMPTY_MODULE + b"\x01\x7f", "rejected:compile"),
    ("component.wasm", "wasm", b"\0asm\x0d\0\x01\0", "rejected:compile"),
    ("garbage.wasm", "wasm", EMPTY_MODULE + random.Random(0).randbytes(4096), "rejected:compile"),
    ("text_in_it.wasm", "wasm", PARITY, "rejected:compile"),
    ("enormous.wasm", "wasm", EMPTY_MODULE + bytes(MODULE_BYTES), "rejected:compile"),
]


@functools.cache
def candidates() -> list[Candidate]:
    found = []
    for path in sorted([*FOLDER.glob("hostile/*.*"), *FOLDER.glob("good/*.*")]):
        source = path.read_bytes()
        name = f"{path.parent.name}/{path.name}"
        found.append(Candidate(name, LANGUAGES[path.suffix], source, expectation.read(source)))
    for name, language, source, expected in GENERATED:
        found.append(
            Candidate(f"made/{name}", language, source, expectation.read(f"# expect: {expected}".encode()))
        )
    if importlib.util.find_spec("ziglang") is None:
        found = [candidate for candidate in found if candidate.language not in ("c", "cpp", "zig")]
    return found


@functools.cache
def rows() -> llmerm.Dataset:
    """Rows of 50 bits with their parities. Both labels, both first bits and repeated parities occur."""
    source = random.Random(0)
    x = ["".join(source.choice("01") for _ in range(50)) for _ in range(ROWS)]
    y = [row.count("1") % 2 for row in x]
    assert 2 < sum(y) < ROWS - 2 and 2 < sum(row[0] == "1" for row in x) < ROWS - 2
    assert any(row.startswith("11") for row in x)
    return llmerm.Dataset(x, y)


@functools.cache
def programs() -> list[llmerm.Program | llmerm.Rejected]:
    return [
        llmerm.compile(candidate.source, language=candidate.language, input_type="text", limits=LIMITS)
        for candidate in candidates()
    ]


@functools.cache
def verdicts(threads: int) -> list[Verdict]:
    return llmerm.verify(programs(), rows(), limits=LIMITS, threads=threads)


@pytest.mark.parametrize("index", range(len(candidates())), ids=[c.name for c in candidates()])
def test_a_candidate_does_what_its_first_line_says(index: int) -> None:
    complaint = candidates()[index].expected.check(verdicts(2)[index])
    assert complaint is None, complaint


def test_no_row_is_left_out_of_the_count() -> None:
    for candidate, verdict in zip(candidates(), verdicts(2), strict=True):
        assert not verdict.cancelled, candidate.name
        if verdict.rejected is not None:
            assert verdict.risk is None and verdict.stage in expectation.STAGES, candidate.name
            continue
        assert verdict.rows == ROWS, candidate.name
        assert verdict.correct + verdict.wrong + sum(verdict.faults.values()) == ROWS, candidate.name
        assert sum(verdict.exceptions.values()) == verdict.faults.get("exception", 0), candidate.name
        assert verdict.risk == (verdict.wrong + sum(verdict.faults.values())) / ROWS, candidate.name


@functools.cache
def verdicts_under(tier: str) -> dict[str, Verdict]:
    """Of the candidates in Python, by name."""
    chosen = [candidate for candidate in candidates() if candidate.language == "python"]
    programs = [
        llmerm.compile(candidate.source, language="python", input_type="text", limits=LIMITS, tier=tier)
        for candidate in chosen
    ]
    found = llmerm.verify(programs, rows(), limits=LIMITS, threads=2)
    return {candidate.name: verdict for candidate, verdict in zip(chosen, found, strict=True)}


def counts(verdict: Verdict) -> tuple[object, ...]:
    """What does not depend on the tier: fuel does, as each counts its own operations."""
    impure = verdict.pure is False
    return verdict.stage, verdict.correct, verdict.wrong, verdict.faults, verdict.exceptions, impure


def test_the_fast_tier_judges_python_as_cpython_does() -> None:
    auto, cpython = verdicts_under("auto"), verdicts_under("cpython")
    assert {name: counts(verdict) for name, verdict in auto.items()} == {
        name: counts(verdict) for name, verdict in cpython.items()
    }
    assert sum(verdict.tier == "fast" for verdict in auto.values()) >= 40


@pytest.mark.parametrize("threads", [1, 3])
def test_the_verdicts_are_the_same_on_any_number_of_threads(threads: int) -> None:
    for candidate, one, other in zip(candidates(), verdicts(2), verdicts(threads), strict=True):
        assert one == other, candidate.name


@pytest.mark.parametrize("name", ["hostile/endless_loop.py", "hostile/state_counter.py", "good/parity.c"])
def test_a_verdict_does_not_depend_on_the_company(name: str) -> None:
    names = [candidate.name for candidate in candidates()]
    if name not in names:
        pytest.skip("needs the extra llmerm[c]")
    index = names.index(name)
    alone = llmerm.verify([programs()[index]], rows(), limits=LIMITS, threads=1)
    assert alone == [verdicts(2)[index]]


def test_every_fault_and_every_stage_is_reached() -> None:
    faults = {fault for verdict in verdicts(2) for fault, count in verdict.faults.items() if count}
    assert faults == set(FAULTS) == set(expectation.FAULTS)
    assert {verdict.stage for verdict in verdicts(2) if verdict.rejected} == set(expectation.STAGES)
    assert {verdict.pure for verdict in verdicts(2)} == {True, False, None}


def test_what_a_report_repeats_is_bounded() -> None:
    for candidate, verdict in zip(candidates(), verdicts(2), strict=True):
        assert len(verdict.rejected or "") <= 2000, candidate.name
        assert len(verdict.exceptions) <= 64, candidate.name
        assert all(len(name) <= 100 for name in verdict.exceptions), candidate.name


def test_the_set_is_large_enough_to_mean_something() -> None:
    hostile = list(FOLDER.glob("hostile/*.*"))
    assert len(hostile) >= 60 and len(list(FOLDER.glob("good/*.*"))) >= 30
    vague = [path.name for path in hostile if expectation.read(path.read_bytes()).text == "any"]
    assert len(vague) <= len(hostile) // 8, f"too many candidates of which nothing is expected: {vague}"
