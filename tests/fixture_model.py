"""Tiny decoders with random weights and byte-level tokenizers, saved as a user's model folder would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    BloomConfig,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    PretrainedConfig,
    PreTrainedTokenizerFast,
    Qwen3Config,
)
from transformers.utils import logging

CHAT = (
    "{% for message in messages %}<user>{{ message.content }}</user>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
_WIDE = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 16,
}
FAMILIES: dict[str, Any] = {
    "llama": lambda **given: LlamaConfig(**_WIDE, num_hidden_layers=3, **given),
    "qwen3": lambda **given: Qwen3Config(**_WIDE, num_hidden_layers=3, **given),
    "gpt2": lambda max_position_embeddings, **given: GPT2Config(
        n_embd=32, n_layer=3, n_head=2, n_positions=max_position_embeddings, **given
    ),
    "bloom": lambda max_position_embeddings, **given: BloomConfig(
        hidden_size=32, n_layer=3, n_head=2, **given
    ),
    "gpt_neox": lambda **given: GPTNeoXConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2, **given
    ),
}


def tokenizer(folder: Path, text: str, *, merges: int = 0, chat: str | None = None) -> Any:
    """Save a byte-level tokenizer with merges learnt from a text; without any, one token a byte."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + 1 + merges,
        special_tokens=["<s>"],
        initial_alphabet=alphabet,
        show_progress=False,
    )
    bpe.train_from_iterator([text], trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=bpe, bos_token="<s>", eos_token="<s>")
    made.chat_template = chat
    made.save_pretrained(folder)
    return made


def pretrained(
    folder: Path, family: str = "llama", *, merges: int = 0, context: int = 128, chat: str | None = None
) -> Path:
    """A model folder: config.json, model.safetensors and a tokenizer. Returns it."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        made = tokenizer(folder, "0101 0011 1001 0110 1111 0000", merges=merges, chat=chat)
        shape = {"vocab_size": len(made), "max_position_embeddings": context}
        config: PretrainedConfig = FAMILIES[family](
            **shape, bos_token_id=0, eos_token_id=0, pad_token_id=None
        )
        save(folder, config)
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
    return folder


def save(folder: Path, config: PretrainedConfig) -> None:
    """Save random weights of an architecture, the same for the same architecture."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    assert AutoConfig.from_pretrained(folder).model_type == config.model_type
