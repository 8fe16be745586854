"""Rows as token ids: a BOS token, then one token a symbol (the papers' vocabularies of 3 and 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from llmerm.dataset import Dataset
from llmerm.errors import DataError

_BITS, _DIGITS = np.frombuffer(b"01", np.uint8), np.frombuffer(b"0123456789", np.uint8)
_MOST = 4096  # distinct symbols: beyond that, numbers are quantities rather than symbols


class Tokens(NamedTuple):
    """Rows as ids, padded on the right: networks here are causal, so the padding is unread."""

    ids: NDArray[np.int32]  # (rows, time)
    last: NDArray[np.int64]  # (rows,) position of a row's last token


@dataclass(frozen=True)
class Vocabulary:
    """The symbols of the training rows, and two tokens more at most: BOS, and one for symbols never seen."""

    symbols: NDArray[np.int64]  # (symbols,), rising
    closed: bool  # bits and digits: a symbol outside is an error

    @staticmethod
    def of(rows: Dataset) -> Vocabulary:
        """The vocabulary of training rows. Raises DataError for rows that are not sequences of symbols."""
        if rows.input_type not in {"text", "ints"}:
            raise DataError(
                f"a network reads rows of symbols, text or ints, and these are {rows.input_type}; a classical"
                " baseline (xgboost, random_forest, svm) reads them"
            )
        packed = rows.packed()
        found = np.unique(_elements(rows))
        if len(found) > _MOST:
            raise DataError(
                f"{len(found):,} different numbers in the training rows are too many for a vocabulary (at"
                f" most {_MOST:,}); a classical baseline reads them as quantities"
            )
        for known in (_BITS, _DIGITS):
            if packed.kind == "text" and np.isin(found, known).all():
                return Vocabulary(known.astype(np.int64), closed=True)
        return Vocabulary(found, closed=False)

    @property
    def size(self) -> int:
        """Number of token ids: 3 for bits, 11 for digits."""
        return len(self.symbols) + 1 + (not self.closed)

    def encode(self, rows: Dataset) -> Tokens:
        """Ids of rows. Raises DataError for a symbol that a closed vocabulary has not."""
        elements = _elements(rows)
        places = np.minimum(np.searchsorted(self.symbols, elements), len(self.symbols) - 1)
        seen = self.symbols[places] == elements if len(elements) else np.ones(0, bool)
        if self.closed and not seen.all():
            symbol = chr(int(elements[np.argmin(seen)]))
            raise DataError(
                f"a row holds {symbol!r}, and the training rows hold only"
                f" {''.join(map(chr, self.symbols.tolist()))}"
            )
        found = np.where(seen, places, len(self.symbols) + 1).astype(np.int32)
        lengths = np.diff(_offsets(rows))  # (rows,)
        ids = np.zeros((len(rows), int(lengths.max(initial=0)) + 1), np.int32)  # (rows, time)
        ids[:, 0] = len(self.symbols)  # BOS
        ids[:, 1:][np.arange(ids.shape[1] - 1) < lengths[:, None]] = found
        return Tokens(ids, lengths)


def _elements(rows: Dataset) -> NDArray[np.int64]:
    """All symbols of all rows, one after another: code points, or the integers."""
    packed = rows.packed()
    if packed.kind == "text" and not packed.ascii:
        joined = packed.data.tobytes().decode()
        return np.frombuffer(joined.encode("utf-32-le"), np.uint32).astype(np.int64)
    return packed.data.astype(np.int64)


def _offsets(rows: Dataset) -> NDArray[np.int64]:
    """Where each row begins among `_elements`."""
    packed = rows.packed()
    if packed.kind == "text" and not packed.ascii:
        return np.cumsum([0, *map(len, rows.x)], dtype=np.int64)
    return packed.offsets
