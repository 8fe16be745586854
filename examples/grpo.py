"""Train a code model with TRL's GRPO on the verifier's reward: programs that explain labelled rows.

Needs `pip install trl` beside llmerm. One prompt a task, each with its own training rows; the trainer's
column "task" says which rows judge a completion. Without --model, a tiny random model on the CPU takes two
steps: it learns nothing, and shows that everything fits together.

    python examples/grpo.py [--model Qwen/Qwen2.5-Coder-0.5B-Instruct] [--steps 200]
"""

from __future__ import annotations

import argparse
from typing import Any

import llmerm
from datasets import Dataset as Prompts
from llmerm.propose.prompting import render
from trl import GRPOConfig, GRPOTrainer

TASKS = ("parity_all", "parity_first_half", "pattern_alternating")


def main() -> None:
    """Train, and print what the trainer logged of the reward."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--model", help="a model's name or folder")
    parser.add_argument("--steps", type=int, default=2)
    chosen = parser.parse_args()

    # Only training rows: what the reward looks at is learnt from.
    rows = {name: llmerm.task(name, n=20).split(train=200, heldout=0, seed=0).train for name in TASKS}
    prompts = Prompts.from_list(
        [
            {"task": name, "prompt": [{"role": "user", "content": render(train[:30])}]}
            for name, train in rows.items()
        ]
    )
    reward = llmerm.reward(rows, column="task", shape="above_baseline", invalid=-0.1)
    model, tokenizer = (chosen.model, None) if chosen.model else tiny()
    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        reward_funcs=reward,
        train_dataset=prompts,
        args=GRPOConfig(
            output_dir="grpo-output",
            max_steps=chosen.steps,
            per_device_train_batch_size=4,
            num_generations=4,
            max_completion_length=512 if chosen.model else 32,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            use_cpu=not chosen.model,
            bf16=bool(chosen.model),
        ),
    )
    trainer.train()
    for step in trainer.state.log_history:
        print({name: value for name, value in step.items() if "reward" in name})


def tiny() -> tuple[Any, Any]:
    """A model of random weights and a tokenizer of bytes, made here: nothing is downloaded."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = ["<end>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    bytewise = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(letters)}, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bytewise, eos_token="<end>", pad_token="<end>")
    tokenizer.chat_template = "{% for m in messages %}{{ m.content }}\n{% endfor %}"
    shape = LlamaConfig(
        vocab_size=len(letters),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
    )
    return LlamaForCausalLM(shape), tokenizer


if __name__ == "__main__":
    main()
