"""A Hugging Face model in a folder of the user's: checked, and loaded without the network or foreign code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoTokenizer
from transformers.utils import logging

from llmerm.errors import UsageError
from llmerm.stream.identity import fingerprint

# Any one of these holds a vocabulary. Without one, transformers makes an empty tokenizer for some models.
_VOCABULARIES = (
    "tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model", "sentencepiece.bpe.model",
    "tekken.json",
)  # fmt: skip


class Pretrained:
    """The folder of one model. Raises UsageError when it holds none."""

    def __init__(self, path: str) -> None:
        self.folder = Path(path).expanduser()
        if not self.folder.is_dir():
            raise UsageError(
                f"model_path {path!r} is no folder; give the folder of a Hugging Face model (config.json, "
                "*.safetensors and a tokenizer), downloaded before"
            )
        self._weights = sorted(self.folder.glob("*.safetensors"))
        for found, what in (
            ((self.folder / "config.json").is_file(), "config.json, so it is no Hugging Face model"),
            (self._weights, "*.safetensors; save the model with save_pretrained, which writes that format"),
            (any((self.folder / name).is_file() for name in _VOCABULARIES), "tokenizer (tokenizer.json)"),
        ):
            if not found:
                raise UsageError(f"{self.folder} has no {what}")

    def identity(self) -> dict[str, Any]:
        """What the model is known by: hashes of its small files, and of size and ends of the large ones."""
        small = [p for p in sorted(self.folder.iterdir()) if p.name in {"config.json", *_VOCABULARIES}]
        return {
            "sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in small},
            "weights": fingerprint(self._weights, {"files": [path.name for path in self._weights]}),
        }

    def tokenizer(self) -> Any:
        """The tokenizer. Raises UsageError when it cannot be read."""
        with _quiet(), self._explained("tokenizer"):
            return AutoTokenizer.from_pretrained(self.folder, local_files_only=True, trust_remote_code=False)

    def config(self) -> Any:
        """The model's configuration, of a class of transformers'. Raises UsageError when it has none."""
        with _quiet(), self._explained("config.json"):
            return AutoConfig.from_pretrained(self.folder, local_files_only=True, trust_remote_code=False)

    def model(self, kind: Any, dtype: torch.dtype, **given: Any) -> Any:
        """The model as `kind`, one of transformers' Auto classes, on the CPU, for evaluation.

        `given` goes to its `from_pretrained`: a config, how attention is computed. Raises UsageError when it
        cannot be read, lacks a weight, or is no decoder.
        """
        with _quiet(), self._explained("model"):
            model, info = kind.from_pretrained(
                self.folder,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                dtype=dtype,
                output_loading_info=True,
                **given,
            )
            causal = _causal(model)
        if not causal:
            raise UsageError(
                f"{self.folder} holds a {model.config.model_type} model, which is no decoder: it reads what "
                "follows a token; give a decoder (Llama, Qwen, GPT-2, ...)"
            )
        missing = sorted(info["missing_keys"])
        if missing:
            raise UsageError(
                f"the weights in {self.folder} lack {len(missing)} that the model has ({missing[0]}, ...): "
                "it is incomplete, or of another kind than its config.json says"
            )
        return model.eval()

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Whatever transformers raises for files that it cannot use, as ours."""
        try:
            yield
        except Exception as error:  # transformers, tokenizers and safetensors have no common one
            first = (str(error).strip() or type(error).__name__).partition("\n")[0]
            raise UsageError(f"the {what} in {self.folder} cannot be loaded: {first}") from error


def context_of(model: Any) -> int | None:
    """Most tokens that the model can read; None without a limit."""
    config = model.config.get_text_config(decoder=True)
    limit = getattr(config, "max_position_embeddings", None)
    return limit if isinstance(limit, int) and limit > 0 else None


def _causal(model: nn.Module) -> bool:
    """Whether what the model says of a token depends on no later one, as it must in a decoder.

    Seen from the gradient of the first token's output: exactly 0 at the later ones.
    """
    config: Any = model.config
    if getattr(config, "is_encoder_decoder", False):
        return False
    embedding: Any = model.get_input_embeddings()  # type: ignore[operator]
    inputs = embedding(torch.zeros(1, 4, dtype=torch.long)).detach().requires_grad_()  # (1, 4, width)
    first = model.eval()(inputs_embeds=inputs)[0][0, 0, 0]
    (gradient,) = torch.autograd.grad(first, inputs)
    return not bool(gradient[:, 1:].any())


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no reports of weights that are not needed; the caller's choice is restored."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
