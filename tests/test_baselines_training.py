"""The training loop: what it compiles, what it holds, when it stops, and what a kill leaves of it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pytest
import torch
from llmerm.baselines.neural import checkpoint, model, recipe, recurrent
from llmerm.baselines.neural.recipe import seeded
from llmerm.baselines.settings import Recurrent
from llmerm.dataset import Dataset, Split
from llmerm.errors import DataError
from torch.utils._python_dispatch import TorchDispatchMode

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


def test_long_rows_are_judged_few_at_a_time() -> None:
    """What 512 rows of a hundred tokens need, 512 of a thousand need ten times, or a hundred times."""
    trained = small(parity()).fitted
    shapes: list[tuple[int, ...]] = []
    trained.model.register_forward_hook(lambda module, given, output: shapes.append(tuple(given[0].shape)))
    for n in (9, 999, 100_000):
        rows = 1030 if n == 9 else 70 if n == 999 else 2
        predicted = trained.predict(Dataset(["1" * n] * rows))
        assert len(predicted.labels) == rows
    assert shapes == [(512, 10), (512, 10), (6, 10), (65, 1000), (5, 1000), (1, 100_001), (1, 100_001)]


def test_a_digest_is_of_every_parameter_whatever_its_shape() -> None:
    states = [{"a": torch.tensor(value), "b": torch.ones(2, 0)} for value in (1.0, 2.0)]
    assert checkpoint.digest(states[0]) != checkpoint.digest(states[1])


@pytest.mark.parametrize(
    ("cell", "compile_", "compiled"),
    [("linear", "auto", True), ("lstm", "auto", False), ("lstm", "yes", True)],
)
def test_what_is_compiled_on_a_gpu(
    monkeypatch: pytest.MonkeyPatch, cell: str, compile_: str, compiled: bool
) -> None:
    monkeypatch.setattr(recipe, "device_of", lambda name: torch.device("cuda"))
    plan = recurrent.plan_of(Recurrent(cell=cell, compile=compile_), 20)
    assert (plan.compiled, plan.precision) == (compiled, "bf16")


@pytest.mark.parametrize("size", ["tiny", "bloom-75m"])
def test_the_gradient_of_an_embedding_of_few_symbols_is_a_product(size: str) -> None:
    """Else a GPU that must be deterministic adds up thousands of positions one after another."""
    called: set[str] = set()

    class Calls(TorchDispatchMode):
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            called.add(func.__name__)
            return func(*args, **(kwargs or {}))

    with seeded(0):
        made = model.decoder(size, 3, 1)
    ids, last = torch.tensor([[2, 0, 1, 1], [2, 1, 0, 0]], dtype=torch.int32), torch.tensor([3, 3])
    with Calls(), torch.autocast("cpu", torch.bfloat16):
        made(ids, last).sum().backward()
    assert "mm.default" in called and "embedding_dense_backward.default" not in called
    embedding = made.backbone.get_input_embeddings()
    assert embedding.weight.grad.dtype == torch.float32 and embedding.weight.grad.any(dim=1).all()
    plain = torch.nn.Embedding(3, embedding.embedding_dim, _weight=embedding.weight.detach().clone())
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(embedding(ids), plain(ids))


def bits(count: int, n: int = 12) -> list[str]:
    drawn = np.random.default_rng(0).permutation(2**n)[:count]
    return [f"{row:0{n}b}" for row in drawn.tolist()]


def test_fitted_is_said_of_all_rows_and_not_of_those_that_a_curve_looks_at() -> None:
    x = bits(60)
    noise = np.random.default_rng(1).integers(0, 2, 60).tolist()
    y = [int(row[-1]) if i < 30 else noise[i] for i, row in enumerate(x)]
    data = Split(Dataset(x, y), None, None, {})
    settings = {"stop": "fitted", "evaluate_every": 1, "epochs": 60, "batch": 10, "lr": 0.01}
    points: list[str] = []
    result = small(data, **settings, curve_rows=10, progress=points.append)
    assert any("train accuracy 100.0 %" in line for line in points)
    assert result.facts["stopped"] is None and result.train.risk > 0
    rule = Split(Dataset(x, [int(row[-1]) for row in x]), None, None, {})
    result = small(rule, **settings, curve_rows=10)
    assert result.facts["stopped"] == "fitted" and result.train.risk == 0


@pytest.mark.parametrize("stop", ["never", "fitted", "heldout"])
def test_a_run_that_is_killed_after_its_training_trains_no_more(
    stop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = bits(60)
    rows = Dataset(x, [int(row[-1]) for row in x])
    data = Split(rows[:30], rows[30:], None, {})
    settings = {"stop": stop, "epochs": 40, "evaluate_every": 1, "batch": 10, "lr": 0.01, "patience": 2}
    whole = small(data, fit_on="train", **settings)
    assert whole.facts["stopped"] == (None if stop == "never" else stop)

    class Killed(recurrent.Trainer):
        def run(self) -> Any:
            super().run()
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "_SHARE", 0)  # so that there is one of the end
    with monkeypatch.context() as patched:
        patched.setattr(recurrent, "Trainer", Killed)
        with pytest.raises(KeyboardInterrupt):
            small(data, fit_on="train", run=tmp_path, checkpoint_every=0.0, **settings)
    lines: list[str] = []
    resumed = small(data, fit_on="train", run=tmp_path, progress=lines.append, **settings)
    assert lines == [] and resumed.facts == whole.facts
    assert {path.name for path in tmp_path.iterdir()} == {"config.json", "curve.jsonl", "lock", "result.json"}


def test_what_a_kill_left_of_a_checkpoint_goes_away(tmp_path: Path) -> None:
    small(parity(), run=tmp_path)
    (tmp_path / "result.json").unlink()
    (tmp_path / ".checkpoint.abcd").write_bytes(b"half a model")
    small(parity(), run=tmp_path)
    (tmp_path / "checkpoint.pt").write_bytes(b"of a run that was killed when its result was there")
    small(parity(), run=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"config.json", "curve.jsonl", "lock", "result.json"}


@pytest.mark.parametrize("where", ["heldout", "test", "test_by_n"])
def test_rows_that_cannot_be_read_are_said_before_anything_is_trained(where: str, tmp_path: Path) -> None:
    x = bits(40)
    rows = Dataset(x, [int(row[-1]) for row in x])
    wrong = Dataset(["01", "02"], [0, 1])
    parts = {"heldout": rows[20:30], "test": rows[30:], where: wrong}
    data = Split(rows[:20], parts["heldout"], parts["test"], {})
    others = {2: wrong} if where == "test_by_n" else None
    lines: list[str] = []
    with pytest.raises(DataError, match="a row holds '2'"):
        small(
            data, fit_on="train", test_by_n=others, curve_rows=1, run=tmp_path / "run", progress=lines.append
        )
    assert lines == [] and not (tmp_path / "run").exists()
