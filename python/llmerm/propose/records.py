"""What a run writes down about its draws, as it happens, and what a resumed run finds there.

    run/draws/settings.json             what makes two runs the same run, and its hash
    run/draws/0000/request.json         the exact body of draw 0's first request; request-01.json: round 1's
    run/draws/0000/reply-00.json        the reply of round 0, byte for byte
    run/draws/0000/tool-00-0.json       code, output and outcome of its first tool call
    run/draws/0000/attempts.jsonl       one line a try: outcome, seconds, tokens and US dollars charged
    run/draws/0000/proposal.json        last: the draw is done, and never asked for again unless it failed

API keys never get here: neither headers nor settings hold them, and texts go through `redact`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from llmerm.disk import lock_folder, write_whole
from llmerm.errors import UsageError
from llmerm.propose.base import Proposal, from_json, to_json

Redact = Callable[[str], str]


class RunRecord:
    """The `draws` folder of a run, or nothing when `run` is None. A context manager: holds the lock."""

    def __init__(
        self,
        run: Path | None,
        settings: dict[str, Any],
        redact: Redact = lambda text: text,
        *,
        name: str = "draws",
    ) -> None:
        """`settings` is JSON-able: {"identity": what may not change in a resumed run, ...what is noted}.

        Raises UsageError for a folder with draws of other settings, or one that another process draws into.
        """
        self.folder = None if run is None else Path(run) / name
        self._redact = redact
        self._charged: list[tuple[int, float]] = []  # of a run that is not recorded
        self._lock: int | None = None
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                self._lock = lock_folder(self.folder)
            except BlockingIOError:
                raise UsageError(
                    f"another process draws into {self.folder}; wait for it, or give another --run"
                ) from None
            try:
                _check(self.folder, settings)
            except BaseException:
                os.close(self._lock)
                raise

    def __enter__(self) -> RunRecord:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def draw(self, index: int | str) -> DrawRecord:
        """The record of one draw, by its number or a name of its own."""
        name = index if isinstance(index, str) else f"{index:04}"
        folder = None if self.folder is None else self.folder / name
        return DrawRecord(folder, self._redact, self._charged)

    def spent(self) -> tuple[int, float]:
        """Tokens and US dollars charged by all tries: those of the folder or, without one, those so far."""
        if self.folder is None:
            return sum(tokens for tokens, _ in self._charged), sum(cost for _, cost in self._charged)
        tokens, cost = 0, 0.0
        for path in sorted(self.folder.glob("*/attempts.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                    tokens, cost = tokens + entry["tokens"], cost + entry["cost"]
                except (ValueError, KeyError, TypeError):
                    continue  # the last line of a killed run may be cut
        return tokens, cost


class DrawRecord:
    """The folder of one draw. When `folder` is None nothing is found or kept, but what tries were charged."""

    def __init__(self, folder: Path | None, redact: Redact, charged: list[tuple[int, float]]) -> None:
        self.folder = folder
        self._redact = redact
        self._charged = charged
        if folder is not None:
            folder.mkdir(exist_ok=True)

    def proposal(self) -> Proposal | None:
        """The finished draw, or None when it is to be asked for: not finished, or failed."""
        raw = self._read("proposal.json")
        if raw is None:
            return None
        try:
            proposal = from_json(json.loads(raw))
        except ValueError as error:
            raise UsageError(
                f"{self.folder}/proposal.json is damaged ({error}); remove it to ask again"
            ) from None
        return None if proposal.status == "failed" else proposal

    def finish(self, proposal: Proposal) -> None:
        """Write the draw's proposal; after this the draw is done."""
        self._write("proposal.json", _json(to_json(proposal)))

    def request(self, round_: int, body: dict[str, Any]) -> None:
        """Write the body of a round's request, before it is sent."""
        self._write("request.json" if round_ == 0 else f"request-{round_:02}.json", _json(body))

    def reply(self, round_: int) -> bytes | None:
        """The recorded reply of a round."""
        return self._read(f"reply-{round_:02}.json")

    def save_reply(self, round_: int, raw: bytes) -> None:
        """Write a reply, before anything is done with it."""
        self._write(f"reply-{round_:02}.json", raw)

    def tool(self, round_: int, call: int) -> dict[str, str] | None:
        """The recorded {"code", "output", "outcome"} of a call."""
        raw = self._read(f"tool-{round_:02}-{call}.json")
        return None if raw is None else json.loads(raw)

    def save_tool(self, round_: int, call: int, result: dict[str, str]) -> None:
        """Write a call's result."""
        self._write(f"tool-{round_:02}-{call}.json", _json(result))

    def malformed(self, round_: int, attempt: int, raw: bytes) -> None:
        """Keep a reply that could not be read; it may have been paid for."""
        self._write(f"malformed-{round_:02}-{attempt}.txt", raw)

    def attempt(self, entry: dict[str, Any]) -> None:
        """Append one try; `entry` has "tokens" and "cost", what is charged to the caps."""
        self._charged.append((entry["tokens"], entry["cost"]))
        if self.folder is not None:
            with (self.folder / "attempts.jsonl").open("a", encoding="utf-8") as file:
                file.write(self._redact(json.dumps(entry)) + "\n")
                file.flush()
                os.fsync(file.fileno())

    def _read(self, name: str) -> bytes | None:
        path = None if self.folder is None else self.folder / name
        return path.read_bytes() if path is not None and path.exists() else None

    def _write(self, name: str, data: bytes) -> None:
        if self.folder is not None:
            text = data.decode("utf-8", "surrogateescape")  # any bytes survive the way there and back
            write_whole(self.folder / name, self._redact(text).encode("utf-8", "surrogateescape"))


def settings_hash(identity: Any) -> str:
    """Hex SHA-256 of JSON with sorted keys."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _json(document: Any) -> bytes:
    # ASCII: lone surrogates, which a model's JSON may hold, survive as escapes.
    return (json.dumps(document, indent=2) + "\n").encode("ascii")


def _check(folder: Path, settings: dict[str, Any]) -> None:
    """Write the settings, or compare them with the recorded ones."""
    path = folder / "settings.json"
    wanted = json.loads(json.dumps(settings))
    digest = settings_hash(wanted["identity"])
    if not path.exists():
        write_whole(path, _json({"hash": digest} | wanted))
        return
    try:
        recorded = json.loads(path.read_bytes())
        same, before = recorded["hash"] == digest, recorded["identity"]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is damaged ({error}); give another --run") from None
    if not same:
        changed = sorted(
            key for key in {*before, *wanted["identity"]} if before.get(key) != wanted["identity"].get(key)
        )
        raise UsageError(
            f"{folder} holds draws of other settings (different: {', '.join(changed)}); "
            "give the settings of that run to resume it, or another --run"
        )
