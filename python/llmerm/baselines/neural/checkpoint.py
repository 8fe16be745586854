"""Checkpoints: all that a training needs to go on as if nothing had happened, whatever killed it."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn

from llmerm.baselines.job import CHECKPOINT
from llmerm.errors import UsageError

State = dict[str, torch.Tensor]
_BEGUN = ".checkpoint."  # the name of a file that is not yet whole begins so
_SHARE = 20  # a checkpoint may take a twentieth of the time


def trained(model: nn.Module) -> State:
    """The parameters that are trained, by name; what is frozen can be had again where it came from."""
    return {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}


def restore(model: nn.Module, state: State) -> None:
    """Put parameters back."""
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, value in state.items():
            parameters[name].copy_(value)


def digest(state: State) -> str:
    """Hex SHA-256 of parameters: two trainings ended alike if, and only if, it is the same."""
    total = hashlib.sha256()
    for name in sorted(state):
        value = state[name].contiguous().cpu()
        total.update(f"{name} {value.dtype} {tuple(value.shape)}\n".encode())
        total.update(value.reshape(-1).view(torch.uint8).numpy().data)
    return total.hexdigest()


class Checkpoints:
    """The one checkpoint of a run folder; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, every: float) -> None:
        self.path = None if folder is None else folder / CHECKPOINT
        self._every, self._next = every, time.monotonic() + every

    @property
    def due(self) -> bool:
        """Whether `every` seconds have passed, and 20 times what the last one took."""
        return self.path is not None and time.monotonic() >= self._next

    def save(self, state: dict[str, Any]) -> None:
        """Write the state whole or not at all."""
        if self.path is None:
            return
        begun = time.monotonic()
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=_BEGUN)
        try:
            with os.fdopen(handle, "wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        ended = time.monotonic()
        self._next = ended + max(self._every, _SHARE * (ended - begun))

    def load(self, device: str) -> dict[str, Any] | None:
        """The state, on the device, or None when there is none. Raises UsageError for a damaged file."""
        if self.path is None:
            return None
        for begun in self.path.parent.glob(f"{_BEGUN}*"):
            begun.unlink()  # a kill cut it off; it may be as large as the model
        if not self.path.exists():
            return None
        try:
            state: dict[str, Any] = torch.load(self.path, map_location=device, weights_only=True)
            state["made_with"]
        except Exception:  # whatever is wrong with it; PyTorch's own words advise to trust it
            raise UsageError(f"{self.path} is damaged; remove it to begin the training again") from None
        return state
