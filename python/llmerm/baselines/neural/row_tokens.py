"""Rows as tokens of a pretrained model's tokenizer, with every symbol of the row among them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from llmerm.baselines.neural.tokens import Tokens
from llmerm.dataset import Dataset
from llmerm.errors import DataError

_SHOWN = 60  # characters of a row in a message


class RowTokens:
    """Encodes rows. Nothing is cut off: a row that does not come back from its tokens whole is an error.

    "characters" gives each character its own tokens (one, for ASCII, in usual vocabularies), so that a model
    sees digits rather than groups of them; "joined" leaves a row to the tokenizer. "auto" takes characters
    for text and ints, and joins the rest, whose numbers and names are long.
    """

    def __init__(self, tokenizer: Any, how: str, *, size: int, most: int | None) -> None:
        """`size` is the number of tokens that the model has, `most` how many it reads of one row."""
        self._tokenizer, self.how, self._size, self._most = tokenizer, how, size, most
        self._vocabulary: dict[str, int] = tokenizer.get_vocab()
        self._known: dict[str, list[int]] = {}  # tokens of a character
        beginning = tokenizer("")["input_ids"][:1]
        self._start = beginning if beginning == [tokenizer.bos_token_id] else []  # BOS, where a row has one

    def __call__(self, rows: Dataset) -> Tokens:
        """Ids of rows, padded on the right. Raises DataError for rows that do not survive or do not fit."""
        texts = _texts(rows)
        if self._characters(rows):
            ids = [[i for character in text for i in self._of(character)] for text in texts]
        else:
            ids = self._tokenizer(texts, add_special_tokens=False)["input_ids"] if texts else []
        self._check(texts, ids)
        lengths = np.array([len(self._start) + len(row) for row in ids], np.int64)
        padded = np.zeros((len(ids), int(lengths.max(initial=0))), np.int32)  # (rows, time)
        for row, found in zip(padded, ids, strict=True):
            row[: len(self._start) + len(found)] = [*self._start, *found]
        return Tokens(padded, lengths - 1)

    def _characters(self, rows: Dataset) -> bool:
        if self.how == "auto":
            return rows.input_type in {"text", "ints"}
        return self.how == "characters"

    def _of(self, character: str) -> list[int]:
        """Tokens of one character: the vocabulary's own for it, else what the tokenizer makes of it."""
        if character not in self._known:
            own = self._vocabulary.get(character)
            if own is not None and self._decoded([[own]]) == [character]:
                self._known[character] = [own]
            else:
                self._known[character] = self._tokenizer(character, add_special_tokens=False)["input_ids"]
        return self._known[character]

    def _decoded(self, ids: list[list[int]]) -> list[str]:
        decoded: list[str] = self._tokenizer.batch_decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return decoded

    def _check(self, texts: list[str], ids: list[list[int]]) -> None:
        for text, row, back in zip(texts, ids, self._decoded(ids), strict=True):
            if back != text:
                raise DataError(
                    f"the tokenizer does not keep the row {text[:_SHOWN]!r}: its tokens read"
                    f" {back[:_SHOWN]!r}; give --tokens characters or --tokens joined, or another model"
                )
            if max(row, default=0) >= self._size:
                raise DataError(
                    f"the tokenizer has a token {max(row)} and the model only {self._size:,}: they are not of"
                    " one model"
                )
            length = len(self._start) + len(row)
            if length == 0:
                raise DataError("a row without symbols has no token for the model to read")
            if self._most is not None and length > self._most:
                raise DataError(
                    f"a row of {length:,} tokens is longer than the model reads, {self._most:,}; nothing is "
                    "cut off: give shorter rows, --tokens joined, or another model"
                )


def _texts(rows: Dataset) -> list[str]:
    """Rows as text: numbers with blanks between them, records as JSON."""
    if rows.input_type == "text":
        return rows.x
    if rows.input_type == "record":
        return [json.dumps(row, ensure_ascii=False) for row in rows.x]
    return [" ".join(map(repr, row)) for row in rows.x]
