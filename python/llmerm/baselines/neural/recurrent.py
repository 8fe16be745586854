"""The baseline `recurrent`: an LSTM, or a linear recurrence whose eigenvalues may be negative.

Both can hold the parity of what they have read, which a transformer of fixed depth cannot at every length.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llmerm.baselines.job import Job
from llmerm.baselines.neural.embedding import suited
from llmerm.baselines.neural.network import Trained, classes_of, outputs_for
from llmerm.baselines.neural.recipe import Defaults, Recipe, recipe, seeded
from llmerm.baselines.neural.tokens import Vocabulary
from llmerm.baselines.neural.training import Trainer
from llmerm.baselines.settings import Recurrent

DEFAULTS = Defaults(epochs=200, batch=20, lr=3e-3, lr_end=3e-4)


class LinearRecurrence(nn.Module):
    """h_t = a_t * h_(t-1) + b_t, elementwise, with a_t in (-1, 1) and b_t functions of the input at t.

    With a_t near -1 on a one and near 1 on a zero, h changes its sign at each one: parity. Eigenvalues in
    (0, 1) alone, as usual in state-space models, cannot do that (Grazzi et al., arXiv 2411.12537).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width)
        self.decay, self.input, self.gate, self.output = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        """(batch, time, width) -> (batch, time, width)."""
        z = self.norm(x)
        states = scan(torch.tanh(self.decay(z)).float(), self.input(z).float())  # (batch, time, width)
        out: Tensor = x + self.output(self.norm_state(states) * F.silu(self.gate(z)))
        return out

    @staticmethod
    def norm_state(states: Tensor) -> Tensor:
        """States scaled to a mean square of 1: how large they grow depends on the length of the row."""
        return F.rms_norm(states, states.shape[-1:])


def scan(a: Tensor, b: Tensor) -> Tensor:
    """h_t = a_t * h_(t-1) + b_t with h_0 = b_0, all t at once in log2(time) sweeps (Hillis and Steele).

    a, b and h: (batch, time, width).
    """
    step = 1
    while step < a.shape[1]:
        earlier_a, earlier_b = (F.pad(part[:, :-step], (0, 0, step, 0)) for part in (a, b))
        a, b = a * earlier_a, b + a * earlier_b
        step *= 2
    return b


class Recurrence(nn.Module):
    """An embedding, layers of one kind, and a head on the state after the last token."""

    def __init__(self, cell: str, vocabulary: int, width: int, layers: int, outputs: int) -> None:
        super().__init__()
        self.embedding = suited(nn.Embedding(vocabulary, width))
        self.layers: nn.Module
        if cell == "lstm":
            self.layers = nn.LSTM(width, width, layers, batch_first=True)
        else:
            self.layers = nn.Sequential(*(LinearRecurrence(width) for _ in range(layers)))
        self.norm = nn.RMSNorm(width)
        self.head = nn.Linear(width, outputs)

    def forward(self, ids: Tensor, last: Tensor) -> Tensor:
        """Logits of rows; `last` is the position of each row's last token, and what follows is padding."""
        found = self.layers(self.embedding(ids))
        states = found[0] if isinstance(found, tuple) else found  # (batch, time, width)
        read = states[torch.arange(len(ids), device=ids.device), last].float()  # (batch, width)
        logits: Tensor = self.head(self.norm(read))  # (batch, outputs)
        return logits


def plan_of(settings: Recurrent, rows: int) -> Recipe:
    """The recipe. An LSTM has a kernel of its own, which PyTorch does not compile: auto leaves it alone."""
    if settings.cell == "lstm" and settings.compile == "auto":
        settings = replace(settings, compile="no")
    return recipe(settings, DEFAULTS, rows)


def fit(job: Job, settings: Recurrent) -> Trained:
    """Train a recurrent network on the job's rows."""
    plan = plan_of(settings, len(job.rows))
    vocabulary = Vocabulary.of(job.rows)
    outputs = outputs_for(classes_of(job.rows))
    with seeded(job.seed):
        model = Recurrence(settings.cell, vocabulary.size, settings.width, settings.layers, outputs)
    trainer = Trainer(
        model,
        vocabulary.encode,
        job,
        plan,
        every=settings.checkpoint_every,
        save_weights=settings.save_weights,
    )
    trainer.fitted.facts.update({"cell": settings.cell, "vocabulary": vocabulary.size})
    return trainer.run()
