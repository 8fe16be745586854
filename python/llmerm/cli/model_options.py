"""The options of a proposer, shared by `propose` and `learn`, and the function that reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset
    from llmerm.propose import Proposer

F = TypeVar("F", bound=Callable[..., Any])

# Options that are parameters of `OpenAIProposer` under the same name.
_SETTINGS = (
    "model", "api", "base_url", "reasoning_effort", "verbosity", "temperature", "top_p", "max_output_tokens",
    "tool", "tool_rounds", "retries", "max_tokens_total", "max_cost", "prices", "prompt_file",
)  # fmt: skip

_RENAMED = {"model_seed": "seed", "proposals_in_flight": "in_flight", "request_timeout": "timeout"}
_POSITIVE = click.FloatRange(min=0, min_open=True)
_FILE = click.Path(exists=True, dir_okay=False)
_OPTIONS = (
    click.option("--model", help="Model to ask; the key is read from OPENAI_API_KEY."),
    click.option("--api", type=click.Choice(["responses", "chat"]), default="responses", show_default=True,
                 help="Responses API or Chat Completions."),
    click.option("--base-url", help="A compatible server (vLLM, llama.cpp): http://127.0.0.1:8000/v1"),
    click.option("--reasoning-effort", help="E.g. low, medium, high; sent as given."),
    click.option("--verbosity", help="E.g. low, medium, high; sent as given."),
    click.option("--temperature", type=click.FloatRange(min=0), help="Not sent by default."),
    click.option("--top-p", type=click.FloatRange(0, 1), help="Not sent by default."),
    click.option("--max-output-tokens", type=click.IntRange(min=1), default=20_000, show_default=True,
                 help="Tokens of one reply, reasoning included."),
    click.option("--model-seed", type=int, help="Sampling seed (chat only); draw i sends this seed + i."),
    click.option("--tool", type=click.Choice(["none", "hosted", "local"]), default="none", show_default=True,
                 help="Code interpreter: none, the provider's, or our sandbox over the training rows."),
    click.option("--tool-rounds", type=click.IntRange(min=1), default=8, show_default=True,
                 help="Replies with tool calls that one draw may make (local tool)."),
    click.option("--proposals-in-flight", type=click.IntRange(min=1), default=5, show_default=True,
                 help="Draws asked for at the same time."),
    click.option("--request-timeout", type=_POSITIVE, default=1200.0, show_default=True,
                 help="Seconds from sending one request to the last byte of its reply."),
    click.option("--retries", type=click.IntRange(min=0), default=5, show_default=True,
                 help="Further tries of a request after 429, 5xx, a timeout, a cut or a malformed reply."),
    click.option("--max-tokens-total", type=click.IntRange(min=1), help="Cap on the run's tokens, in + out."),
    click.option("--max-cost", type=_POSITIVE, help="Cap on the cost of the run, US dollars."),
    click.option("--prices", type=_FILE, help="TOML price table (docs/proposers.md)."),
    click.option("--prompt-file", type=_FILE, help="Jinja2 template of the prompt."),
    click.option("--extra-body", metavar="JSON", help="Object merged into each request; null removes a key."),
    click.option("--proposals", type=click.Path(dir_okay=False), help="Recorded JSONL instead of a model."),
    click.option("--files", multiple=True, metavar="PATTERN",
                 help="Program files instead of a model, e.g. 'candidates/*.py'; may be repeated."),
)  # fmt: skip


def model_options(function: F) -> F:
    """Add every option of a proposer to a click command; pass the command's keywords to `build_proposer`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def model_setting_names() -> tuple[str, ...]:
    """The options that say how a model is asked: nothing without one."""
    return (*_SETTINGS[1:], *_RENAMED, "extra_body")


def build_proposer(params: Mapping[str, Any]) -> Proposer:
    """The proposer that the options of `model_options` describe; keys it does not know are ignored.

    Exactly one of `model`, `proposals` and `files` must be given. Raises UsageError otherwise, or for
    settings that contradict each other, and DataError for recorded proposals or files that cannot be read.
    """
    from llmerm.propose import FileProposals, OpenAIProposer, RecordedProposals
    from llmerm.propose.config import extra_body_of

    given = [name for name in ("model", "proposals", "files") if params.get(name)]
    if len(given) != 1:
        got = " and ".join(f"--{name}" for name in given) or "none of them"
        raise UsageError(f"give exactly one of --model, --proposals and --files; got {got}")
    if params.get("proposals"):
        return RecordedProposals(params["proposals"])
    if params.get("files"):
        return FileProposals(params["files"])
    settings = {name: params[name] for name in _SETTINGS if params.get(name) is not None}
    for option, name in _RENAMED.items():
        if params.get(option) is not None:
            settings[name] = params[option]
    if params.get("extra_body"):
        settings["extra_body"] = extra_body_of(params["extra_body"])
    return OpenAIProposer(**settings)


def plan_of(proposer: Proposer, train: Dataset, k: int, language: str) -> dict[str, Any]:
    """What `--dry-run` shows: estimated tokens and cost of `k` draws, as a JSON-able dict. Sends nothing.

    Recorded proposals, files and enumeration cost nothing: their plan has the same keys with zeros.
    """
    from llmerm.enumeration import CombinedProposer
    from llmerm.propose import OpenAIProposer
    from llmerm.propose.budget import free_plan

    if isinstance(proposer, CombinedProposer):
        proposer = proposer.other
    if isinstance(proposer, OpenAIProposer):
        return proposer.plan(train, k, language=language)
    return free_plan(proposer.name, k)


def plan_text(plan: Mapping[str, Any]) -> str:
    """A plan as lines for a person; every number with its unit, estimates called estimates."""
    from llmerm.propose.budget import plan_lines

    return "\n".join(plan_lines(plan))
