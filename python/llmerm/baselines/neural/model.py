"""The transformer: a decoder of a published architecture with random weights, and a head on its last token.

The architectures are those of the `transformers` library, made from their configuration classes; a size is
one line of the table below. Only the vocabulary is ours: a few symbols and BOS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import (
    AttentionInterface,
    AutoModel,
    BloomConfig,
    LlamaConfig,
    PretrainedConfig,
    Qwen3Config,
)

from llmerm.baselines.neural.embedding import suited
from llmerm.baselines.neural.recipe import Defaults

_PAPER = Defaults(epochs=200, batch=20, lr=1e-5, lr_end=1e-6)  # from scratch on 200 labels (LLM-ERM)


@dataclass(frozen=True)
class Size:
    """One architecture and how it is trained unless told otherwise."""

    config: Callable[..., PretrainedConfig]  # of vocab_size=
    shape: dict[str, object]
    defaults: Defaults
    attention: str = "llmerm_causal"


SIZES: dict[str, Size] = {
    "tiny": Size(  # about 1M parameters, for a CPU
        LlamaConfig,
        {"hidden_size": 128, "intermediate_size": 352, "num_hidden_layers": 5, "num_attention_heads": 4},
        Defaults(epochs=200, batch=20, lr=1e-3, lr_end=1e-4),
    ),
    "bloom-75m": Size(  # the papers' model for up to 100,000 labels
        BloomConfig,
        {"hidden_size": 512, "n_layer": 24, "n_head": 8, "hidden_dropout": 0.0, "attention_dropout": 0.0},
        Defaults(epochs=1000, batch=256, lr=1e-5, lr_end=1e-6),
        attention="eager",  # ALiBi adds to the scores
    ),
    "llama-3.2-1b": Size(
        LlamaConfig,
        {
            "hidden_size": 2048,
            "intermediate_size": 8192,
            "num_hidden_layers": 16,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "head_dim": 64,
            "rms_norm_eps": 1e-5,
            "max_position_embeddings": 131_072,
            "rope_parameters": {
                "rope_type": "llama3",
                "rope_theta": 500_000.0,
                "factor": 32.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
            },
        },
        _PAPER,
    ),
    "deepseek-coder-1.3b": Size(
        LlamaConfig,
        {
            "hidden_size": 2048,
            "intermediate_size": 5504,
            "num_hidden_layers": 24,
            "num_attention_heads": 16,
            "max_position_embeddings": 16_384,
            "rope_parameters": {"rope_type": "linear", "rope_theta": 100_000.0, "factor": 4.0},
        },
        _PAPER,
    ),
    "qwen3-1.7b": Size(
        Qwen3Config,
        {
            "hidden_size": 2048,
            "intermediate_size": 6144,
            "num_hidden_layers": 28,
            "num_attention_heads": 16,
            "num_key_value_heads": 8,
            "head_dim": 128,
            "max_position_embeddings": 40_960,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1_000_000.0},
        },
        _PAPER,
    ),
}


def causal(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: None, *, scaling: float, **_: object
) -> tuple[Tensor, None]:
    """Causal attention without a mask in memory; query (batch, heads, time, head), others fewer heads.

    The library's own way makes a mask when it is compiled, and no kernel for attention that takes one is as
    fast.
    """
    out = F.scaled_dot_product_attention(
        query, key, value, is_causal=True, scale=scaling, enable_gqa=True
    )  # (batch, heads, time, head)
    return out.transpose(1, 2).contiguous(), None  # (batch, time, heads, head)


AttentionInterface.register("llmerm_causal", causal)


class Decoder(nn.Module):
    """A causal backbone that reads a row, and a linear head that reads the backbone's last state."""

    def __init__(self, backbone: nn.Module, width: int, outputs: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(width, outputs)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Tensor, last: Tensor) -> Tensor:
        """Logits of rows; `last` is the position of each row's last token, and what follows is padding."""
        states = self.backbone(input_ids=ids, use_cache=False).last_hidden_state  # (batch, time, width)
        rows = torch.arange(len(ids), device=ids.device)  # (batch,)
        read = states[rows, last]  # (batch, width)
        logits: Tensor = self.head(read.to(self.head.weight.dtype))  # (batch, outputs)
        return logits


def decoder(size: str, vocabulary: int, outputs: int) -> Decoder:
    """A decoder with random weights, drawn from PyTorch's generator of the CPU."""
    config = SIZES[size].config(
        vocab_size=vocabulary, bos_token_id=None, eos_token_id=None, pad_token_id=None, **SIZES[size].shape
    )
    backbone = AutoModel.from_config(config, attn_implementation=SIZES[size].attention)  # type: ignore[no-untyped-call]
    backbone.set_input_embeddings(suited(backbone.get_input_embeddings()))
    return Decoder(backbone, config.hidden_size, outputs)


def flops_per_row(model: Decoder, time: int) -> float:
    """Floating-point operations of one training row of `time` tokens, forward and backward.

    6 a parameter and token, without the embedding, and 12 * layers * time * (heads * head size) a token for
    attention scores and their use, counted in full as is usual although half is masked (PaLM,
    arXiv 2204.02311, appendix B).
    """
    backbone: Any = model.backbone
    config = backbone.config
    embedding = backbone.get_input_embeddings().weight.numel()
    parameters = sum(p.numel() for p in model.parameters()) - embedding
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    attention = 12 * config.num_hidden_layers * time * config.num_attention_heads * head
    return float(time * (6 * parameters + attention))
