"""`learn`: propose, compile, verify on held-out rows, select, report. In this order, and only this one.

What keeps the statistics honest is who sees what: the proposer sees the training rows only, selection sees
the held-out verdicts only, and the test rows are counted after the selection, for the selected program.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.dataset import Dataset
from llmerm.errors import ProposerError, UsageError
from llmerm.judging import Bench, Progress
from llmerm.parity_bounds import bits_of
from llmerm.propose.base import draws_of
from llmerm.result import Baseline, Candidate, Result, baseline
from llmerm.run import RunDirectory, about, identity
from llmerm.select import select
from llmerm.sequential import Claim
from llmerm.verification import ROW_BUFFER, Limits

if TYPE_CHECKING:
    from llmerm.dataset import Split
    from llmerm.propose import Proposal, Proposer
    from llmerm.stream import Stream

__all__ = ["Baseline", "Candidate", "Progress", "Result", "learn"]


def learn(
    data: Split,
    *,
    proposer: Proposer | str = "enumerate",
    k: int = 5,
    language: str = "python",
    delta: float = 0.05,
    stop_at_zero: bool = False,
    limits: Limits | None = None,
    threads: int | None = None,
    isolation: str = "shard",
    audit_rows: int = 32,
    row_buffer: int = ROW_BUFFER,
    tier: str = "auto",
    exhaustive: bool = False,
    certify: Claim | str | None = None,
    test_by_n: Mapping[int, Dataset] | None = None,
    run: Path | str | None = None,
    progress: Progress | None = None,
) -> Result:
    """Learn a program from labelled rows: draw `k` candidates, keep the empirical risk minimiser.

    `proposer` is an object, or "enumerate": the programs of a grammar by size (docs/enumeration.md).
    `data.train` goes to the proposer, `data.heldout` decides, `data.test` (if any) is counted for the
    selected program alone; both may be a `Stream`, the training rows may not. `stop_at_zero` ends the run at
    the first candidate without held-out error. A candidate that cannot win any more is dropped, which changes
    neither the choice nor what is said of it (docs/statistics.md); `exhaustive` runs every candidate on every
    held-out row. With `certify` ("risk <= 1e-6 at 0.99") the test rows are run until that claim about the
    selected program is settled. `test_by_n` has test rows of other lengths, by length
    (`llmerm.tasks.rows_by_n`), on which the selected program is counted too. `delta` is the probability with
    which the certificate may fail. `run` names a folder that records everything and resumes; see
    docs/runs.md. `threads`, `limits`, `isolation`, `audit_rows` (rows that the purity audit runs again) and
    `row_buffer` are those of `llmerm.verify`, `tier` that of `llmerm.compile`.

    Result.best is None when nothing can be selected. Raises UsageError for settings that make no sense or a
    run folder of another run, and ProposerError when the proposer cannot work at all. Ctrl-C raises
    KeyboardInterrupt; what was recorded stays.
    """
    if k < 1:
        raise UsageError(f"k counts the proposals to draw and is at least 1, not {k}")
    if not 0 < delta < 1:
        raise UsageError(f"delta is a probability of failure, above 0 and below 1, not {delta}")
    train, heldout = _labelled(data.train, "training"), _labelled(data.heldout, "held-out")
    if not isinstance(train, Dataset):
        raise UsageError("training rows are shown to the proposer and cannot be a stream; use stream.head(n)")
    test = None if data.test is None else _labelled(data.test, "test")
    others = {n: _labelled(rows, f"test (n = {n})") for n, rows in sorted((test_by_n or {}).items())}
    for rows in (heldout, test, *others.values()):
        if rows is not None and (rows.input_type, rows.classes) != (train.input_type, train.classes):
            raise UsageError("training, held-out and test rows must share their input type and classes")
    if stop_at_zero and not isinstance(heldout, Dataset) and not heldout.rereadable:
        raise UsageError(
            "stop_at_zero reads the held-out rows for each candidate, and these can be read only once"
        )
    claim = Claim.parse(certify) if isinstance(certify, str) else certify
    if claim is not None and test is None:
        raise UsageError("certify settles a claim on the test rows, and there are none")
    limits = Limits() if limits is None else limits
    tell = progress or (lambda line: None)
    if isinstance(proposer, str):
        proposer = _named(proposer, threads, tell)
    settings = {"isolation": isolation, "audit_rows": audit_rows}
    config = _config(
        data,
        proposer,
        k,
        limits,
        language=language,
        stop_at_zero=stop_at_zero,
        exhaustive=exhaustive,
        certify=None if claim is None else str(claim),
        tier=tier,
        **settings,
    )
    if others:
        config["test_by_n"] = {str(n): about(rows) for n, rows in others.items()}
    if run is not None and any(None in about.values() for about in config["rows"].values()):
        raise UsageError("a run folder needs rows that can be recognised; an iterable of batches cannot")
    with ExitStack() as stack:
        record = stack.enter_context(RunDirectory(run, config, {"delta": delta})) if run is not None else None
        run_settings = {**settings, "limits": limits, "threads": threads, "row_buffer": row_buffer}
        bench = Bench(train, heldout, run_settings, record, tell, tier=tier, exhaustive=exhaustive)
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
        # Only distinct programs that load stand for election. Loading is tried on the training rows, so their
        # number, the k of the bounds, was settled without a held-out row, and how far each was run on those
        # does not matter. Stopping early looks at the held-out rows: there all k planned draws count.
        pool = [(c, c.verdict) for c in candidates if c.verdict and c.loaded and c.duplicate_of is None]
        chosen = select([verdict for _, verdict in pool], [candidate.length or 0 for candidate, _ in pool])
        best = None if chosen is None else pool[chosen][0]
        result = Result(
            candidates=tuple(candidates),
            best=best,
            test=bench.test(test, best, claim) if test is not None and best else None,
            baseline=baseline(train, heldout, test),
            k=draws_of(proposer, k) if stop_at_zero else max(len(pool), 1),
            delta=delta,
            config=config,
            classes=heldout.classes,
            test_by_n={n: bench.test(rows, best, None, n) for n, rows in others.items()} if best else {},
            bits=bits_of(train),
            search=_account(proposer, candidates, record),
        )
        if record is not None:
            record.save_result(result.to_json())
    return result


def _drawn(
    proposer: Proposer, train: Dataset, k: int, *, language: str, record: RunDirectory | None, tell: Progress
) -> Generator[Proposal, None, None]:
    """The proposals as they become ready: recorded ones first, new ones written down before they are used."""
    seen = record.proposals() if record else {}
    yield from seen.values()
    planned = draws_of(proposer, k)
    if len(seen) >= planned:
        return
    tell(f"drawing {planned} proposals ({proposer.name})" + (f", {len(seen)} are recorded" if seen else ""))
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
            tell(f"draw {proposal.index}: {proposal.status} ({len(seen.keys() | new)} of {planned})")
            yield proposal
    finally:
        close = getattr(stream, "close", None)  # a generator: ends requests that are still under way
        if close:
            close()


def _named(proposer: str, threads: int | None, tell: Progress) -> Proposer:
    """The proposer that has a name of its own. Raises UsageError for one that needs more than that."""
    from llmerm.enumeration import EnumerationProposer

    if proposer == "enumerate":
        return EnumerationProposer(threads=threads, tell=tell)
    if proposer == "enumerate+llm":
        raise UsageError(
            '"enumerate+llm" needs a model: give proposer=llmerm.enumeration.CombinedProposer('
            'llmerm.enumeration.EnumerationProposer(), llmerm.OpenAIProposer(model="..."))'
        )
    raise UsageError(
        f'no proposer is called {proposer!r}; give "enumerate", or an object such as OpenAIProposer'
    )


def _account(
    proposer: Proposer, candidates: list[Candidate], record: RunDirectory | None
) -> dict[str, Any] | None:
    """What the proposer says it searched, and whether the rule was found there; None if it says nothing."""
    from llmerm.enumeration.account import with_outcome

    account = getattr(proposer, "account", None)
    searched = account(record.folder if record else None) if account is not None else None
    return None if searched is None else with_outcome(searched, candidates)


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


def _labelled(rows: Dataset | Stream | None, name: str) -> Dataset | Stream:
    """The rows of a set that learning cannot do without."""
    count = 0 if rows is None else len(rows) if isinstance(rows, Dataset) else rows.rows
    if rows is None or count == 0:
        raise UsageError(f"learning needs {name} rows; the split has none")
    if not (rows.y is not None if isinstance(rows, Dataset) else rows.labelled):
        raise UsageError(f"the {name} rows have no labels")
    return rows


def _config(data: Split, proposer: Proposer, k: int, limits: Limits, **settings: Any) -> dict[str, Any]:
    """What makes two runs the same run, as JSON types. Threads are not in it: they change nothing."""
    return {
        "spec": data.spec,
        "spec_hash": data.spec_hash,
        "rows": {
            name: about(rows)
            for name, rows in (("train", data.train), ("heldout", data.heldout), ("test", data.test))
            if rows is not None
        },
        "proposer": identity(proposer, data.train, settings["language"]),
        "k": k,
        **settings,
        "limits": asdict(limits),
    }
