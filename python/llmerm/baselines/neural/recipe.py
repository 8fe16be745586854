"""How a network is trained: the settings with every default filled in, and the device."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import torch

from llmerm.baselines.settings import Training
from llmerm.errors import UsageError


@dataclass(frozen=True)
class Defaults:
    """What a size or kind of network is trained with unless told otherwise."""

    epochs: int
    batch: int
    lr: float
    lr_end: float


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a training."""

    epochs: int
    batch: int  # rows a step
    lr: float
    lr_end: float
    weight_decay: float
    clip: float  # gradient norm
    precision: str  # bf16 | fp32
    compiled: bool
    stop: str  # never | fitted | heldout
    patience: int  # points of the curve
    evaluate_every: int  # epochs
    curve_rows: int
    device: str
    threads: int | None  # of a CPU, where they decide the order of sums; else None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def recipe(settings: Training, defaults: Defaults, rows: int) -> Recipe:
    """The settings, filled up. Raises UsageError for a device that is not there."""
    device = device_of(settings.device)
    on_gpu = device.type == "cuda"
    epochs = settings.epochs or defaults.epochs
    lr = settings.lr or defaults.lr
    lr_end = min(defaults.lr_end, lr) if settings.lr_end is None else settings.lr_end
    if lr_end > lr:
        raise UsageError(f"lr_end, {lr_end:g}, is above lr, {lr:g}; the cosine falls from lr to lr_end")
    return Recipe(
        epochs=epochs,
        batch=min(settings.batch or defaults.batch, rows),
        lr=lr,
        lr_end=lr_end,
        weight_decay=settings.weight_decay,
        clip=settings.clip,
        precision={"auto": "bf16" if on_gpu else "fp32"}.get(settings.precision, settings.precision),
        compiled={"auto": on_gpu, "yes": True, "no": False}[settings.compile],
        stop=settings.stop,
        patience=settings.patience,
        evaluate_every=settings.evaluate_every or max(1, epochs // 50),
        curve_rows=settings.curve_rows,
        device=str(device),
        threads=None if on_gpu else torch.get_num_threads(),
    )


def device_of(name: str) -> torch.device:
    """The device of that name; auto: a GPU when there is one. Raises UsageError when it cannot be used."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros((), device=device).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0]
        raise UsageError(f"device {name!r} cannot be used: {reason}; give cpu, cuda or cuda:N") from None
    return device


@contextmanager
def deterministic() -> Iterator[None]:
    """Algorithms whose result does not differ from run to run; the caller's choice is restored."""
    # cuBLAS reads this when it is first used; without it, it may add up in another order each time.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = torch.are_deterministic_algorithms_enabled()
    warned = torch.is_deterministic_algorithms_warn_only_enabled()
    # Of the fused kernels for attention, Flash has a deterministic backward pass; these two may not.
    cuda: Any = torch.backends.cuda
    memory: Any = torch.utils.deterministic
    kernels = (
        (cuda.enable_mem_efficient_sdp, cuda.mem_efficient_sdp_enabled()),
        (cuda.enable_cudnn_sdp, cuda.cudnn_sdp_enabled()),
    )
    filled = memory.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True)
    memory.fill_uninitialized_memory = False  # a pass over all new memory; none is read
    for enable, _ in kernels:
        enable(False)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=warned)
        memory.fill_uninitialized_memory = filled
        for enable, was in kernels:
            enable(was)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """PyTorch's generator of the CPU at a seed; its state is restored."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
