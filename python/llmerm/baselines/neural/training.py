"""The training loop of every network here: AdamW on a cosine, rows and labels resident on the device.

One step is a slice of a permutation, a forward and a backward pass, a clip and a fused update; nothing in it
waits for the host, and every batch has the same shape, so that a compiled step is compiled once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from llmerm.baselines.job import WEIGHTS, Job, Probe
from llmerm.baselines.neural.checkpoint import Checkpoints, State, digest, restore, trained
from llmerm.baselines.neural.curve import Curve, Point
from llmerm.baselines.neural.network import Encode, Trained, autocast, choice, classes_of, losses
from llmerm.baselines.neural.recipe import Recipe, deterministic
from llmerm.errors import UsageError


def cosine(plan: Recipe, steps: int) -> Tensor:
    """Learning rate of each step (steps,): half a cosine from lr to lr_end."""
    done = torch.arange(steps, dtype=torch.float64) / max(1, steps - 1)
    return (plan.lr_end + (plan.lr - plan.lr_end) * (1 + torch.cos(math.pi * done)) / 2).float()


_COMPILED = 200  # losses that a process may compile, one for each architecture, batch and length of rows
Loss = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]


def loss_of(model: nn.Module, plan: Recipe) -> Loss:
    """The function of a batch (ids, last, target) that gives its mean loss, and how many rows were right.

    It holds the model and no more: a trainer that held it, and was held by it, would keep its moments on the
    device until Python looks for cycles.
    """

    def loss(ids: Tensor, last: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        with autocast(plan):
            logits = model(ids, last)  # (batch, outputs)
        return losses(logits, target).mean(), (choice(logits) == target).sum().float()

    return compiled(loss) if plan.compiled else loss


def compiled(function: Loss) -> Loss:
    """Compiled, with kernels that are not chosen by timing them, so that they are the same each time.

    Nor do they depend on what the process has trained before: PyTorch would make kernels for any length once
    it has seen two.
    """
    known = "deterministic" in torch._inductor.list_options()
    options: dict[str, Any] = {"deterministic": True} if known else {}
    return torch.compile(function, dynamic=False, options=options)


@contextmanager
def compiling(plan: Recipe) -> Iterator[None]:
    """Room for the compiled losses of a long comparison; past 8, PyTorch would compile no more of them."""
    if not plan.compiled:
        yield
        return
    with torch._dynamo.config.patch(recompile_limit=_COMPILED):
        yield


class Trainer:
    """One training: `run` it. Its state is its step, its weights, its moments and the running sums."""

    def __init__(
        self,
        model: nn.Module,
        encode: Encode,
        job: Job,
        plan: Recipe,
        *,
        every: float,
        save_weights: bool = False,
    ) -> None:
        """`every`: least seconds between two checkpoints; `save_weights`: keep the weights at the end."""
        if save_weights and job.folder is None:
            raise UsageError("save_weights needs a run folder to save in; give one (--run)")
        if plan.stop == "heldout" and job.heldout is None:
            raise UsageError("stop=heldout needs held-out rows that are not learnt from: --fit-on train")
        for probe in (job.heldout, job.test, *job.others):
            if probe is not None:
                encode(probe.rows)  # rows that cannot be read are said before anything is trained
        self.job, self.plan, device = job, plan, torch.device(plan.device)
        labels = classes_of(job.rows)
        tokens = encode(job.rows)
        self.ids = torch.from_numpy(tokens.ids).to(device)  # (rows, time)
        self.last = torch.from_numpy(tokens.last).to(device)  # (rows,)
        self.target = torch.from_numpy(np.searchsorted(labels, np.asarray(job.rows.y))).to(device)  # (rows,)
        self.model = model.to(device)
        self.fitted = Trained(self.model, encode, labels, plan)
        self.steps_an_epoch = -(-len(self.ids) // plan.batch)
        self.steps = plan.epochs * self.steps_an_epoch
        self.rates = cosine(plan, self.steps).to(device)
        self.rate = self.rates[0].clone()  # on the device: reading the next one costs the host nothing
        weights = [p for p in self.model.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(weights, lr=self.rate, weight_decay=plan.weight_decay, fused=True)
        self.weights = weights
        self.loss = loss_of(self.model, plan)
        self.checkpoints = Checkpoints(job.folder, every)
        self.kept = job.folder / WEIGHTS if save_weights and job.folder else None
        self.step = 0
        self.stopped: str | None = None  # why before its last step
        self.sums = torch.zeros(3, device=device)  # of losses, of rows that were right, of rows
        self.best: tuple[float, int] = (-1.0, -1)  # held-out accuracy, its point
        self.best_state: State = {}

    def run(self) -> Trained:
        """Train from the start, or from the checkpoint of the job's folder."""
        self.curve = Curve(self.job.folder, self._resume())
        with deterministic(), compiling(self.plan):
            while self.step < self.steps and self.stopped is None:
                self.epoch()
                self.stopped = self._end_of_epoch()
                if self.checkpoints.due:
                    self._save()
        if self.plan.stop == "heldout" and self.best_state:
            restore(self.model, self.best_state)
        state = trained(self.model)
        if self.kept is not None:
            save_file({name: value.contiguous().cpu() for name, value in state.items()}, self.kept)
        self.fitted.facts.update(
            {
                **self.plan.to_json(),
                "parameters": sum(p.numel() for p in self.model.parameters()),
                "trained_parameters": sum(p.numel() for p in state.values()),
                "epochs_run": self.step // self.steps_an_epoch,
                "steps_run": self.step,
                "stopped": self.stopped,
                "weights_sha256": digest(state),
            }
        )
        return self.fitted

    def epoch(self) -> None:
        """The steps of this epoch that are left."""
        self.model.train()
        epoch, first = divmod(self.step, self.steps_an_epoch)
        order = self._order(epoch)
        for i in range(first, self.steps_an_epoch):
            self._update(order[i * self.plan.batch : (i + 1) * self.plan.batch])
            self.step += 1
            if self.checkpoints.due and i + 1 < self.steps_an_epoch:  # at its end, the point comes first
                self._save()

    def _order(self, epoch: int) -> Tensor:
        """A permutation of the rows; begun anew at its end, so that the last batch is full."""
        generator = torch.Generator(self.plan.device)
        generator.manual_seed(
            int(np.random.SeedSequence([self.job.seed, epoch]).generate_state(1, np.uint64)[0])
        )
        order = torch.randperm(len(self.ids), generator=generator, device=self.plan.device)
        return torch.cat([order, order[: self.steps_an_epoch * self.plan.batch - len(order)]])

    def _update(self, rows: Tensor) -> None:
        """One step on some rows (batch,)."""
        self.rate.copy_(self.rates[self.step])
        loss, right = self.loss(self.ids[rows], self.last[rows], self.target[rows])
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.weights, self.plan.clip, foreach=True)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.sums += torch.stack([loss.detach() * len(rows), right, torch.ones_like(right) * len(rows)])

    def _end_of_epoch(self) -> str | None:
        """A point of the curve if one is due; why to stop, if so."""
        epoch = self.step // self.steps_an_epoch
        loss, right, rows = self.sums.tolist()  # waits for the device
        self.sums.zero_()
        if not math.isfinite(loss):
            raise UsageError(
                f"the training diverged in epoch {epoch}; give a lower --lr than {self.plan.lr:g}"
            )
        fitted = self.plan.stop == "fitted" and right == rows
        if epoch % self.plan.evaluate_every and epoch < self.plan.epochs and not fitted:
            return None
        point = self._point(epoch, loss / rows)
        self.curve.add(point)
        self.job.tell(
            f"epoch {epoch:,} of {self.plan.epochs:,}: loss {point['loss']:.4f}, train accuracy"
            f" {100 * point['train_accuracy']:.1f} %"
        )
        if self.plan.stop == "fitted":
            return "fitted" if point["train_accuracy"] == 1 and self._fits_all() else None
        return self._judge(point) if self.plan.stop == "heldout" else None

    def _point(self, epoch: int, loss: float) -> Point:
        """Where the training stands: accuracies of the weights as they are now."""
        sets = {"train": Probe(self.job.rows), "heldout": self.job.heldout, "test": self.job.test}
        accuracies = {
            f"{name}_accuracy": probe.accuracy(self.fitted.predict(probe.rows))
            for name, probe in ((name, self._head(name, probe)) for name, probe in sets.items() if probe)
        }
        rate = float(self.rates[self.step - 1])
        return {"epoch": epoch, "step": self.step, "loss": loss, "lr": rate, **accuracies}

    def _head(self, name: str, probe: Probe) -> Probe:
        """The rows of a point: all of the held-out ones, which may decide, and the first of the others."""
        return probe if name == "heldout" else probe.head(self.plan.curve_rows)

    def _fits_all(self) -> bool:
        """Whether all rows are right, once those of a point are."""
        rows = Probe(self.job.rows)
        return len(rows) <= self.plan.curve_rows or rows.accuracy(self.fitted.predict(rows.rows)) == 1

    def _judge(self, point: Point) -> str | None:
        """Keep the weights that were best on the held-out rows; stop when none were for long."""
        now = len(self.curve.points) - 1
        if point["heldout_accuracy"] > self.best[0]:
            self.best = (point["heldout_accuracy"], now)
            self.best_state = {name: value.clone() for name, value in trained(self.model).items()}
        return "heldout" if now - self.best[1] >= self.plan.patience else None

    def _made_with(self) -> dict[str, Any]:
        """What a checkpoint and a trainer that goes on from it share: the recipe, and what model it is."""
        return {**self.plan.to_json(), **self.fitted.facts}

    def _save(self) -> None:
        self.checkpoints.save(
            {
                "made_with": self._made_with(),
                "step": self.step,
                "stopped": self.stopped,
                "weights": trained(self.model),
                "optimiser": self.optimiser.state_dict(),
                "sums": self.sums,
                "curve": self.curve.points,
                "best": self.best,
                "best_state": self.best_state,
            }
        )

    def _resume(self) -> list[Point]:
        """Go back to the checkpoint, if there is one; the points of the curve until then."""
        state = self.checkpoints.load(self.plan.device)
        if state is None:
            return []
        now = self._made_with()
        differing = [
            f"{name} {value!r}, now {now[name]!r}"
            for name, value in state["made_with"].items()
            if value != now[name]
        ]
        if differing:
            raise UsageError(
                f"{self.checkpoints.path} was made with {'; '.join(differing)}, which gives other bits; go on"
                " as it was begun (the number of threads is OMP_NUM_THREADS), or remove it to begin again"
            )
        restore(self.model, state["weights"])
        self.optimiser.load_state_dict(state["optimiser"])
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate  # loading has put a copy there
        self.step, self.stopped = state["step"], state["stopped"]
        self.best, self.best_state = tuple(state["best"]), state["best_state"]
        self.sums.copy_(state["sums"])
        points: list[Point] = state["curve"]
        return points
