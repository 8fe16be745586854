"""What `llmerm verify` says: a table, a JSON document, a file of predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import UsageError
from llmerm.report import accuracy_text, faults_text, fuel_text, pure_text, verdict_document

if TYPE_CHECKING:
    from llmerm.compilers import Program, Rejected
    from llmerm.dataset import Dataset
    from llmerm.propose import Proposal
    from llmerm.stream import Stream
    from llmerm.verdict import Verdict

HEADER = ("candidate", "rows", "correct", "wrong", "faults", "accuracy", "fuel/row", "tier", "pure", "note")
STOPPED = {"interrupted": "interrupted: the first rows only", "holds": "claim holds", "fails": "claim fails"}


def identity(rows: Dataset | Stream) -> dict[str, Any]:
    """What the rows are known by: the hash of rows in memory, the fingerprint of a stream."""
    from llmerm.dataset import Dataset

    return {"sha256": rows.hash} if isinstance(rows, Dataset) else {"fingerprint": rows.fingerprint}


def count_of(rows: Dataset | Stream, verdicts: list[Verdict]) -> int | None:
    """How many rows there are; of a stream that was not read to its end, None if nothing says it."""
    from llmerm.dataset import Dataset

    if isinstance(rows, Dataset):
        return len(rows)
    whole = [v.rows for v in verdicts if v.stopped is None and v.rejected is None and not v.cancelled]
    return max(whole) if whole else rows.rows


def document(
    rows: Dataset | Stream,
    proposals: list[Proposal],
    programs: list[Program | Rejected],
    verdicts: list[Verdict],
) -> dict[str, Any]:
    """The JSON document: exact integer counts, nothing that differs between two runs.

    The rows of a stream have a fingerprint in place of a hash, and are not counted beyond what was read.
    """
    return {
        "rows": count_of(rows, verdicts),
        **identity(rows),
        "input_type": rows.input_type,
        "classes": list(rows.classes) if rows.classes else None,
        "verdicts": [
            {
                "origin": proposal.origin,
                "language": proposal.language,
                "length": getattr(program, "length", None),
                "hash": getattr(program, "hash", None),
                **verdict_document(verdict),
            }
            for proposal, program, verdict in zip(proposals, programs, verdicts, strict=True)
        ],
    }


def line(proposal: Proposal, verdict: Verdict) -> tuple[str, ...]:
    """One row of the table."""
    if verdict.rejected is not None:
        rejected = f"rejected ({verdict.stage}): {' '.join(verdict.rejected.split())[:80]}"
        return (Path(proposal.origin).name, *["-"] * 8, rejected)
    return (
        Path(proposal.origin).name,
        f"{verdict.rows:,}",
        f"{verdict.correct:,}",
        f"{verdict.wrong:,}",
        faults_text(verdict),
        accuracy_text(verdict),
        fuel_text(verdict),
        verdict.tier,
        pure_text(verdict.pure),
        note(verdict),
    )


def note(verdict: Verdict) -> str:
    """What the numbers leave to say."""
    if verdict.cancelled:
        return "cancelled"
    notes = [STOPPED.get(verdict.stopped, verdict.stopped)] if verdict.stopped else []
    notes += [f"{verdict.deopts:,} rows in CPython"] if verdict.deopts else []
    return ", ".join(notes)


def write_predictions(
    path: Path,
    proposals: list[Proposal],
    programs: list[Program | Rejected | None],
    rows: Dataset,
    settings: dict[str, Any],
) -> None:
    """Write `labels` int64 and `faults` bool, both (candidates, rows), and `origin` to a .npz.

    Where `faults` is set the label means nothing. A candidate without a verdict (None, or rejected) has a
    fault on every row.
    """
    import numpy as np

    from llmerm.compilers import Program
    from llmerm.verification import predict

    labels = np.zeros((len(programs), len(rows)), dtype=np.int64)
    faults = np.ones((len(programs), len(rows)), dtype=np.bool_)
    for position, program in enumerate(programs):
        if isinstance(program, Program):
            predictions = predict(program, rows, **settings)
            labels[position], faults[position] = predictions.labels, predictions.faults
    origins = np.array([proposal.origin for proposal in proposals])
    try:
        with path.open("wb") as file:  # given a name, numpy would add a suffix of its own
            np.savez_compressed(file, labels=labels, faults=faults, origin=origins)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
