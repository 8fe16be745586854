"""Rewards: completions of a model in training x labelled rows -> one number a completion.

    completion -> text -> source -> verify -> verdict -> shape -> float

The verifier as a reward function of TRL's GRPOTrainer and trainers that call like it. What a reward looks at
is learnt from, so its rows are training rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmerm.compilers import LANGUAGES, TIERS
from llmerm.dataset import Dataset
from llmerm.errors import UsageError
from llmerm.rewards.function import CLOCKED, Reward
from llmerm.rewards.rows import chooser
from llmerm.rewards.shapes import Shape, check_shape, finite, name_of
from llmerm.verification import Limits, verify

__all__ = ["Reward", "reward"]


def reward(
    dataset: Dataset | Mapping[Any, Dataset] | None = None,
    *,
    language: str = "python",
    tier: str = "auto",
    shape: Shape = "accuracy",
    column: str | tuple[str, str] | None = None,
    invalid: float = 0.0,
    limits: Limits | None = None,
    threads: int | None = None,
    audit_rows: int = 32,
    name: str | None = None,
) -> Reward:
    """A reward function that runs each completion's program on labelled **training** rows.

    `dataset` says which rows judge: a Dataset judges every completion; of a mapping from names to Datasets,
    the value of the trainer's column `column` chooses; with None the rows come with each example, in the two
    columns that `column` names, lists of rows and of labels (default `("x", "y")`). Where a column holds None
    the reward is None: it does not apply.
    `shape` makes a number of a verdict: "accuracy" is correct / rows, "exact" 1.0 without any error and else
    0.0, "above_baseline" (accuracy - majority) / (1 - majority), at least 0, where majority is the share of
    the most frequent label; or a function of a `Verdict` that knows every verdict. A completion that holds no
    program, one that cannot be run and one that is impure gets `invalid`.
    `language` is any of `llmerm.compile` but "wasm"; `tier`, `threads` and `audit_rows` are those of
    `llmerm.compile` and `llmerm.verify`. `limits` defaults to less fuel than there (docs/rewards.md).
    `name` is what the trainer logs, by default "llmerm_" and the shape.
    Raises UsageError for what cannot be honoured, MissingExtraError without the compiler for C or Zig.
    """
    if language not in LANGUAGES or language == "wasm":
        raise UsageError(f"language must be a text language of {', '.join(LANGUAGES)}, not {language!r}")
    if tier not in TIERS:
        raise UsageError(f"tier must be one of {', '.join(TIERS)}, not {tier!r}")
    if limits is not None and not isinstance(limits, Limits):
        raise UsageError(f"limits must be an llmerm.Limits, not a {type(limits).__name__}")
    verify([], Dataset([""], [0]), limits=limits, threads=threads, audit_rows=audit_rows)  # it checks them
    if language in CLOCKED:
        from llmerm.compilers.zig_toolchain import find_zig

        find_zig()
    rows = chooser(dataset, column, balanced=shape == "above_baseline")
    check_shape(shape)
    return Reward(
        rows=rows,
        shape=shape,
        language=language,
        tier=tier,
        invalid=finite(invalid, "invalid"),
        limits=limits,
        threads=threads,
        audit_rows=audit_rows,
        name=f"llmerm_{name_of(shape)}" if name is None else name,
    )
