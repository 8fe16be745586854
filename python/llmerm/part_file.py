"""A part on disk: one JSON document (docs/json.md)."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from llmerm.disk import write_whole
from llmerm.errors import DataError, UsageError
from llmerm.shards import Candidate, Part, Shard, block_count
from llmerm.verdict import FAULTS, Verdict

FORMAT = "llmerm part 1"


def write_part(path: Path, part: Part) -> None:
    """Write it whole or not at all. Raises UsageError where it cannot be written."""
    document = {
        "format": FORMAT,
        "shard": [part.shard.number, part.shard.of],
        "blocks": list(part.blocks),
        **part.common,
        "read": part.read,
        "candidates": [_candidate(candidate) for candidate in part.candidates],
        "verdicts": [_verdict(verdict) for verdict in part.verdicts],
    }
    try:
        write_whole(path, json.dumps(document, indent=1, allow_nan=False).encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def read_part(path: Path) -> Part:
    """Read it back. Raises DataError for a file that is no part."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise DataError(f"{path}: no part of a run: not JSON") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise DataError(f'{path}: no part of a run: its "format" is not "{FORMAT}"')
    try:
        return _part(document)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: a damaged part: {type(error).__name__}: {error}") from None


def _part(document: dict[str, Any]) -> Part:
    shard = Shard.parse("{}/{}".format(*document["shard"]))
    own = {"format", "shard", "blocks", "read", "candidates", "verdicts"}
    common = {key: value for key, value in document.items() if key not in own}
    candidates = tuple(_to_candidate(each) for each in document["candidates"])
    verdicts = tuple(_to_verdict(each) for each in document["verdicts"])
    blocks = shard.blocks(block_count(_count(common["rows"])))
    if list(blocks) != document["blocks"]:
        raise ValueError(f"shard {shard} has blocks {list(blocks)}")
    if len(verdicts) != (len(candidates) if blocks[0] < blocks[1] else 0):
        raise ValueError(f"{len(verdicts)} verdicts on {len(candidates)} candidates")
    _count(common["limits"]["fuel_per_candidate"])
    read = document["read"]
    _text(read["data"])
    return Part(shard, blocks, common, read, candidates, verdicts)


def _candidate(candidate: Candidate) -> dict[str, Any]:
    fields = asdict(candidate)
    if isinstance(candidate.source, bytes):
        fields |= {"source": None, "source_base64": base64.b64encode(candidate.source).decode()}
    return fields


def _to_candidate(fields: dict[str, Any]) -> Candidate:
    source: str | bytes | None = fields["source"]
    if "source_base64" in fields:
        source = base64.b64decode(fields["source_base64"], validate=True)
    elif source is not None:
        _text(source)
    length, hash = fields["length"], fields["hash"]
    return Candidate(_text(fields["origin"]), _text(fields["language"]), source, length, hash)


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {name: value for name, value in asdict(verdict).items() if name not in {"certificate", "stopped"}}


def _to_verdict(fields: dict[str, Any]) -> Verdict:
    """Raises for counts that are none: a sum of them would look like a result."""
    verdict = Verdict(**fields)
    if verdict.faults.keys() != set(FAULTS):
        raise ValueError(f"faults {sorted(verdict.faults)}")
    numbers = [verdict.correct, verdict.wrong, *verdict.faults.values()]
    for number in (*numbers, verdict.fuel, verdict.deopts, *verdict.exceptions.values()):
        _count(number)
    if sum(numbers) != _count(verdict.rows) or verdict.pure not in {True, False, None}:
        raise ValueError("the counts of a verdict do not add up")
    if verdict.rejected is not None:
        _text(verdict.rejected)
    _text(verdict.tier)
    return verdict


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
