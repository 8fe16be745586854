"""Verdicts and results as plain JSON types and as tables for a terminal. Nothing here computes a score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmerm.baselines import BaselineResult
    from llmerm.certificate import Certificate
    from llmerm.result import Baseline, Candidate, Result
    from llmerm.verification import Verdict


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON: exact integer counts, every kind of fault, exception types sorted by name."""
    return {
        "rows": verdict.rows,
        "correct": verdict.correct,
        "wrong": verdict.wrong,
        "faults": dict(verdict.faults),
        "exceptions": {name: count for name, count in sorted(verdict.exceptions.items()) if count},
        "risk": verdict.risk,
        "tier": verdict.tier,
        "deopts": verdict.deopts,
        "fuel": verdict.fuel,
        "rejected": verdict.rejected,
        "stage": verdict.stage,
        "pure": verdict.pure,
        "cancelled": verdict.cancelled,
        "stopped": verdict.stopped,
        "certificate": verdict.certificate.to_json() if verdict.certificate else None,
    }


def source_document(source: str | bytes | None) -> dict[str, str | None]:
    """`source` as text, or `source_hex` when it is bytes (a wasm module, or text that is not UTF-8)."""
    if isinstance(source, str) and plain(source) != source:
        source = source.encode("utf-8", "surrogatepass")
    if isinstance(source, bytes):
        return {"source": None, "source_hex": source.hex()}
    return {"source": source}


def risk_text(risk: float | None) -> str:
    """An error rate for a table: 4 decimals, or a dash."""
    return "-" if risk is None else f"{risk:.4f}"


def accuracy_text(verdict: Verdict | None) -> str:
    """Accuracy in percent, with as many decimals as 10,000 rows can tell apart."""
    if verdict is None or verdict.risk is None:
        return "-"
    return f"{100 * verdict.correct / verdict.rows:.2f} %"


def faults_text(verdict: Verdict | None) -> str:
    """Faults by kind, the commonest exceptions with their type: `out_of_fuel 3, exception 2 (KeyError 2)`."""
    if verdict is None:
        return "-"
    parts = []
    for kind, count in sorted(verdict.faults.items()):
        if count:
            parts.append(f"{kind} {count}" + (_exceptions_text(verdict) if kind == "exception" else ""))
    return ", ".join(parts) or "0"


def _exceptions_text(verdict: Verdict) -> str:
    """The names are a stranger's: as many and as long as they like, so both are cut."""
    common = sorted(verdict.exceptions.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name[:40]} {count}" for name, count in common[:3]]
    more = [f"{len(common) - 3} more types"] if len(common) > 3 else []
    return f" ({', '.join(shown + more)})" if common else ""


def pure_text(pure: bool | None) -> str:
    """What the purity audit said: yes, no, or a dash where it did not run."""
    return {True: "yes", False: "NO", None: "-"}[pure]


def fuel_text(verdict: Verdict | None) -> str:
    """Mean fuel a row, in wasm operations, with a suffix: 6.5k, 1.8M."""
    if verdict is None or verdict.rows == 0 or verdict.risk is None:
        return "-"
    value = verdict.fuel / verdict.rows
    for suffix in ("", "k", "M", "G"):
        if value < 1000 or suffix == "G":
            break
        value /= 1000
    return f"{value:.3g}{suffix}" if value < 1000 else f"{value:.0f}{suffix}"


def result_text(result: Result, cheap_rules: Sequence[Mapping[str, Any]] = ()) -> str:
    """The whole result for a person: the program, how sure we are, and what every candidate did.

    `cheap_rules` are trivial rules that do well on the task: `rule`, `heldout_risk`, `test_risk` of each.
    """
    lines = [*_best_lines(result), *beside_lines(result.baseline, cheap_rules)]
    if result.search is not None:
        from llmerm.enumeration.account import account_text

        lines.append(f"{'enumeration':<16} {account_text(result.search)}")
    lengths = ["", counts_table(test_sets(result))] if result.test_by_n else []
    return "\n".join([*lines, *lengths, "", candidates_table(result)])


def test_sets(result: Result | BaselineResult) -> dict[str, Verdict]:
    """Counts on test rows by name: `test`, or `test, n = 20` for each length, first the one learnt from."""
    own = result.config["spec"].get("n")
    name = f"test, n = {own}" if result.test_by_n and own is not None else "test"
    others = {f"test, n = {n}": verdict for n, verdict in sorted(result.test_by_n.items())}
    return ({name: result.test} if result.test else {}) | others


def beside_lines(
    plain: Baseline, cheap_rules: Sequence[Mapping[str, Any]], *, heldout: bool = True
) -> list[str]:
    """What takes no learning: the majority class and cheap rules, their errors on the held-out and test rows.

    `heldout=False` leaves the held-out rows out, for methods that learn from them.
    """
    beside = [("majority class", plain.heldout_risk, plain.test_risk, f"always {plain.name}")]
    beside += [("cheap rule", rule["heldout_risk"], rule["test_risk"], rule["rule"]) for rule in cheap_rules]
    lines = []
    for what, kept, tested, name in beside:
        risks = [f"{risk_text(kept)} held-out"] if heldout else []
        risks += [f"{risk_text(tested)} test"] if tested is not None else []
        if risks:
            lines.append(f"{what:<16} {', '.join(risks)} error ({name})")
    return lines


def counts_table(verdicts: Mapping[str, Verdict]) -> str:
    """Counts on several sets of rows, a line each, by the name of the set."""
    header = ("", "rows", "correct", "accuracy", "faults")
    lines = [
        (name, f"{v.rows:,}", f"{v.correct:,}", accuracy_text(v), faults_text(v))
        for name, v in verdicts.items()
    ]
    return table(header, lines)


def candidates_table(result: Result) -> str:
    """What every candidate did; `*` marks the selected one. Where two proposers took part, who made it."""
    mixed = result.search is not None and len({candidate.origin for candidate in result.candidates}) > 1
    header = (
        "",
        "candidate",
        "status",
        "rows",
        "held-out",
        "train",
        "faults",
        "fuel/row",
        "tier",
        "pure",
        "bytes",
        "note",
    )
    rows = [_candidate_row(candidate, result) for candidate in result.candidates]
    if mixed:
        origins = [candidate.origin[:40] for candidate in result.candidates]
        rows = [(*row[:2], origin, *row[2:]) for row, origin in zip(rows, origins, strict=True)]
        return table((*header[:2], "origin", *header[2:]), rows)
    return table(header, rows)


def _candidate_row(candidate: Candidate, result: Result) -> tuple[str, ...]:
    dropped = candidate.verdict is not None and candidate.verdict.stopped == "dropped"
    verdict = candidate.verdict if candidate.risk is not None or dropped else None
    note = f"as {candidate.duplicate_of}" if candidate.duplicate_of is not None else candidate.reason or ""
    if candidate.status == "dropped" and candidate.risk_between:
        note = "cannot win: risk in [{:.4g}, {:.4g}]".format(*candidate.risk_between)
    return (
        "*" if result.best is not None and candidate.index == result.best.index else "",
        str(candidate.index),
        candidate.status,
        f"{verdict.rows:,}" if verdict else "-",
        accuracy_text(verdict),
        accuracy_text(candidate.train),
        faults_text(verdict),
        fuel_text(verdict),
        verdict.tier if verdict else "-",
        pure_text(verdict.pure if verdict else None),
        "-" if candidate.length is None else f"{candidate.length:,}",
        " ".join(note.split())[:80],
    )


def _best_lines(result: Result) -> list[str]:
    best = result.best
    if best is None or best.verdict is None:
        return [f"nothing could be selected from {len(result.candidates)} candidates", ""]
    sure = result.bound()
    percent = f"{100 * (1 - sure.delta):g} %"
    if isinstance(best.source, str):
        source = [printable(line) for line in best.source.strip("\n").split("\n")]
    else:
        source = [f"<{len(best.source or b''):,} bytes of {best.language}>"]
    lines = [
        f"learnt: candidate {best.index}, {best.length:,} bytes of {best.language}, {printable(best.origin)}",
        "",
        *("    " + line if line else "" for line in source),
        "",
        f"held-out error   {risk_text(best.risk)} ({sure.heldout.errors:,} of {sure.heldout.rows:,} rows)",
        f"certificate      {sure.statement()}",
    ]
    if sure.occam is not None and sure.train is not None:
        says = f"error <= {sure.occam:.4f}" if sure.occam < 1 else "nothing"
        lines.append(
            f"its length says  {says} (Occam: {best.length:,} bytes, {sure.train.rows:,} training rows)"
        )
    lines += _code_lines(sure) + _parity_lines(result)
    if sure.test is not None and sure.test_interval is not None:
        error = f"{sure.test.errors / sure.test.rows:.4f} ({sure.test.errors:,} of {sure.test.rows:,} rows)"
        interval = f"{percent} interval {sure.test_interval[0]:.4f} to {sure.test_interval[1]:.4f}"
        lines.append(f"test error       {error}, accuracy {accuracy_text(result.test)}, {interval}")
    if result.test is not None and result.test.certificate is not None:
        lines.append(f"on test rows     {result.test.certificate.statement()}")
    return lines


def _code_lines(sure: Certificate) -> list[str]:
    """What Occam's bound says at the size of an enumerated program in its grammar."""
    if sure.code is None or sure.occam_size is None or sure.train is None:
        return []
    says = f"error <= {sure.occam_size:.4f}" if sure.occam_size < 1 else "nothing"
    where = f"size {sure.code.size}, {sure.code.bits:.1f} bits, {sure.train.rows:,} training rows"
    asked = [f"{count:,} rows for {100 * float(e):g} %" for e, count in (sure.occam_rows or {}).items()]
    return [
        f"its size says    {says} (Occam: {where})" + (f"; it asks for {', '.join(asked)}" if asked else "")
    ]


def _parity_lines(result: Result) -> list[str]:
    """What k-parities on rows like these cost those who see rows through averages only."""
    bounds = result.parity_bounds()
    if not bounds:
        return []
    ks = ", ".join(str(b.k) for b in bounds)
    rows = ", ".join(_power_text(b.log10_sgd_examples) for b in bounds)
    queries = ", ".join(_power_text(b.log10_sq_queries) for b in bounds)
    what = f"k-parity, n = {result.bits}"
    return [
        f"{what:<16} at k = {ks}: SGD with b-bit gradients about {rows} rows / 2^b; "
        f"statistical queries to {bounds[0].tolerance:.2g} at least {queries}"
    ]


def _power_text(log10: float | None) -> str:
    """A number of any size by its log10: 35, 1.1e7, 1.3e150; a dash for none."""
    if log10 is None:
        return "-"
    if log10 < 1.99:
        return f"{10**log10:.2g}"
    mantissa, carried = f"{10 ** (log10 % 1):.1e}".split("e")
    return f"{mantissa}e{math.floor(log10) + int(carried)}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in plain text: columns as wide as they must be, numbers right-aligned, no trailing blanks."""
    cells = [list(header), *[[printable(cell) for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    right = [all(_is_number(row[column]) for row in cells[1:]) for column in range(len(header))]
    lines = []
    for row in cells:
        aligned = (
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(row, widths, right, strict=True)
        )
        lines.append("  ".join(aligned).rstrip())
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text that UTF-8 can hold: lone surrogates, which JSON may bring, are escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def printable(text: str) -> str:
    """Text of a stranger made safe for a terminal: control characters and lone surrogates are escaped."""
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in text)


def _is_number(cell: str) -> bool:
    return cell == "-" or cell[:1].isdigit()
