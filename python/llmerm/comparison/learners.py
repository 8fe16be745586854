"""The rows of a comparison: a baseline, or propose-and-verify, behind one door."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sized
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from llmerm.baselines import fit
from llmerm.baselines.fitting import FIT_ON
from llmerm.baselines.registry import method
from llmerm.baselines.settings import build
from llmerm.comparison.specs import LEARN, Spec, typed
from llmerm.errors import UsageError
from llmerm.pipeline import learn

if TYPE_CHECKING:
    from llmerm.baselines.job import Progress
    from llmerm.baselines.settings import Settings
    from llmerm.comparison.draws import Draw
    from llmerm.dataset import Dataset, Split
    from llmerm.propose import Proposer

K = 5  # candidates to draw from a model, as in LLM-ERM


class Learner(Protocol):
    """One row of the table."""

    @property
    def label(self) -> str:
        """Its name in the table."""
        ...

    @property
    def method(self) -> str:
        """A baseline's name, or "learn"."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """All its settings, as JSON types: published figures are compared by them."""
        ...

    def identity(self, draw: Draw) -> dict[str, Any]:
        """What, beside the draw, decides its result; JSON types."""
        ...

    def prepare(self) -> None:
        """Raise MissingExtraError when it cannot run here."""
        ...

    def run(
        self, draw: Draw, rows: tuple[Split, Mapping[int, Dataset]], folder: Path, tell: Progress
    ) -> dict[str, Any]:
        """Learn and count, recorded in the folder; the result as JSON types."""
        ...


@dataclass(frozen=True)
class BaselineLearner:
    """A baseline under settings. It learns from training and held-out rows together, unless told not to."""

    label: str
    method: str
    chosen: Settings
    fit_on: str

    @staticmethod
    def of(spec: Spec, fit_on: str) -> BaselineLearner:
        """The baseline that a spec names; `fit_on` may be among its settings. Raises UsageError."""
        given = dict(spec.given)
        fit_on = given.pop("fit_on", fit_on)
        if fit_on not in FIT_ON:
            raise UsageError(f"fit_on is one of {', '.join(FIT_ON)}, not {fit_on!r}")
        kind = method(spec.method).settings
        return BaselineLearner(spec.label, spec.method, build(kind, typed(kind, given)), fit_on)

    @property
    def settings(self) -> dict[str, Any]:
        """What it learns from, and those of the method that decide anything."""
        settings = {name: v for name, v in asdict(self.chosen).items() if name not in self.chosen.unrecorded}
        return {"fit_on": self.fit_on, **settings}

    def identity(self, draw: Draw) -> dict[str, Any]:
        """The method, its settings, and what a file of its prompt holds. Raises OSError when it is gone."""
        found = {"method": self.method, "settings": self.settings}
        prompt = self.settings.get("prompt_file")
        if prompt is not None:
            found["prompt_sha256"] = hashlib.sha256(Path(prompt).read_bytes()).hexdigest()
        return found

    def prepare(self) -> None:
        """Import what the method needs."""
        method(self.method).load()

    def run(
        self, draw: Draw, rows: tuple[Split, Mapping[int, Dataset]], folder: Path, tell: Progress
    ) -> dict[str, Any]:
        """Fit, with the seed of the draw."""
        split, others = rows
        return fit(
            self.method,
            split,
            seed=draw.seed,
            fit_on=self.fit_on,
            test_by_n=others,
            run=folder,
            progress=tell,
            **asdict(self.chosen),
        ).to_json()


@dataclass(frozen=True)
class ProgramLearner:
    """`learn` with a proposer for each draw."""

    label: str
    settings: Mapping[str, Any]  # of the model, as JSON types; empty for proposals that are there already
    proposer: Callable[[Draw], Proposer]  # raises DataError where there are no proposals for a draw
    k: int | None = None  # None: 5, or all that are recorded
    language: str = "python"
    threads: int | None = None
    method: str = LEARN

    def identity(self, draw: Draw) -> dict[str, Any]:
        """The settings of the model, or what the recorded proposals and files hold."""
        proposer = self.proposer(draw)
        found = {"method": LEARN, "k": self._count(proposer), "language": self.language}
        return {**found, "settings": dict(self.settings), "content": _content(proposer)}

    def prepare(self) -> None:
        """Nothing: it needs no extra."""

    def run(
        self, draw: Draw, rows: tuple[Split, Mapping[int, Dataset]], folder: Path, tell: Progress
    ) -> dict[str, Any]:
        """Learn; the proposer sees the training rows, the held-out rows select."""
        split, others = rows
        proposer = self.proposer(draw)
        return learn(
            split,
            proposer=proposer,
            k=self._count(proposer),
            language=self.language,
            threads=self.threads,
            test_by_n=others,
            run=folder,
            progress=tell,
        ).to_json()

    def _count(self, proposer: Proposer) -> int:
        return self.k or (len(proposer) if isinstance(proposer, Sized) else K)


def _content(proposer: Proposer) -> str | None:
    """Hex SHA-256 of proposals that lie in files; None for a model, whose settings say what it is."""
    from llmerm.propose import FileProposals, RecordedProposals

    if isinstance(proposer, RecordedProposals):
        paths = [proposer.path]
    elif isinstance(proposer, FileProposals):
        paths = list(proposer.paths)
    else:
        return None
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest() + path.suffix.encode())
    return digest.hexdigest()
