"""Selection is a total order: held-out risk, then length, then proposal order."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llmerm.select import select


@dataclass(frozen=True)
class Score:
    risk: float | None
    pure: bool | None = True


def test_lowest_risk_wins_whatever_its_length() -> None:
    assert select([Score(0.02), Score(0.01), Score(0.03)], [10, 900, 10]) == 1


def test_length_breaks_a_tie_of_risk() -> None:
    assert select([Score(0.0), Score(0.0), Score(0.0)], [30, 20, 25]) == 1


def test_proposal_order_breaks_a_tie_of_length() -> None:
    assert select([Score(0.5), Score(0.0), Score(0.0)], [1, 20, 20]) == 1


def test_a_program_without_a_risk_cannot_be_selected() -> None:
    assert select([Score(None), Score(1.0)], [1, 99]) == 1


def test_an_impure_program_cannot_be_selected_and_an_unaudited_one_can() -> None:
    assert select([Score(0.0, pure=False), Score(0.4, pure=None)], [1, 99]) == 1


def test_nothing_to_select() -> None:
    assert select([], []) is None
    assert select([Score(None), Score(0.0, pure=False)], [1, 1]) is None


def test_lengths_must_match() -> None:
    with pytest.raises(ValueError):
        select([Score(0.0)], [1, 2])


scores = st.tuples(
    st.sampled_from([None, 0.0, 0.25, 1.0]), st.sampled_from([True, False, None]), st.integers(1, 3)
)


@given(st.lists(scores, max_size=5))
def test_the_choice_does_not_depend_on_who_else_stands_where(candidates: list[tuple]) -> None:
    """Removing losers, or moving them without changing who came first among equals, changes nothing."""
    chosen = select([Score(r, p) for r, p, _ in candidates], [length for *_, length in candidates])
    if chosen is None:
        assert all(risk is None or pure is False for risk, pure, _ in candidates)
        return
    for subset in itertools.combinations(range(len(candidates)), 2):
        if chosen in subset:
            pair = [candidates[i] for i in subset]
            winner = select([Score(r, p) for r, p, _ in pair], [length for *_, length in pair])
            assert winner is not None and subset[winner] == chosen
