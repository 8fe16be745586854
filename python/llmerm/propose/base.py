"""What the propose stage hands on: `Proposal`, and the protocol of whatever makes them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from llmerm.dataset import Dataset

LANGUAGES = ("python", "c", "cpp", "zig", "wat", "wasm")

# A closed set, in the order in which a report lists them. Only "ok" carries a source.
STATUSES = ("ok", "truncated", "refused", "empty", "unparseable", "failed")


@dataclass(frozen=True)
class Proposal:
    """One draw from a proposer: a candidate program, or the reason why there is none.

    `index` is the draw number from 0 and decides ties in selection. `source` is None unless `status` is "ok",
    and bytes when it is not text (wasm, or not UTF-8). `cost` is in US dollars, None when the price is
    unknown. `code_bits` and `code_size` are there when the source stands in a code that was fixed before the
    rows were seen: the size of the program in its grammar, and log2 of the number of programs of that size.
    """

    index: int
    status: str
    source: str | bytes | None
    language: str
    origin: str
    rationale: str | None = None
    detail: str | None = None
    usage: dict[str, Any] | None = None
    cost: float | None = None
    code_bits: float | None = None
    code_size: int | None = None


class Proposer(Protocol):
    """Makes candidate programs from training rows; sees no other rows.

    A proposer may also have `identity(train, language)`, a JSON-able dict of what decides its proposals
    (llmerm/run.py); `draws(k)`, where it may yield more than k; and `account(run)`, a JSON-able dict for the
    report of what it did, or None, asked for after the draws.
    """

    name: str

    def propose(
        self, train: Dataset, k: int, *, language: str = "python", run: Path | None = None
    ) -> Iterator[Proposal]:
        """Yield at most `k` proposals as they become ready; `Proposal.index` is the draw number."""
        ...


def draws_of(proposer: Proposer, k: int) -> int:
    """How many proposals a proposer may yield when it is asked for k."""
    draws = getattr(proposer, "draws", None)
    return k if draws is None else int(draws(k))


def to_json(proposal: Proposal) -> dict[str, Any]:
    """A JSON-able dict of a proposal. Bytes become `source_hex`, so that nothing is lost."""
    fields = asdict(proposal)
    if isinstance(proposal.source, bytes):
        fields["source"] = None
        fields["source_hex"] = proposal.source.hex()
    return fields


def from_json(fields: Mapping[str, Any]) -> Proposal:
    """The proposal that `to_json` wrote. Raises ValueError when a field is missing or of another type."""
    if not isinstance(fields, Mapping):
        raise ValueError("expected a JSON object")
    known = {name: fields.get(name) for name in Proposal.__dataclass_fields__}
    index, status, language = known["index"], known["status"], known["language"]
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise ValueError("'index' must be an integer from 0")
    if status not in STATUSES:
        raise ValueError(f"'status' must be one of {', '.join(STATUSES)}")
    if language not in LANGUAGES:
        raise ValueError(f"'language' must be one of {', '.join(LANGUAGES)}")
    if isinstance(fields.get("source_hex"), str):
        known["source"] = bytes.fromhex(fields["source_hex"])
    if (known["source"] is not None) != (status == "ok"):
        raise ValueError("'source' must be there when 'status' is \"ok\", and only then")
    if not isinstance(known["source"], str | bytes | None):
        raise ValueError("'source' must be a string")
    for name in ("rationale", "detail"):
        if not isinstance(known[name], str | None):
            raise ValueError(f"'{name}' must be a string or null")
    if not isinstance(known["origin"], str):
        raise ValueError("'origin' must be a string")
    usage, cost = known["usage"], known["cost"]
    if usage is not None and not (
        isinstance(usage, dict) and all(isinstance(v, int) for v in usage.values())
    ):
        raise ValueError("'usage' must be null or an object of integers")
    if cost is not None and not (isinstance(cost, int | float) and math.isfinite(cost)):
        raise ValueError("'cost' must be a number or null")
    _check_code(known["code_bits"], known["code_size"])
    complete: dict[str, Any] = known
    return Proposal(**complete)


def _check_code(bits: Any, size: Any) -> None:
    number = isinstance(bits, int | float) and not isinstance(bits, bool)
    if bits is not None and not (number and 0 <= bits < math.inf):
        raise ValueError("'code_bits' must be a number of bits, 0 or more, or null")
    if size is not None and not (isinstance(size, int) and not isinstance(size, bool) and size > 0):
        raise ValueError("'code_size' must be an integer from 1, or null")
    if (bits is None) != (size is None):
        raise ValueError("'code_bits' and 'code_size' stand together")
