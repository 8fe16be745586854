"""The baseline `finetune`: a pretrained decoder of the user's with a new head, some or all of it trained."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import nn
from transformers import AutoModel
from transformers.pytorch_utils import Conv1D

from llmerm.baselines.job import Job
from llmerm.baselines.neural.model import Decoder
from llmerm.baselines.neural.network import Trained, classes_of, outputs_for
from llmerm.baselines.neural.recipe import Defaults, recipe, seeded
from llmerm.baselines.neural.row_tokens import RowTokens
from llmerm.baselines.neural.training import Trainer
from llmerm.baselines.pretrained import Pretrained, context_of
from llmerm.baselines.settings import Finetune
from llmerm.errors import UsageError

DEFAULTS = {
    "top": Defaults(epochs=1000, batch=20, lr=5e-3, lr_end=1e-3),  # LLM-ERM
    "full": Defaults(epochs=200, batch=20, lr=1e-5, lr_end=1e-6),  # as from scratch
    "lora": Defaults(epochs=200, batch=20, lr=2e-4, lr_end=2e-5),
}
# Plain causal attention, for which our kernel needs no mask. Others (ALiBi, windows) take the library's own.
_PLAIN = {"llama", "qwen2", "qwen3", "gpt2", "gpt_neox"}


def fit(job: Job, settings: Finetune) -> Trained:
    """Fine-tune the model on the job's rows."""
    assert settings.model_path is not None
    pretrained = Pretrained(settings.model_path)
    plan = recipe(settings, DEFAULTS[settings.tune], len(job.rows))
    backbone = _backbone(pretrained)
    encode = RowTokens(
        pretrained.tokenizer(),
        settings.tokens,
        size=backbone.get_input_embeddings().num_embeddings,
        most=context_of(backbone),
    )
    width = backbone.config.get_text_config(decoder=True).hidden_size
    with seeded(job.seed):
        model = Decoder(backbone, width, outputs_for(classes_of(job.rows)))
        tuned = _choose(model, settings)
    trainer = Trainer(
        model,
        encode,
        job,
        plan,
        every=settings.checkpoint_every,
        save_weights=settings.save_weights,
    )
    identity = json.dumps(pretrained.identity(), sort_keys=True).encode()
    trainer.fitted.facts.update(
        {
            "model_type": backbone.config.model_type,
            "model_sha256": hashlib.sha256(identity).hexdigest(),
            "tune": settings.tune,
            **tuned,
            "tokens": encode.how,
        }
    )
    return trainer.run()


def _backbone(pretrained: Pretrained) -> Any:
    """The model without its head, in float32 and without dropout: its masks would not survive a resume."""
    config = pretrained.config()
    text = config.get_text_config(decoder=True)
    for name, value in text.to_dict().items():
        if "drop" in name and isinstance(value, float):
            setattr(text, name, 0.0)
    plain = config.model_type in _PLAIN and not getattr(config, "use_sliding_window", False)
    return pretrained.model(
        AutoModel,
        torch.float32,
        config=config,
        attn_implementation="llmerm_causal" if plain else "eager",
    )


def blocks_of(backbone: nn.Module) -> nn.ModuleList:
    """The transformer blocks, from the first: the list that is as long as the model is deep.

    Raises UsageError when there is none.
    """
    config: Any = backbone.config
    lists = [module for module in backbone.modules() if isinstance(module, nn.ModuleList)]
    depth = config.get_text_config(decoder=True).num_hidden_layers
    found = [each for each in lists if len(each) == depth]
    if not found:
        raise UsageError(f"cannot find the blocks of a {config.model_type} model: use --tune full or lora")
    return max(found, key=lambda each: sum(p.numel() for p in each.parameters()))


def _choose(model: Decoder, settings: Finetune) -> dict[str, Any]:
    """Freeze what is not trained, or put adapters in; says what was chosen."""
    if settings.tune == "full":
        return {}
    model.backbone.requires_grad_(False)
    if settings.tune == "lora":
        return _adapt(model.backbone, settings)
    blocks = blocks_of(model.backbone)
    if settings.blocks > len(blocks):
        raise UsageError(f"the model has {len(blocks)} blocks; give --blocks {len(blocks)} at most")
    for block in blocks[len(blocks) - settings.blocks :]:
        block.requires_grad_()
    return {"blocks": settings.blocks}


def _adapt(backbone: nn.Module, settings: Finetune) -> dict[str, Any]:
    """LoRA adapters at all linear layers (Hu et al., arXiv 2106.09685); they are all that is trained."""
    alpha = settings.alpha or 2 * settings.rank
    transposed = any(isinstance(module, Conv1D) for module in backbone.modules())  # GPT-2's linear layers
    inject_adapter_in_model(
        LoraConfig(
            r=settings.rank,
            lora_alpha=alpha,
            lora_dropout=0.0,
            target_modules="all-linear",
            fan_in_fan_out=transposed,
        ),
        backbone,
    )
    return {"rank": settings.rank, "alpha": alpha}
