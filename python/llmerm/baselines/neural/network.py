"""What a network says of rows: its outputs, their loss, and the labels they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from llmerm.baselines.job import Predicted
from llmerm.baselines.neural.recipe import Recipe, deterministic
from llmerm.baselines.neural.tokens import Tokens
from llmerm.dataset import Dataset
from llmerm.errors import DataError

Encode = Callable[[Dataset], Tokens]
_ROWS, _TOKENS = 512, 2**16  # most of a forward pass without gradients, but one row at least


class Trained:
    """A trained network with what it reads and what its outputs mean."""

    most_rows = None

    def __init__(self, model: nn.Module, encode: Encode, labels: NDArray[np.int64], plan: Recipe) -> None:
        self.model, self.facts = model, dict[str, Any]()
        self._encode, self._labels, self._plan = encode, labels, plan

    def predict(self, rows: Dataset) -> Predicted:
        """Labels of rows, of any length that the network can read."""
        tokens = self._encode(rows)
        count = max(1, min(_ROWS, _TOKENS // max(1, tokens.ids.shape[1])))
        self.model.eval()
        found = []
        with torch.no_grad(), deterministic(), autocast(self._plan):
            for start in range(0, len(tokens.ids), count):
                ids, last = (
                    torch.from_numpy(part[start : start + count]).to(self._plan.device) for part in tokens
                )
                found.append(choice(self.model(ids, last)))  # (batch,)
        codes = torch.cat(found).cpu().numpy() if found else np.empty(0, np.int64)
        return Predicted(self._labels[codes])


def classes_of(rows: Dataset) -> NDArray[np.int64]:
    """The labels that occur, rising: one output each, or a single one for two. Raises DataError for one."""
    assert rows.y is not None
    labels = np.unique(rows.y)
    if len(labels) < 2:
        raise DataError(f"all training rows have the label {labels.tolist()[0]}: there is nothing to learn")
    return labels


def outputs_for(labels: NDArray[np.int64]) -> int:
    """Outputs of the head: one logit for two classes, else one a class."""
    return 1 if len(labels) == 2 else len(labels)


def choice(logits: Tensor) -> Tensor:
    """Index of the class: (batch, outputs) -> (batch,)."""
    return (logits[:, 0] > 0).long() if logits.shape[1] == 1 else logits.argmax(dim=1)


def losses(logits: Tensor, target: Tensor) -> Tensor:
    """Loss of each row: binary cross-entropy for one output, else cross-entropy; (batch,), in nats."""
    logits = logits.float()  # (batch, outputs)
    if logits.shape[1] == 1:
        return F.binary_cross_entropy_with_logits(logits[:, 0], target.float(), reduction="none")
    return F.cross_entropy(logits, target, reduction="none")


def autocast(plan: Recipe) -> torch.autocast:
    """bfloat16 for matrix products where the recipe says so; weights and their updates stay float32."""
    return torch.autocast(torch.device(plan.device).type, torch.bfloat16, enabled=plan.precision == "bf16")
