"""A Hugging Face model run in this process: the prompts that a server gets, its replies read alike."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForCausalLM, GenerationConfig, StoppingCriteria, StoppingCriteriaList

from llmerm.baselines.in_context.labels import whole
from llmerm.baselines.in_context.model import RECORD, Answer
from llmerm.baselines.job import Job
from llmerm.baselines.neural.recipe import device_of
from llmerm.baselines.pretrained import Pretrained, context_of
from llmerm.baselines.settings import InContext
from llmerm.errors import DataError
from llmerm.propose.records import RunRecord
from llmerm.propose.wire import Reply, Usage

_OUTPUT = 256  # tokens of a reply: a label and some words; a model that thinks needs more


class LocalModel:
    """The model of a folder. A reply ends where the model ends it, or with the label that was asked for."""

    price = None

    def __init__(self, settings: InContext, job: Job, example: str) -> None:
        assert settings.model_path is not None
        self._settings, self._job = settings, job
        pretrained = Pretrained(settings.model_path)
        self._device = device_of(settings.device)
        bf16 = settings.precision == "bf16" or (settings.precision == "auto" and self._device.type == "cuda")
        self._tokenizer = pretrained.tokenizer()
        self._model = pretrained.model(AutoModelForCausalLM, torch.bfloat16 if bf16 else torch.float32)
        self._model.to(self._device)
        # Nothing of the sampling that the model's makers prefer is kept: only where a reply ends.
        ends = self._model.generation_config.eos_token_id
        ends = self._tokenizer.eos_token_id if ends is None else ends
        self._ends = [ends] if isinstance(ends, int) else list(ends or [])
        self._most = settings.max_output_tokens or _OUTPUT
        self._model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
            eos_token_id=self._ends or None, pad_token_id=self._ends[0] if self._ends else 0
        )
        self.facts: dict[str, Any] = {
            "model": settings.model_path,
            "max_output_tokens": self._most,
            "parameters": sum(p.numel() for p in self._model.parameters()),
            "chat_template": self._tokenizer.chat_template is not None,
            "precision": "bf16" if bf16 else "fp32",
        }
        self._identity = {
            "identity": {
                "model": pretrained.identity(),
                "prompt_sha256": hashlib.sha256(self._wrapped(example).encode()).hexdigest(),
                "sampling": [settings.temperature, settings.top_p, self._most, job.seed],
            }
        }

    def ask(self, prompts: Mapping[str, str]) -> Iterator[Answer]:
        """The replies, in order. Raises DataError for a prompt that the model cannot read whole."""
        tokens = {name: self._tokens(prompt) for name, prompt in prompts.items()}
        self._check([*tokens.values()])
        shared, cache = _common([*tokens.values()]), None
        with RunRecord(self._job.folder, self._identity, name=RECORD) as records:
            for i, (name, ids) in enumerate(tokens.items()):
                record = records.draw(name)
                raw = record.reply(0)
                if raw is None:
                    record.request(0, {"prompt": self._wrapped(prompts[name])})
                    if cache is None:
                        cache = self._read(ids[:shared])
                    raw = self._reply(ids, cache, i, self._opened(prompts[name]))
                    record.save_reply(0, raw)
                yield Answer(name, _as_reply(raw))

    def _wrapped(self, prompt: str) -> str:
        """The prompt as the model's chat template has it: one user message; as it is without a template."""
        if self._tokenizer.chat_template is None:
            return prompt
        text: str = self._tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
        )
        return text

    def _tokens(self, prompt: str) -> list[int]:
        with_special = self._tokenizer.chat_template is None  # a template has its own
        ids: list[int] = self._tokenizer(self._wrapped(prompt), add_special_tokens=with_special)["input_ids"]
        return ids

    def _opened(self, prompt: str) -> str:
        """The beginning of the reply that stands in the prompt: some templates open the model's thinking."""
        return "<think>" if self._wrapped(prompt).rstrip().endswith("<think>") else ""

    def _check(self, tokens: list[list[int]]) -> None:
        limit, longest = context_of(self._model), max(map(len, tokens), default=0)
        if limit is not None and longest + self._most > limit:
            raise DataError(
                f"a prompt of {longest:,} tokens and {self._most:,} of its reply (max_output_tokens) do not "
                f"fit the model, which reads {limit:,}: give fewer labels, or another model"
            )

    def _read(self, ids: list[int]) -> Any:
        """The model's memory of what all prompts begin with, the shots: read once, not once a query.

        Without the head: its scores of 20,000 tokens by 150,000 words would be larger than the model.
        """
        if not ids:
            return None
        with torch.no_grad():
            read = self._model.base_model(torch.tensor([ids], device=self._device), use_cache=True)
        return getattr(read, "past_key_values", None)  # recurrent models have none

    def _reply(self, ids: list[int], cache: Any, query: int, opened: str) -> bytes:
        """Sample one reply; as JSON."""
        given = torch.tensor([ids], device=self._device)  # (1, time)
        sampled = self._settings.temperature > 0
        chosen: dict[str, Any] = {"do_sample": sampled}
        if sampled:
            chosen |= {"temperature": self._settings.temperature, "top_p": self._settings.top_p, "top_k": 0}
        with torch.no_grad(), _seeded(self._device, self._job.seed, query):
            found = self._model.generate(
                given,
                attention_mask=torch.ones_like(given),
                past_key_values=copy.deepcopy(cache),
                max_new_tokens=self._most,
                stopping_criteria=StoppingCriteriaList([_Answered(self._tokenizer, len(ids), opened)]),
                **chosen,
            )
        said = found[0, len(ids) :].tolist()
        ended = bool(said) and said[-1] in self._ends
        text = opened + self._tokenizer.decode(said[:-1] if ended else said, skip_special_tokens=False)
        status = "ok" if ended or whole(text) else "truncated"
        document = {"text": text, "status": status, "input_tokens": len(ids), "output_tokens": len(said)}
        return json.dumps(document).encode()


class _Answered(StoppingCriteria):
    """Stops a reply that has said its label: a model without a chat template would go on for ever."""

    def __init__(self, tokenizer: Any, start: int, opened: str) -> None:
        self._tokenizer, self._start, self._opened = tokenizer, start, opened

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        said = input_ids[0, self._start :]
        closed = "}" in self._tokenizer.decode(said[-1:])  # nothing else can complete an object
        done = closed and whole(self._opened + self._tokenizer.decode(said))
        return torch.tensor([done], device=input_ids.device)


def _common(tokens: list[list[int]]) -> int:
    """Tokens with which all prompts begin; each keeps one at least to be read with it."""
    if not tokens:
        return 0
    low, high = min(tokens), max(tokens)
    same = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return max(0, min(same, *(len(ids) - 1 for ids in tokens)))


def _as_reply(raw: bytes) -> Reply:
    document = json.loads(raw)
    usage = Usage(document["input_tokens"], document["output_tokens"])
    return Reply(document["status"], document["text"], usage=usage)


@contextmanager
def _seeded(device: torch.device, seed: int, query: int) -> Iterator[None]:
    """PyTorch's generators at a query's own seed, whichever queries came before; their state is restored."""
    value = int(np.random.SeedSequence([seed, query]).generate_state(1, np.uint64)[0])
    on_gpu = device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if on_gpu else []):
        torch.default_generator.manual_seed(value)
        if on_gpu:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(value)
        yield
