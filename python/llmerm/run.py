"""The run directory: what was asked, every proposal, every verdict and the selection (docs/runs.md).

Everything is written as it happens and whole (to a temporary file, then renamed), so that a run which is
killed can be resumed. `draws/` inside the directory belongs to the proposer.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeGuard

from llmerm import __version__
from llmerm.disk import lock_folder, write_whole
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.propose import Proposal, Proposer
    from llmerm.stream import Stream
    from llmerm.verification import Verdict


_PROMPT = {"input", "messages"}  # where the two APIs carry the prompt


class RunDirectory:
    """One run on disk; a context manager that holds the directory's lock."""

    def __init__(
        self,
        folder: Path | str,
        config: dict[str, Any],
        note: dict[str, Any] | None = None,
        folders: tuple[str, ...] = ("proposals", "verdicts"),
    ) -> None:
        """Create the directory, or resume it when its config is the same.

        `config` (JSON types) is what makes two runs the same run; `note` (delta) is only written down;
        `folders` are made inside.
        Raises UsageError, which says what differs, for a directory of another run, for one that is not a
        run directory, and when another process is using it.
        """
        self.folder = Path(folder)
        config = json.loads(json.dumps(config))  # as it will be read back: tuples become lists
        path = self.folder / "config.json"
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"{self.folder} is not a folder; give --run a folder, new or of an earlier run")
        if self.folder.is_dir() and not path.exists() and _strangers(self.folder):
            raise UsageError(f"{self.folder} holds something else than a run; give --run a new folder")
        try:
            for name in ("", *folders):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be made: {error.strerror}; give another --run") from None
        try:
            self._lock = lock_folder(self.folder)
        except BlockingIOError:
            raise UsageError(f"{self.folder} is in use by another llmerm; give another --run") from None
        try:
            if path.exists():
                _must_match(self.folder, _read(path, "config")["config"], config)
            else:
                write_json(path, {"config": config, "versions": versions(), **(note or {})})
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> RunDirectory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)  # which gives the lock back, as does the end of the process

    def proposals(self) -> dict[int, Proposal]:
        """The recorded proposals by index; without `failed` ones: such a draw may be tried again."""
        from llmerm.propose.base import from_json

        found = []
        for path in sorted((self.folder / "proposals").glob("*.json")):
            try:
                found.append(from_json(_read(path)))
            except ValueError as error:
                raise _damaged(path, error) from None
        return {proposal.index: proposal for proposal in found if proposal.status != "failed"}

    def save_proposal(self, proposal: Proposal) -> None:
        """Write one proposal, as soon as it is there."""
        from llmerm.propose.base import to_json

        write_json(self.folder / "proposals" / f"{proposal.index:04}.json", to_json(proposal))

    def verdict(self, rows: str, program: str) -> Verdict | None:
        """The recorded verdict of a program (its hash) on `rows` ("heldout", "test", "test-20"...), or None.

        A verdict that another version of llmerm, or of its Python runtime, counted is not used again.
        """
        path = self.folder / "verdicts" / f"{program}.{rows}.json"
        if not path.exists():
            return None
        document = _read(path, "verdict", "versions")
        if document["versions"] != versions():
            return None
        try:
            return _verdict(document["verdict"])
        except (TypeError, UsageError) as error:
            raise _damaged(path, error) from None

    def save_verdict(self, rows: str, program: str, verdict: Verdict) -> None:
        """Write one verdict. A cancelled one says nothing about the program and is not kept."""
        if not verdict.cancelled:
            path = self.folder / "verdicts" / f"{program}.{rows}.json"
            write_json(path, {"versions": versions(), "verdict": asdict(verdict)})

    def save_result(self, document: dict[str, Any]) -> None:
        """Write the selection and everything it rests on."""
        write_json(self.folder / "result.json", document)

    def discard(self) -> None:
        """Remove a directory that holds nothing but what was asked: a run that could not begin."""
        if {path.name for path in self.folder.iterdir()} <= {"config.json", "lock"}:
            for name in ("config.json", "lock"):
                (self.folder / name).unlink(missing_ok=True)
            self.folder.rmdir()

    def result(self) -> dict[str, Any] | None:
        """What `save_result` wrote, or None while the run is not finished."""
        path = self.folder / "result.json"
        return _read(path, "config") if path.exists() else None


def _verdict(document: dict[str, Any]) -> Verdict:
    """The verdict that `asdict` made a document of."""
    from llmerm.sequential import Claim, SequentialCertificate
    from llmerm.verdict import Verdict

    found = document.get("certificate")
    if found is not None:
        document = {
            **document,
            "certificate": SequentialCertificate(**{**found, "claim": Claim(**found["claim"])}),
        }
    return Verdict(**document)


def about(rows: Dataset | Stream) -> dict[str, Any]:
    """What a set of rows is known by."""
    from llmerm.dataset import Dataset

    if isinstance(rows, Dataset):
        return {"rows": len(rows), "sha256": rows.hash}
    return {"fingerprint": rows.fingerprint}


def versions() -> dict[str, str]:
    """What, beside its config, decides the counts of a run: llmerm, and the CPython in it (a hash)."""
    return {"llmerm": __version__, "runtime": _runtime_hash()}


@functools.cache
def _runtime_hash() -> str:
    from llmerm.verification import runtime_hash

    return runtime_hash()  # hashes 18 MB


def identity(proposer: Proposer, train: Dataset, language: str) -> dict[str, Any]:
    """What a run calls its proposer, as JSON types: the name, and whatever decides what it proposes.

    Recorded proposals and files are known by their content; a proposer with a method `identity` (a model,
    enumeration) by what it says there, where `request` is the body it sends: only a hash of its prompt is
    kept.
    """
    from llmerm.propose import FileProposals, RecordedProposals
    from llmerm.propose.base import to_json

    about: dict[str, Any] = {}
    content: Any = None
    if isinstance(proposer, RecordedProposals):
        content = [to_json(proposal) for proposal in proposer.proposals]
    elif isinstance(proposer, FileProposals):
        content = [(str(path), path.read_bytes().hex()) for path in proposer.paths]
    elif hasattr(proposer, "identity"):
        content = proposer.identity(train, language)
        about = dict(content)
        if "request" in content:
            about["request"] = {name: v for name, v in content["request"].items() if name not in _PROMPT}
    if content is not None:
        about["sha256"] = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {"name": proposer.name, **about}


def write_json(path: Path, document: Any) -> None:
    """Write a JSON file whole or not at all; lone surrogates are escaped, in JSON the same string."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(path, text.encode("utf-8", "backslashreplace"))


def _strangers(folder: Path) -> list[str]:
    """Names in a folder that no run, however early it was killed, would have left there."""
    ours = {"config.json", "lock", "proposals", "verdicts", "draws"}
    return [p.name for p in folder.iterdir() if p.name not in ours and not p.name.startswith(".config.json.")]


def _read(path: Path, *objects: str) -> dict[str, Any]:
    """A JSON object, in which the keys `objects` hold objects too."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _damaged(path, error) from None
    if not isinstance(document, dict) or not all(isinstance(document.get(key), dict) for key in objects):
        raise _damaged(path, "not what llmerm writes there")
    return document


def _damaged(path: Path, why: object) -> UsageError:
    return UsageError(f"{path} is damaged ({why}); remove it, or give another --run")


def _must_match(folder: Path, recorded: dict[str, Any], wanted: dict[str, Any]) -> None:
    differing = _differing(recorded, wanted)
    if differing:
        raise UsageError(f"{folder} holds another run ({'; '.join(differing)}); give --run a new folder")


def _differing(recorded: dict[str, Any], wanted: dict[str, Any], inside: str = "") -> list[str]:
    """What differs, in words; of objects that hold plain values (settings, limits), which of them."""
    found = []
    for name in dict.fromkeys([*recorded, *wanted]):
        was, now = recorded.get(name), wanted.get(name)
        if was == now:
            continue
        if _is_flat(was) and _is_flat(now):
            found += _differing(was, now, f"{inside}{name}.")
        else:
            found.append(f"{inside}{name} is {_short(now)}, was {_short(was)}")
    return found


def _is_flat(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and not any(isinstance(each, dict) for each in value.values())


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
