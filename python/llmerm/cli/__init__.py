"""The command line: one verb a file, loaded only when it is called.

Exit codes: 0 done; 1 other error; 2 usage; 3 data or task; 4 proposer; 5 missing extra; 6 nothing could be
selected; 70 our own failure; 130 interrupted. They come from `llmerm.errors`.
"""

from __future__ import annotations

import importlib
import sys
import traceback

import click

from llmerm import __version__
from llmerm.errors import InternalError, LlmermError
from llmerm.report import printable

VERBS = {
    "tasks": "List the named tasks, or describe one.",
    "data": "Make the train, held-out and test rows of a task, or inspect a file of rows.",
    "prompt": "Show exactly what would be sent to the model.",
    "propose": "Draw candidate programs from a proposer.",
    "enumerate": "Write down programs by size, and keep those that fit best.",
    "compile": "Show what a program is compiled to, or why it is not.",
    "verify": "Run candidate programs on labelled rows and count.",
    "merge": "Add up the parts of a verification in shards.",
    "learn": "Propose, verify and select: learn a program.",
    "baseline": "Fit another learner to the same rows, and count its errors.",
    "compare": "Make the papers' table: methods by tasks, beside the published figures.",
}


class LazyGroup(click.Group):
    """Verbs live in `llmerm.cli.<verb>` as `command`; a verb's module is imported when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of the flow."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one verb, or None if there is none of that name."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"llmerm.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs from the table above, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="llmerm")
def cli() -> None:
    """Learn short programs from labelled rows: propose, verify in WebAssembly, select by empirical risk."""


def main() -> None:
    """Run the command line; turn llmerm's errors into one line on stderr and their exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LlmermError as error:
        click.echo(error_text(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:  # a disk that is full, a folder that went away; click ends quietly on `| head`
        click.echo(error_text(error), err=True)
        sys.exit(LlmermError.exit_code)
    except Exception:
        traceback.print_exc()
        click.echo("error: this is a fault of llmerm; please report it with the lines above", err=True)
        sys.exit(InternalError.exit_code)


def error_text(error: Exception) -> str:
    """An error's lines; what they quote from a file or a server may hold anything."""
    return "\n".join(printable(line) for line in f"error: {error}".split("\n"))
