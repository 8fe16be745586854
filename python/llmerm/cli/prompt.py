"""`llmerm prompt`: show exactly what would be sent to the model."""

from __future__ import annotations

from typing import Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.cli.model_options import build_proposer, model_options
from llmerm.cli.propose import row_options, train_of
from llmerm.errors import UsageError


@click.command()
@row_options
@model_options
@json_option
def command(**params: Any) -> None:
    """Print the prompt for the training rows of TASK, or of your own (--data). Nothing is sent.

    With --json and --model, also the exact body of the request.
    """
    from llmerm.propose import OpenAIProposer
    from llmerm.propose.prompting import render

    if params["proposals"] or params["files"]:
        raise UsageError("recorded proposals and files are sent nothing; leave out --proposals and --files")
    train, language = train_of(params), params["language"]
    if params["model"]:
        proposer = build_proposer(params)
        assert isinstance(proposer, OpenAIProposer)
        prompt, body = proposer.prompt(train, language), proposer.body(train, language)
    else:
        body = None
        prompt = render(train, language, prompt_file=params["prompt_file"], tool=params["tool"] != "none")
    if params["as_json"]:
        print_json({"prompt": prompt, "language": language, "body": body})
    else:
        click.echo(prompt, nl=False)
