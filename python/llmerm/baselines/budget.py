"""How a budget of labels is shared by training and held-out rows: the same for every method of a table."""

from __future__ import annotations

from llmerm.errors import UsageError

PROMPT = 100  # most rows that a proposer is shown, as in LLM-ERM


def shares(labels: int) -> tuple[int, int]:
    """Rows to learn from and rows to hold out, for a budget of that many labels.

    Training takes min(100, half the budget rounded up to an even number) rows and the held-out rows are the
    rest, so that both can be half and half. `learn` shows the first to its proposer and selects by the
    second; a baseline learns from the two together. So every method of a table has the same labels, and the
    same rows. (In the authors' code, the learners that LLM-ERM is compared with had 100 labels and LLM-ERM
    200.)

    Raises UsageError for a budget that cannot be shared: odd, or below 4.
    """
    if labels < 4 or labels % 2:
        raise UsageError(
            f"a budget of {labels} labels cannot be shared by training and held-out rows, each half and half:"
            " give an even number from 4"
        )
    train = min(PROMPT, (labels // 2 + 1) // 2 * 2)
    return train, labels - train
