"""Training a transformer: steps a second, model FLOPs utilisation and memory, against a plain loop.

The plain loop is what one writes first: rows on the host in a DataLoader, AdamW as it comes, the loss read at
each step. It has the same model, batches and precision. Ours has algorithms that give the same result each
time, as every training of llmerm. On a GPU the large sizes are trained too, ours with torch.compile.
Utilisation is of the card's dense bf16 peak; operations are counted as in PaLM (arXiv 2204.02311,
appendix B): 6 a parameter and token without the embedding, and attention.

    python benchmarks/training.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import harness
import llmerm
import torch
from llmerm.baselines.job import Job
from llmerm.baselines.neural import model
from llmerm.baselines.neural.network import autocast, losses
from llmerm.baselines.neural.recipe import Recipe, deterministic, recipe, seeded
from llmerm.baselines.neural.tokens import Vocabulary
from llmerm.baselines.neural.training import Trainer, compiling
from llmerm.baselines.settings import Transformer
from torch.utils.data import DataLoader, TensorDataset

GOAL = 0.45  # of the peak, qwen3-1.7b at n = 100
PEAKS = {"H100": 989.4, "H200": 989.4, "B200": 2250.0, "A100": 312.0, "L40S": 362.0, "RTX 4090": 165.2}
"""Dense bf16 peak, TFLOP/s, by a part of the card's name; from the vendor's data sheets (SXM forms)."""
LOADS = {  # (size, batch) by device
    "cpu": [("tiny", 20), ("tiny", 256)],
    "cuda": [("tiny", 20), ("bloom-75m", 256), ("qwen3-1.7b", 20), ("qwen3-1.7b", 128)],
}
STEPS = 10  # that a figure is taken over


def main() -> None:
    """Time an epoch of ours and of the plain loop, after one of each that compiles and warms up."""
    chosen = harness.options(__doc__, repeat=3)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    n, steps = (10, 2) if chosen.tiny else (100, STEPS)
    loads = [("tiny", 20)] if chosen.tiny else LOADS[device]
    results = [measured(size, batch, n, steps, repeat=chosen.repeat) for size, batch in loads]
    header = (
        "size",
        "batch",
        "plain steps/s",
        "steps/s",
        "ratio",
        "tokens/s",
        "TFLOP/s",
        "of the peak",
        "peak GB",
    )
    lines = [
        (
            str(r["size"]),
            f"{r['batch']:,}",
            "does not fit" if r["plain_steps_a_second"] is None else f"{r['plain_steps_a_second']:.2f}",
            f"{r['steps_a_second']:.2f}",
            "-" if r["ratio"] is None else f"{r['ratio']:.2f}",
            f"{r['tokens_a_second']:,.0f}",
            f"{r['tflops']:.3g}",
            "-" if r["utilisation"] is None else f"{100 * r['utilisation']:.1f} %",
            "-" if r["peak_gb"] is None else f"{r['peak_gb']:.1f}",
        )
        for r in results
    ]
    notes = f"rows of n = {n} bits, {n + 1} tokens; {name_of(device)}, PyTorch {torch.__version__}\n"
    large = [r["utilisation"] for r in results if r["size"] == "qwen3-1.7b" and r["utilisation"] is not None]
    if large:
        notes += (
            f"goal, qwen3-1.7b: {GOAL:.0%} of the peak: {'reached' if max(large) >= GOAL else 'NOT reached'}"
        )
    else:
        notes += (
            f"goal, qwen3-1.7b, {GOAL:.0%} of the peak: not measured, for want of a card whose peak is known"
        )
    harness.publish(chosen, {"n": n, "device": name_of(device), "loads": results}, [(header, lines)], notes)


def measured(size: str, batch: int, n: int, steps: int, *, repeat: int) -> dict[str, Any]:
    """Rates of ours and of the plain loop on one load."""
    trainer, plan = ours(size, batch, n, steps)
    time_tokens = trainer.ids.shape[1]
    flops = model.flops_per_row(trainer.model, time_tokens) * batch  # type: ignore[arg-type]
    if plan.device != "cpu":
        torch.cuda.reset_peak_memory_stats()
    with deterministic(), compiling(plan):
        seconds = best(trainer.epoch, repeat, plan.device)
    peak = None if plan.device == "cpu" else torch.cuda.max_memory_allocated() / 1e9
    rate = steps / seconds
    epoch = plain(trainer, plan)
    del trainer  # with its moments: the plain loop has its own
    plain_rate = None
    with suppress(torch.OutOfMemoryError):
        plain_rate = steps / best(epoch, repeat, plan.device)
    known = [top for name, top in PEAKS.items() if name in name_of(plan.device)]
    return {
        "size": size,
        "batch": batch,
        "steps_a_second": rate,
        "plain_steps_a_second": plain_rate,
        "ratio": None if plain_rate is None else rate / plain_rate,
        "tokens_a_second": rate * batch * time_tokens,
        "tflops": rate * flops / 1e12,
        "utilisation": rate * flops / 1e12 / known[0] if known else None,
        "peak_gb": peak,
        "precision": plan.precision,
        "compiled": plan.compiled,
    }


def ours(size: str, batch: int, n: int, steps: int) -> tuple[Trainer, Recipe]:
    """A trainer whose epoch has so many steps."""
    split = llmerm.task("parity_all", n=n).split(batch * steps, 0, 0, allow_duplicates=True)
    settings = Transformer(size=size, epochs=1000, batch=batch)
    plan = recipe(settings, model.SIZES[size].defaults, len(split.train))
    vocabulary = Vocabulary.of(split.train)
    with seeded(0):
        made = model.decoder(size, vocabulary.size, 1)
    job = Job(rows=split.train, heldout=None, test=None, seed=0, folder=None, tell=lambda line: None)
    return Trainer(made, vocabulary.encode, job, plan, every=1e9), plan


def plain(trainer: Trainer, plan: Recipe) -> Callable[[], None]:
    """One epoch of the loop that one writes first, on the trainer's model and rows."""
    rows = TensorDataset(trainer.ids.cpu(), trainer.last.cpu(), trainer.target.cpu())
    loader = DataLoader(rows, batch_size=plan.batch, shuffle=True, generator=torch.Generator().manual_seed(0))
    network = trainer.model
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.lr, weight_decay=plan.weight_decay)

    def epoch() -> None:
        total = 0.0
        for ids, last, target in loader:
            with autocast(plan):
                logits = network(ids.to(plan.device), last.to(plan.device))
            loss = losses(logits, target.to(plan.device)).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
            optimiser.step()
            total += loss.item()

    return epoch


def best(work: Callable[[], None], repeat: int, device: str) -> float:
    """Least seconds of an epoch, after one that is not timed."""
    seconds = []
    for _ in range(repeat + 1):
        begun = time.perf_counter()
        work()
        if device != "cpu":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - begun)
    return min(seconds[1:])


def name_of(device: str) -> str:
    """What the figures are of."""
    return "CPU" if device == "cpu" else torch.cuda.get_device_name(0)


if __name__ == "__main__":
    main()
