"""`learn`: propose, compile, verify on held-out rows, select, report. In this order, and only this one.

What keeps the statistics honest is who sees what: the proposer sees the training rows only, selection sees
the held-out verdicts only, and the test rows are counted after the selection, for the selected program.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.compilers import Program, Rejected, compile
from llmerm.errors import ProposerError, UsageError
from llmerm.result import Baseline, Candidate, Result, baseline
from llmerm.run import RunDirectory, identity
from llmerm.select import select
from llmerm.verification import Limits, Verdict, verify

if TYPE_CHECKING:
    from llmerm.dataset import Dataset, Split
    from llmerm.propose import Proposal, Proposer

__all__ = ["Baseline", "Candidate", "Progress", "Result", "learn"]

Progress = Callable[[str], None]  # called with one line about what is happening now


def learn(
    data: Split,
    *,
    proposer: Proposer,
    k: int = 5,
    language: str = "python",
    delta: float = 0.05,
    stop_at_zero: bool = False,
    limits: Limits | None = None,
    threads: int | None = None,
    isolation: str = "shard",
    audit_rows: int = 32,
    tier: str = "auto",
    run: Path | str | None = None,
    progress: Progress | None = None,
) -> Result:
    """Learn a program from labelled rows: draw `k` candidates, keep the empirical risk minimiser.

    `data.train` goes to the proposer, `data.heldout` decides, `data.test` (if any) is counted for the
    selected program alone. `stop_at_zero` ends the run at the first candidate without held-out error.
    `delta` is the probability with which the certificate may fail. `run` names a folder that records
    everything and resumes; see docs/runs.md. `threads`, `limits`, `isolation` and `audit_rows` (rows that the
    purity audit runs again) are those of `llmerm.verify`, `tier` that of `llmerm.compile`.

    Result.best is None when nothing can be selected. Raises UsageError for settings that make no sense or a
    run folder of another run, and ProposerError when the proposer cannot work at all. Ctrl-C raises
    KeyboardInterrupt; what was recorded stays.
    """
    if k < 1:
        raise UsageError(f"k counts the proposals to draw and is at least 1, not {k}")
    if not 0 < delta < 1:
        raise UsageError(f"delta is a probability of failure, above 0 and below 1, not {delta}")
    train, heldout = _labelled(data.train, "training"), _labelled(data.heldout, "held-out")
    test = None if data.test is None else _labelled(data.test, "test")
    for rows in (heldout, test):
        if rows is not None and (rows.input_type, rows.classes) != (train.input_type, train.classes):
            raise UsageError("training, held-out and test rows must share their input type and classes")
    limits = Limits() if limits is None else limits
    settings = {"isolation": isolation, "audit_rows": audit_rows}
    config = _config(
        data, proposer, k, limits, language=language, stop_at_zero=stop_at_zero, tier=tier, **settings
    )
    tell = progress or (lambda line: None)
    with ExitStack() as stack:
        record = stack.enter_context(RunDirectory(run, config, {"delta": delta})) if run is not None else None
        bench = _Bench(
            train, heldout, {**settings, "limits": limits, "threads": threads}, record, tell, tier=tier
        )
        proposals = stack.enter_context(
            closing(_drawn(proposer, train, k, language=language, record=record, tell=tell))
        )
        candidates: list[Candidate] = []
        if stop_at_zero:
            for proposal in _in_order(proposals):
                candidates += bench.judge([proposal])
                if candidates[-1].status == "scored" and candidates[-1].risk == 0:
                    break
        else:
            candidates = bench.judge(sorted(proposals, key=lambda proposal: proposal.index))
        # Only distinct programs that load stand for election; which ones they are was settled without a
        # held-out row, so their number is the k of the bounds. Stopping early looks at the rows: there all k
        # planned draws count.
        pool = [(c, c.verdict) for c in candidates if c.verdict and c.status not in {"rejected", "duplicate"}]
        chosen = select([verdict for _, verdict in pool], [candidate.length or 0 for candidate, _ in pool])
        best = None if chosen is None else pool[chosen][0]
        result = Result(
            candidates=tuple(candidates),
            best=best,
            test=bench.verdict("test", test, best) if test is not None and best else None,
            baseline=baseline(train, heldout, test),
            k=k if stop_at_zero else max(len(pool), 1),
            delta=delta,
            config=config,
            classes=heldout.classes,
        )
        if record is not None:
            record.save_result(result.to_json())
    return result


class _Bench:
    """Compiles and verifies each distinct program once on each set of rows, or reads the record."""

    def __init__(
        self,
        train: Dataset,
        heldout: Dataset,
        settings: dict[str, Any],
        record: RunDirectory | None,
        tell: Progress,
        *,
        tier: str,
    ) -> None:
        self.train, self.heldout, self.settings, self.tier = train, heldout, settings, tier
        self.record, self.tell = record, tell
        self.first: dict[str, int] = {}  # program hash -> index of the proposal that had it first

    def judge(self, proposals: Iterable[Proposal]) -> list[Candidate]:
        """Candidates with their verdicts on the held-out and training rows, in the order of the proposals."""
        compiled = [(proposal, self.compile(proposal)) for proposal in proposals]
        programs = {made.hash: made for _, made in compiled if isinstance(made, Program)}
        heldout = self.verdicts("heldout", self.heldout, programs)
        train = self.verdicts("train", self.train, programs)
        candidates = []
        for proposal, made in compiled:
            if isinstance(made, Program):
                first = self.first.setdefault(made.hash, proposal.index)
                twin = first if first != proposal.index else None
                candidates.append(Candidate(proposal, made, heldout[made.hash], train[made.hash], twin))
            elif made is not None:  # rejected: a verdict too, so that nothing is left out of the count
                candidates.append(Candidate(proposal, None, verify([made], self.heldout, **self.settings)[0]))
            else:
                candidates.append(Candidate(proposal))
        return candidates

    def compile(self, proposal: Proposal) -> Program | Rejected | None:
        """The program of a proposal, or None when the proposal has no source."""
        if proposal.source is None:
            return None
        return compile(
            proposal.source,
            proposal.language,
            self.heldout.input_type,
            self.settings["limits"],
            self.tier,
        )

    def verdicts(self, name: str, rows: Dataset, programs: dict[str, Program]) -> dict[str, Verdict]:
        """One verdict a program (by hash) on one set of rows, called "train", "heldout" or "test"."""
        known = {key: self.record.verdict(name, key) if self.record else None for key in programs}
        missing = [key for key, verdict in known.items() if verdict is None]
        if missing:
            what = f"verifying {len(missing)} programs on {len(rows):,} {name} rows"
            total = len(missing) * len(rows)
            self.tell(what)
            new = verify(
                [programs[key] for key in missing],
                rows,
                **self.settings,
                progress=lambda done: self.tell(f"{what}: {100 * done // total} %"),
            )
            for key, verdict in zip(missing, new, strict=True):
                known[key] = verdict
                if self.record:
                    self.record.save_verdict(name, key, verdict)
        return {key: verdict for key, verdict in known.items() if verdict is not None}

    def verdict(self, name: str, rows: Dataset, candidate: Candidate) -> Verdict:
        """The verdict of one candidate that compiled, on one set of rows."""
        assert candidate.program is not None
        return self.verdicts(name, rows, {candidate.program.hash: candidate.program})[candidate.program.hash]


def _drawn(
    proposer: Proposer, train: Dataset, k: int, *, language: str, record: RunDirectory | None, tell: Progress
) -> Generator[Proposal, None, None]:
    """The proposals as they become ready: recorded ones first, new ones written down before they are used."""
    seen = record.proposals() if record else {}
    yield from seen.values()
    if len(seen) >= k:
        return
    tell(f"drawing {k} proposals ({proposer.name})" + (f", {len(seen)} are recorded" if seen else ""))
    stream = proposer.propose(train, k, language=language, run=record.folder if record else None)
    new: set[int] = set()
    try:
        for proposal in stream:
            if proposal.index in new:
                raise ProposerError(f"{proposer.name} gave two proposals the index {proposal.index}")
            new.add(proposal.index)
            if proposal.index in seen:
                continue  # a draw that was paid for and recorded stands
            if record:
                record.save_proposal(proposal)
            tell(f"draw {proposal.index}: {proposal.status} ({len(seen.keys() | new)} of {k})")
            yield proposal
    finally:
        close = getattr(stream, "close", None)  # a generator: ends requests that are still under way
        if close:
            close()


def _in_order(proposals: Iterable[Proposal]) -> Iterator[Proposal]:
    """Hand proposals on by index as soon as all earlier ones are there: who answers first must not matter."""
    waiting: dict[int, Proposal] = {}
    due = 0
    for proposal in proposals:
        waiting[proposal.index] = proposal
        while due in waiting:
            yield waiting.pop(due)
            due += 1
    yield from (waiting[index] for index in sorted(waiting))


def _labelled(rows: Dataset | None, name: str) -> Dataset:
    """The rows of a set that learning cannot do without."""
    if rows is None or len(rows) == 0:
        raise UsageError(f"learning needs {name} rows; the split has none")
    if rows.y is None:
        raise UsageError(f"the {name} rows have no labels")
    return rows


def _config(data: Split, proposer: Proposer, k: int, limits: Limits, **settings: Any) -> dict[str, Any]:
    """What makes two runs the same run, as JSON types. Threads are not in it: they change nothing."""
    return {
        "spec": data.spec,
        "spec_hash": data.spec_hash,
        "rows": {
            name: {"rows": len(rows), "sha256": rows.hash}
            for name, rows in (("train", data.train), ("heldout", data.heldout), ("test", data.test))
            if rows is not None
        },
        "proposer": identity(proposer, data.train, settings["language"]),
        "k": k,
        **settings,
        "limits": asdict(limits),
    }
