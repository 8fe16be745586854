"""`llmerm compile`: what a candidate is compiled to, or the construct that keeps it from being compiled."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.errors import UsageError
from llmerm.report import printable

if TYPE_CHECKING:
    from llmerm.propose import Proposal

FORMS = ("summary", "ir", "wat", "wasm")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--input-type", default="text", show_default=True, help="text, ints, floats or record.")
@click.option("--language", help="Language of the program, where the suffix should not say it.")
@click.option(
    "--emit",
    type=click.Choice(FORMS),
    default="summary",
    show_default=True,
    help="ir: the compiler's own notation (Python only). wasm: one module of ABI 1 (docs/abi.md).",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file, not to stdout.")
@click.option("--explain", is_flag=True, help="Only say whether it compiles, and if not, why.")
@json_option
def command(file: Path, input_type: str, output: Path | None, as_json: bool, **params: Any) -> None:
    """Compile the program FILE and print what came of it.

    Python is compiled for the fast tier; what that declines runs in CPython and gives the same answers. Exits
    with 1 when FILE is not compiled.
    """
    from llmerm.cli.candidates import load

    proposals = load((file,), params["language"])
    if len(proposals) != 1 or proposals[0].source is None:
        raise UsageError(f"{file} does not hold one program")
    explain = params["explain"]
    form = "summary" if explain else params["emit"]
    made = python_form(proposals[0], input_type, form) if proposals[0].language == "python" else None
    document, content = made or other_form(proposals[0], input_type, form)
    if as_json:
        if content is not None and output is None:
            raise UsageError(f"--json and --emit {form} both want stdout; name a file with -o")
        print_json(document)
    elif not document["accepted"]:
        where = f"{file}:{document['line']}" if document["line"] else str(file)
        click.echo(printable(f"{where}: not compiled: {document['reason']}"), err=not explain)
    elif explain:
        click.echo("accepted")
    elif content is None:
        click.echo(
            f"{document['module_bytes']:,} bytes of WebAssembly, {document['language']} for {input_type} rows"
        )
    if not document["accepted"]:
        sys.exit(1)
    if content is not None:
        write(content, output, form)


Made = tuple[dict[str, Any], bytes | None]  # the JSON document, and what is to be written


def python_form(proposal: Proposal, input_type: str, form: str) -> Made:
    """A Python program by the fast tier's compiler."""
    from llmerm import _verifier
    from llmerm.compilers import INPUT_TYPES

    if input_type not in INPUT_TYPES:
        raise UsageError(f"input_type must be one of {', '.join(INPUT_TYPES)}, not {input_type!r}")
    if not isinstance(proposal.source, str):
        raise UsageError(f"{proposal.origin} is not text in UTF-8")
    module = _verifier.compile_python(proposal.source, input_type, "module")
    if isinstance(module, _verifier.Declined):
        return document("python", input_type, line=module.line, reason=module.reason), None
    content = None if form == "summary" else _verifier.compile_python(proposal.source, input_type, form)
    assert not isinstance(content, _verifier.Declined), "one source, one answer"
    return document("python", input_type, module), content


def other_form(proposal: Proposal, input_type: str, form: str) -> Made:
    """A program of another language, which is always compiled to ABI 1."""
    from llmerm import _verifier
    from llmerm.compilers import Rejected, compile

    if form == "ir":
        raise UsageError("only Python has the notation `ir`")
    assert proposal.source is not None
    program = compile(proposal.source, proposal.language, input_type)
    if isinstance(program, Rejected):
        return document(proposal.language, input_type, reason=program.reason), None
    module = program.handle.module_bytes or b""
    text = _verifier.wat(module).encode() if form == "wat" else module
    return document(proposal.language, input_type, module), None if form == "summary" else text


def document(
    language: str,
    input_type: str,
    module: bytes | None = None,
    line: int | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """What is printed as JSON."""
    return {
        "language": language,
        "input_type": input_type,
        "accepted": module is not None,
        "module_bytes": None if module is None else len(module),
        "line": line,
        "reason": reason,
    }


def write(content: bytes, output: Path | None, form: str) -> None:
    """Write to a file, or to stdout unless that is a terminal that a binary would garble."""
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}") from None
    elif form == "wasm" and sys.stdout.isatty():
        raise UsageError("a binary module is not for a terminal; name a file with -o")
    else:
        click.echo(content, nl=False)
