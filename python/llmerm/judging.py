"""What `learn` does with proposals: each distinct program compiled and verified once on each set of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from llmerm.compilers import Program, Rejected, compile
from llmerm.dataset import Dataset
from llmerm.racing import race
from llmerm.result import Candidate
from llmerm.verification import settings_of, verify

if TYPE_CHECKING:
    from llmerm.propose import Proposal
    from llmerm.run import RunDirectory
    from llmerm.sequential import Claim
    from llmerm.stream import Stream
    from llmerm.verdict import Verdict

Progress = Callable[[str], None]  # called with one line about what is happening now
_Told = Callable[[int], None]


class Bench:
    """Compiles and verifies programs, or reads the record.

    `settings` are keywords of `llmerm.verify`, `tier` is that of `llmerm.compile`. Unless `exhaustive`,
    programs race on the held-out rows.
    """

    def __init__(
        self,
        train: Dataset,
        heldout: Dataset | Stream,
        settings: dict[str, Any],
        record: RunDirectory | None,
        tell: Progress,
        *,
        tier: str,
        exhaustive: bool,
    ) -> None:
        self.train, self.heldout, self.settings = train, heldout, settings
        self.tier, self.exhaustive = tier, exhaustive
        self.record, self.tell = record, tell
        self.first: dict[str, int] = {}  # program hash -> index of the proposal that had it first

    def judge(self, proposals: Iterable[Proposal]) -> list[Candidate]:
        """Candidates with their verdicts on the training and held-out rows, in the order of the proposals.

        What cannot be run on the training rows is rejected, and not run on the held-out rows.
        """
        compiled = [(proposal, self.compile(proposal)) for proposal in proposals]
        programs = {made.hash: made for _, made in compiled if isinstance(made, Program)}
        train = self.verdicts("train", self.train, programs)
        loaded = {key: made for key, made in programs.items() if train[key].rejected is None}
        heldout = {**train, **(self._exhausted(loaded) if self.exhaustive else self._raced(loaded))}
        rows = self._rows([heldout[key] for key in loaded])
        candidates = []
        for proposal, made in compiled:
            if isinstance(made, Program):
                first = self.first.setdefault(made.hash, proposal.index)
                twin = first if first != proposal.index else None
                candidates.append(Candidate(proposal, made, heldout[made.hash], train[made.hash], twin, rows))
            elif made is not None:  # rejected: a verdict too, so that nothing is left out of the count
                candidates.append(Candidate(proposal, None, verify([made], self.train)[0]))
            else:
                candidates.append(Candidate(proposal))
        return candidates

    def compile(self, proposal: Proposal) -> Program | Rejected | None:
        """The program of a proposal, or None when the proposal has no source."""
        if proposal.source is None:
            return None
        return compile(
            proposal.source, proposal.language, self.train.input_type, self.settings["limits"], self.tier
        )

    def test(
        self, rows: Dataset | Stream, candidate: Candidate, claim: Claim | None, n: int | None = None
    ) -> Verdict:
        """The verdict of a candidate on the test rows, which are run until `claim` (if any) is settled.

        `n` names test rows of another length than those that were learnt from.
        """
        assert candidate.program is not None
        key = candidate.program.hash
        name = "test" if n is None else f"test-{n}"
        return self.verdicts(name, rows, {key: candidate.program}, certify=claim)[key]

    def verdicts(
        self, name: str, rows: Dataset | Stream, programs: dict[str, Program], **more: Any
    ) -> dict[str, Verdict]:
        """One verdict a program (by hash) on one set of rows: "train", "heldout", "test", "test-20", ..."""
        known = self._recorded(name, programs)
        missing = {key: programs[key] for key in programs if key not in known}
        if missing:
            told = self._told(f"verifying {len(missing)} programs on {_counted(rows, name)}")
            new = verify(missing.values(), rows, **self.settings, **more, progress=told)
            known |= self._recording(name, dict(zip(missing, new, strict=True)))
        return known

    def _exhausted(self, programs: dict[str, Program]) -> dict[str, Verdict]:
        return self.verdicts("heldout", self.heldout, programs)

    def _raced(self, programs: dict[str, Program]) -> dict[str, Verdict]:
        """The verdicts of a race; a recorded race is used whole or not: they depend on who took part."""
        known = self._recorded("heldout", programs)
        if len(known) < len(programs):
            told = self._told(f"racing {len(programs)} programs on {_counted(self.heldout, 'heldout')}")
            lengths = [program.length for program in programs.values()]
            settings = settings_of(**self.settings)
            new = race(list(programs.values()), lengths, self.heldout, settings, told)
            return self._recording("heldout", dict(zip(programs, new, strict=True)))
        return known

    def _recorded(self, name: str, programs: dict[str, Program]) -> dict[str, Verdict]:
        found = {key: self.record.verdict(name, key) for key in programs} if self.record else {}
        return {key: verdict for key, verdict in found.items() if verdict is not None}

    def _recording(self, name: str, verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
        if self.record:
            for key, verdict in verdicts.items():
                self.record.save_verdict(name, key, verdict)
        return verdicts

    def _told(self, what: str) -> _Told:
        self.tell(what)
        return lambda done: self.tell(f"{what}: {done:,} runs of a row")

    def _rows(self, verdicts: list[Verdict]) -> int | None:
        """How many held-out rows there are; None for a stream that nobody has read to its end."""
        if isinstance(self.heldout, Dataset):
            return len(self.heldout)
        whole = [each.rows for each in verdicts if each.stopped is None and each.risk is not None]
        return max(whole) if whole else self.heldout.rows


def _counted(rows: Dataset | Stream, name: str) -> str:
    count = len(rows) if isinstance(rows, Dataset) else rows.rows
    return f"{name} rows" if count is None else f"{count:,} {name} rows"
