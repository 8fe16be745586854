"""Features of a grammar: Python expressions over x, evaluated on the training rows in the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmerm.dataset import Dataset
    from llmerm.enumeration.grammar import Feature, Grammar

_MOST = 1 << 31
# A label may be a float or a str that holds an integer; in an expression these would be something else.
_SOURCE = """def f(x):
    value = {}
    if not isinstance(value, int):
        raise TypeError("neither int nor bool")
    return value
"""


def feature_values(grammar: Grammar, train: Dataset) -> list[NDArray[np.int64]]:
    """The value of every feature on every row (features x (rows,)), as the programs will have it.

    Raises UsageError, which names the feature, for one that has no value of its type on some row.
    """
    return [_values(feature, train) for feature in grammar.features]


def _values(feature: Feature, train: Dataset) -> NDArray[np.int64]:
    from llmerm.compilers import Rejected, compile
    from llmerm.dataset import Dataset
    from llmerm.verification import predict

    kind, _, expression = feature
    program = compile(_SOURCE.format(expression), "python", train.input_type)
    if isinstance(program, Rejected):
        raise UsageError(f"feature {expression!r}: {program.reason}")
    unlabelled = Dataset.from_packed(train.packed())  # with classes, their names would be asked for
    try:
        predicted = predict(program, unlabelled)
    except UsageError as error:
        raise UsageError(f"feature {expression!r}: {error}") from None
    if predicted.faults.any():
        row = int(np.flatnonzero(predicted.faults)[0])
        raise UsageError(
            f"feature {expression!r}: it has no {kind} on {int(predicted.faults.sum()):,} of {len(train):,}"
            f" training rows; the first is {_shown(train, row)}"
        )
    low, high = (0, 1) if kind == "bool" else (-_MOST, _MOST - 1)
    outside = np.flatnonzero((predicted.labels < low) | (predicted.labels > high))
    if len(outside):
        row = int(outside[0])
        raise UsageError(
            f"feature {expression!r}: it is {int(predicted.labels[row]):,} on {_shown(train, row)}, and"
            f" {'a bool is 0 or 1' if kind == 'bool' else 'integers go from -2^31 to 2^31 - 1'}"
        )
    return np.ascontiguousarray(predicted.labels, dtype=np.int64)


def _shown(train: Dataset, row: int) -> str:
    text = repr(train[row : row + 1].x[0])
    return text if len(text) <= 60 else text[:57] + "..."
