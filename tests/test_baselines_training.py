"""The training loop: what it compiles, what it holds, when it stops, and what a kill leaves of it."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import llmerm
import pytest
import torch
from llmerm.baselines.neural import recurrent
from llmerm.dataset import Split

SMALL: dict[str, Any] = {"cell": "linear", "width": 8, "layers": 1, "epochs": 2, "device": "cpu"}


def parity(n: int = 8, labels: int = 20) -> Split:
    return llmerm.task("parity_all", n=n).split(labels, 0, 20)


def small(data: Split, **settings: Any) -> Any:
    return llmerm.baselines.fit("recurrent", data, **{**SMALL, **settings})


def test_each_length_has_its_own_compiled_loss_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Kernels for any length, or none at all past PyTorch's limit of 8, would give other bits."""
    symbolic: list[bool] = []
    compile_ = torch.compile

    def backend(graph: torch.fx.GraphModule, inputs: list[Any]) -> Any:
        symbolic.append(any(isinstance(each, torch.SymInt) for each in inputs))
        return graph.forward

    monkeypatch.setattr(torch, "compile", lambda f, *, options, **k: compile_(f, backend=backend, **k))
    for n in (*range(6, 16), 6, 7):
        small(parity(n), compile="yes")
    assert symbolic == [False] * 10


def test_a_training_that_is_over_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moments of a large model are most of a GPU's memory, and the next training needs it."""
    seen: list[weakref.ref[Any]] = []

    class Watched(recurrent.Trainer):
        def run(self) -> Any:
            seen.extend(map(weakref.ref, (self, self.model)))
            return super().run()

    monkeypatch.setattr(recurrent, "Trainer", Watched)
    gc.collect()
    gc.disable()
    try:
        result = small(parity())
        assert seen[0]() is None and seen[1]() is not None
        del result
        assert seen[1]() is None
    finally:
        gc.enable()
