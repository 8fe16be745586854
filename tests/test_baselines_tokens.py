"""Rows as tokens: the papers' vocabularies, and nothing lost of any row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.baselines.neural.tokens import Vocabulary
from llmerm.dataset import Dataset
from llmerm.errors import DataError


def test_the_papers_vocabularies() -> None:
    assert Vocabulary.of(Dataset(["0110", "0"])).size == 3
    assert Vocabulary.of(Dataset(["1111"])).size == 3  # a row that happens to hold no zero
    assert Vocabulary.of(Dataset(["1009", "25"])).size == 11
    assert Vocabulary.of(Dataset(["u12v03"])).size == 2 + 4 + 2  # symbols, BOS, and one for unseen ones


@given(st.lists(st.text(max_size=8), min_size=1, max_size=8))
def test_a_row_can_be_read_back_from_its_tokens(rows: list[str]) -> None:
    data = Dataset(rows, input_type="text")
    vocabulary = Vocabulary.of(data)
    ids, last = vocabulary.encode(data)
    bos = len(vocabulary.symbols)
    for row, tokens, end in zip(rows, ids.tolist(), last.tolist(), strict=True):
        assert tokens[0] == bos and end == len(row)
        assert "".join(chr(vocabulary.symbols[token]) for token in tokens[1 : end + 1]) == row


def test_integers_are_symbols_too() -> None:
    vocabulary = Vocabulary.of(Dataset([[3, -1], [7]]))
    ids, last = vocabulary.encode(Dataset([[7, 3, -1], [8]]))
    assert ids.tolist() == [[3, 2, 1, 0], [3, 4, 0, 0]]  # 8 was never seen
    assert last.tolist() == [3, 1]


def test_a_symbol_that_bits_do_not_have_is_named() -> None:
    vocabulary = Vocabulary.of(Dataset(["01"]))
    with pytest.raises(DataError, match="holds '2', and the training rows hold only 01"):
        vocabulary.encode(Dataset(["0120"]))


def test_what_is_no_row_of_symbols_is_refused() -> None:
    with pytest.raises(DataError, match="classical baseline"):
        Vocabulary.of(Dataset([[0.5, 1.5]]))
    with pytest.raises(DataError, match=r"5,000 different numbers.*quantities"):
        Vocabulary.of(Dataset(np.arange(5000).reshape(-1, 1)))


def test_rows_without_symbols_have_their_bos() -> None:
    ids, last = Vocabulary.of(Dataset(["", ""])).encode(Dataset(["", ""]))
    assert ids.shape == (2, 1) and last.tolist() == [0, 0]
