"""The methods of `llmerm compare`: `learn` with the options of a proposer, and the baselines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from llmerm.cli.model_options import build_proposer, model_options
from llmerm.cli.proposer_options import proposer_of, proposer_options, search_settings
from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.comparison import Draw, Learner, ProgramLearner, Spec
    from llmerm.propose import Proposer

_SOURCES = ("model", "proposals", "files")
# What of a model's settings decides what it proposes; the others say how it is asked.
_DECISIVE = (
    "model", "api", "reasoning_effort", "verbosity", "temperature", "top_p", "max_output_tokens",
    "model_seed", "tool", "tool_rounds", "extra_body",
)  # fmt: skip


def learn_options(function: Any) -> Any:
    """Add the options of `learn`: they hold for each `learn` in --methods, which may override them."""
    options = (
        click.option(
            "-k",
            type=click.IntRange(min=1),
            help="Candidates `learn` draws.  [default: 5, or all that are recorded]",
        ),
        click.option(
            "--language", default="python", show_default=True, help="Language `learn` asks a model for."
        ),
        click.option(
            "--threads",
            type=click.IntRange(min=1),
            help="Threads `learn` verifies with.  [default: all cores]",
        ),
    )
    function = proposer_options(model_options(function))
    for option in reversed(options):
        function = option(function)
    return function


def learners_of(text: str, params: Mapping[str, Any]) -> list[Learner]:
    """The rows that --methods names. Raises UsageError for methods, settings and options that are wrong."""
    from llmerm.comparison import BaselineLearner, specs_of
    from llmerm.comparison.specs import LEARN

    specs = specs_of(text)
    of_learn = (*_SOURCES, "proposer", "k")
    if all(spec.method != LEARN for spec in specs) and any(params[name] for name in of_learn):
        raise UsageError(
            "--model, --proposals, --files, --proposer and -k are for `learn`, which --methods does not name"
        )
    return [
        _learn(spec, params) if spec.method == LEARN else BaselineLearner.of(spec, params["fit_on"])
        for spec in specs
    ]


def _learn(spec: Spec, params: Mapping[str, Any]) -> ProgramLearner:
    from llmerm.comparison import ProgramLearner

    given = _typed(spec)
    inherited = dict(params)
    if any(name in given for name in _SOURCES):
        inherited |= {"model": None, "proposals": None, "files": ()}
        inherited["proposer"] = None if inherited["proposer"] == "enumerate" else inherited["proposer"]
    kind = (inherited | given)["proposer"] or "llm"
    if kind == "enumerate":  # other methods may be asking
        inherited |= {"model": None, "proposals": None, "files": ()}
    merged = inherited | given
    sources = [name for name in _SOURCES if merged[name]]
    if len(sources) != (kind != "enumerate"):
        got = " and ".join(f"--{name}" for name in sources) or "none of them"
        raise UsageError(
            f"{spec.label} needs exactly one of --model, --proposals and --files (or as its setting,"
            f" learn:model=NAME, or learn:proposer=enumerate, which needs none); got {got}"
        )
    settings: dict[str, Any] = {} if kind == "llm" else _search(kind, merged)
    if sources == ["model"]:
        build_proposer(merged)  # settings that contradict each other are said before anything runs
        settings |= {name: merged[name] for name in _DECISIVE}
        if merged["prompt_file"]:
            settings["prompt_sha256"] = hashlib.sha256(Path(merged["prompt_file"]).read_bytes()).hexdigest()

    def proposer(draw: Draw) -> Proposer:
        return proposer_of(kind, _filled(merged, draw))

    return ProgramLearner(
        spec.label, settings, proposer, merged["k"], merged["language"], threads=merged["threads"]
    )


def _search(kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What decides an enumeration, as JSON types: the limits as they are, a grammar by its content."""
    from llmerm.enumeration import EnumerationProposer, load

    limits = EnumerationProposer(**search_settings(params)).limits
    grammar = params["grammar"] and load(params["grammar"]).to_json()
    return {"proposer": kind, "grammar": grammar, **limits}


def _filled(params: Mapping[str, Any], draw: Draw) -> dict[str, Any]:
    """The options with {task}, {n} and {seed} in the paths of proposals and files replaced."""
    values = {"{task}": draw.task.name, "{n}": str(draw.task.n), "{seed}": str(draw.seed)}

    def filled(text: str) -> str:
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        return text

    proposals = params["proposals"] and filled(params["proposals"])
    return {**params, "proposals": proposals, "files": tuple(map(filled, params["files"]))}


def _typed(spec: Spec) -> dict[str, Any]:
    """The settings of a `learn` in --methods, read as the options of the same names."""
    arguments = [
        f"--{name.replace('_', '-')}={text}" if len(name) > 1 else f"-{name}{text}"
        for name, text in spec.given.items()
    ]
    try:
        found: dict[str, Any] = _given.main(arguments, prog_name="learn", standalone_mode=False)
    except click.ClickException as error:
        raise UsageError(f"{spec.label}: {error.format_message()}") from None
    return found


@click.command(add_help_option=False)
@learn_options
@click.pass_context
def _given(context: click.Context, /, **params: Any) -> dict[str, Any]:
    """Those of the options that are not at their defaults."""
    return {
        name: value
        for name, value in params.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
