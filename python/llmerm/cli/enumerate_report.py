"""What `llmerm enumerate` says: sizes, growth, what the next size would take, and the best programs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from llmerm.cli.byte_size import size_text
from llmerm.enumeration.growth import count_text, distinct_fit, next_size, programs_fit
from llmerm.report import printable, table

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.enumeration import Fit, Found, Level


def document(found: Found, train: Dataset) -> dict[str, Any]:
    """The JSON document: no times and no memory, so that equal searches print equal bytes."""
    return {
        "rows": len(train),
        "sha256": train.hash,
        "classes": list(train.classes) if train.classes else None,
        "grammar": dict(found.grammar),
        "result_type": found.result_type,
        "ended": found.ended,
        "fits": found.exact is not None,
        "size": found.complete_size,
        "programs_seen": found.programs_seen,
        "distinct": found.distinct,
        "levels": [
            {
                "size": level.size,
                "programs": level.programs,
                "distinct": level.distinct,
                "types": dict(level.types),
                "complete": level.complete,
            }
            for level in found.levels
        ],
        "growth": {
            "distinct": _fit_document(distinct_fit(found.levels)),
            "programs": _fit_document(programs_fit(found.levels)),
        },
        "log2_counts": [None if bits < 0 else bits for bits in found.log2_counts],
        "programs": [
            {
                "expression": program.expression,
                "source": program.source,
                "size": program.size,
                "bits": max(program.bits, 0.0),
                "errors": program.errors,
            }
            for program in found.programs
        ],
    }


def text(found: Found, train: Dataset) -> str:
    """The same for a person, with times."""
    rate = found.programs_seen / found.seconds if found.seconds > 0 else 0.0
    lines = [
        f"{len(train):,} training rows of {train.input_type}, grammar {found.grammar['name']}"
        + (f" over {printable(found.grammar['symbols'])}" if found.grammar["symbols"] else ""),
        "",
        _levels_table(found),
        *(["-: not needed inside a larger program yet"] if not found.levels[-1].stored else []),
        "",
        *_growth_lines(found),
        f"{count_text(found.programs_seen)} programs in {found.seconds:.1f} s, {count_text(rate)} a second; "
        f"{count_text(found.distinct)} distinct behaviours, {size_text(found.memory)}",
        found.statement() + _why_ended(found),
    ]
    if found.programs:
        rows = [
            (f"{p.errors:,}", str(p.size), f"{max(p.bits, 0.0):.1f}", p.expression) for p in found.programs
        ]
        lines += ["", table(("errors", "size", "bits", "program"), rows)]
        best = found.programs[0].source.strip("\n").split("\n")
        lines += ["", *("    " + printable(line) if line else "" for line in best)]
    return "\n".join(lines)


def _levels_table(found: Found) -> str:
    starts = [0.0, *(level.seconds for level in found.levels)]
    rows = [
        (
            str(level.size),
            f"{level.programs:,}",
            f"{level.distinct:,}" if level.stored else "-",
            f"{end - start:.2f}",
            _note(level),
        )
        for level, (start, end) in zip(found.levels, pairwise(starts), strict=True)
    ]
    return table(("size", "programs", "distinct", "seconds", ""), rows)


def _note(level: Level) -> str:
    notes = [] if level.complete else ["not finished"]
    notes += ["memory full"] if level.full else []
    return ", ".join(notes)


def _growth_lines(found: Found) -> list[str]:
    lines = []
    distinct, programs = distinct_fit(found.levels), programs_fit(found.levels)
    if distinct is not None:
        line = f"distinct behaviours grow as 2^({distinct.exponent:.2f} size)"
        line += f", programs as 2^({programs.exponent:.2f} size)" if programs is not None else ""
        lines.append(f"{line}: fitted to sizes {distinct.first} to {distinct.last}")
    estimate = next_size(found.levels)
    if estimate is not None:
        lines.append(f"size {estimate.size} would take {estimate.text()}")
    return lines


def _why_ended(found: Found) -> str:
    return {
        "found": "",
        "max_size": "; --max-size ended the search",
        "time": "; --time-limit ended the search",
        "exhausted": "; the grammar has no more programs",
        "interrupted": "; interrupted",
    }[found.ended]


def _fit_document(fit: Fit | None) -> dict[str, Any] | None:
    if fit is None:
        return None
    return {"exponent": fit.exponent, "sizes": [fit.first, fit.last]}
