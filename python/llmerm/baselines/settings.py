"""The settings of every method, with the papers' values as defaults where they name any.

A field's metadata is its help; the command line makes one option of each.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from llmerm.errors import UsageError


def option(
    default: Any,
    help: str,
    *,
    choices: tuple[str, ...] = (),
    least: float | None = None,
    above: float | None = None,
    kind: type | None = None,
) -> Any:
    """A field with its help and what it may be; `kind` is the type of a value whose default is None."""
    kind = type(default) if kind is None else kind
    bounds = {"choices": choices, "least": least, "above": above}
    return field(default=default, metadata={"help": help, "kind": kind, **bounds})


@dataclass(frozen=True)
class Settings:
    """Base of all settings: checks each field against what its metadata allows."""

    unrecorded: ClassVar[frozenset[str]] = frozenset()
    """Settings that change nothing about the result: a resumed run may have others."""

    def __post_init__(self) -> None:
        for each in dataclasses.fields(self):
            value = getattr(self, each.name)
            if value is not None:
                _check(each.name, value, each.metadata)


def _check(name: str, value: Any, allowed: Mapping[str, Any]) -> None:
    kind, choices, least, above = (allowed[key] for key in ("kind", "choices", "least", "above"))
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise UsageError(f"{name} is a {kind.__name__}, not {value!r}")
    if kind is float and not math.isfinite(value):
        raise UsageError(f"{name} is a finite number, not {value!r}")
    if choices and value not in choices:
        raise UsageError(f"{name} is one of {', '.join(choices)}, not {value!r}")
    if least is not None and not value >= least:
        raise UsageError(f"{name} is at least {least}, not {value!r}")
    if above is not None and not value > above:
        raise UsageError(f"{name} is above {above}, not {value!r}")


def build(kind: type[Settings], given: dict[str, Any]) -> Settings:
    """Settings from keywords. Raises UsageError for an unknown name or a value that is not allowed."""
    known = [each.name for each in dataclasses.fields(kind)]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise UsageError(f"no setting {unknown[0]!r}; the settings are {', '.join(known)}")
    return kind(**given)


@dataclass(frozen=True)
class Training(Settings):
    """What every network is trained with. None: the default of its size or kind (docs/baselines.md)."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"checkpoint_every", "save_weights"})

    epochs: int | None = option(None, "Passes over the rows.", kind=int, least=1)
    batch: int | None = option(None, "Rows a step.", kind=int, least=1)
    lr: float | None = option(None, "Learning rate at the start.", kind=float, above=0)
    lr_end: float | None = option(None, "Learning rate at the end of the cosine.", kind=float, least=0)
    weight_decay: float = option(1e-5, "Weight decay of AdamW.", least=0)
    clip: float = option(1.0, "Gradient norm that steps are clipped to.", above=0)
    device: str = option("auto", "cpu, cuda, cuda:1, ...; auto takes a GPU when there is one.")
    precision: str = option(
        "auto",
        "Arithmetic: bf16 (weights stay float32) or fp32; auto is bf16 on a GPU.",
        choices=("auto", "bf16", "fp32"),
    )
    compile: str = option(
        "auto", "torch.compile; auto compiles on a GPU, but no LSTM.", choices=("auto", "yes", "no")
    )
    stop: str = option(
        "never",
        "When to stop early: at 100 % training accuracy, or when the held-out rows say so.",
        choices=("never", "fitted", "heldout"),
    )
    patience: int = option(10, "Evaluations without a better held-out accuracy before stopping.", least=1)
    evaluate_every: int | None = option(
        None, "Epochs between two points of the curve; a fiftieth of all unless given.", kind=int, least=1
    )
    curve_rows: int = option(1000, "Training and test rows that a point of the curve looks at.", least=1)
    checkpoint_every: float = option(60.0, "Least seconds between two checkpoints.", least=0)
    save_weights: bool = option(False, "Keep the trained weights in the run folder (weights.safetensors).")


SIZES = ("tiny", "bloom-75m", "llama-3.2-1b", "deepseek-coder-1.3b", "qwen3-1.7b")


@dataclass(frozen=True)
class Transformer(Training):
    """A decoder from scratch."""

    size: str = option("tiny", "Architecture.", choices=SIZES)


@dataclass(frozen=True)
class Recurrent(Training):
    """A recurrent network from scratch."""

    cell: str = option(
        "lstm", "LSTM, or a linear recurrence with eigenvalues in (-1, 1).", choices=("lstm", "linear")
    )
    width: int = option(128, "Units of a layer.", least=1)
    layers: int = option(2, "Layers.", least=1)


@dataclass(frozen=True)
class Finetune(Training):
    """A pretrained decoder on disk, fine-tuned."""

    model_path: str | None = option(None, "Folder of a Hugging Face model.", kind=str)
    tune: str = option(
        "top",
        "What is trained, beside a new head: the top blocks, all weights, or LoRA adapters.",
        choices=("top", "full", "lora"),
    )
    blocks: int = option(
        8, "Blocks from the top that are trained (tune=top); the papers: 8, 4 and 2.", least=1
    )
    rank: int = option(16, "Rank of the adapters (tune=lora).", least=1)
    alpha: int | None = option(
        None,
        "Adapters are scaled by alpha / rank; twice the rank unless given (tune=lora).",
        kind=int,
        least=1,
    )
    tokens: str = option(
        "auto",
        "A row's tokens: its characters, or as the tokenizer joins them; auto joins records and reals.",
        choices=("auto", "characters", "joined"),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.model_path is None:
            raise UsageError("give the folder of the model to fine-tune (--model-path)")


@dataclass(frozen=True)
class InContext(Settings):
    """A prompted model: 200 shots, 100 queries, as in the papers."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({
        "base_url", "retries", "in_flight", "timeout", "max_tokens_total", "max_cost", "prices",
    })  # fmt: skip

    model: str | None = option(None, "Model to ask; the key is read from OPENAI_API_KEY.", kind=str)
    model_path: str | None = option(
        None, "Folder of a Hugging Face model, run here instead of asking a server.", kind=str
    )
    api: str = option("responses", "Responses API or Chat Completions.", choices=("responses", "chat"))
    base_url: str | None = option(None, "A compatible server: http://127.0.0.1:8000/v1", kind=str)
    queries: int = option(100, "First rows of a set to ask for, one request each.", least=1)
    temperature: float = option(0.2, "Sampling temperature.", least=0)
    top_p: float = option(0.95, "Nucleus of the sampling.", above=0)
    reasoning_effort: str | None = option(None, "E.g. low, medium, high; sent as given.", kind=str)
    max_output_tokens: int | None = option(
        None, "Tokens of one reply, reasoning included; 20,000 of a server, 256 of a model here.", kind=int,
        least=1,
    )  # fmt: skip
    extra_body: str | None = option(
        None, "JSON object merged into each request; null removes a key.", kind=str
    )
    prompt_file: str | None = option(None, "Jinja2 template of the prompt.", kind=str)
    retries: int = option(5, "Further tries of a request that failed in a way that may pass.", least=0)
    in_flight: int = option(5, "Requests under way at the same time.", least=1)
    timeout: float = option(1200.0, "Seconds from sending a request to the end of its reply.", above=0)
    max_tokens_total: int | None = option(
        None, "Cap on the tokens of the run, in and out.", kind=int, least=1
    )
    max_cost: float | None = option(None, "Cap on the cost of the run, US dollars.", kind=float, above=0)
    prices: str | None = option(None, "TOML price table (docs/proposers.md).", kind=str)
    device: str = option("auto", "Of a model here: cpu, cuda, cuda:1, ...; auto takes a GPU if there is one.")
    precision: str = option(
        "auto",
        "Arithmetic of a model here: bf16 or fp32; auto is bf16 on a GPU.",
        choices=("auto", "bf16", "fp32"),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.model is None) == (self.model_path is None):
            raise UsageError(
                "give a model to ask (--model) or the folder of one to run here (--model-path): "
                + ("neither was given" if self.model is None else "not both")
            )
        if self.top_p > 1:
            raise UsageError(f"top_p is at most 1, not {self.top_p!r}")


@dataclass(frozen=True)
class Classical(Settings):
    """A learner of scikit-learn's kind, with the papers' grid."""

    grid: str = option(
        "paper",
        "Settings to choose from by cross-validation: the papers', or none (the library's own defaults).",
        choices=("paper", "none"),
    )
    folds: int = option(5, "Folds of the cross-validation.", least=2)


@dataclass(frozen=True)
class GeneticProgramming(Settings):
    """Evolution of Boolean trees."""

    population: int = option(500, "Trees of a generation.", least=2)
    generations: int = option(80, "Generations.", least=1)
    height: int = option(17, "Greatest height of a tree.", least=1)
