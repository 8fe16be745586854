"""Render prompts: training rows and the contract of the answer, from the templates in `llmerm/prompts`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset

TEMPLATES = Path(__file__).resolve().parent.parent / "prompts"
PROMPT_LANGUAGES = ("python", "c", "cpp", "zig", "wat")

_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")  # printable ASCII without blanks at the ends: shown as it is
_MOST_LABELS = 20  # more distinct integer labels than this are described as integers


def render(
    train: Dataset, language: str = "python", *, prompt_file: str | Path | None = None, tool: bool = False
) -> str:
    """The one user message that is sent: problem statement, training lines, contract. The task is not named.

    `prompt_file` is a jinja2 template of the user's; it sees the same variables (docs/proposers.md).
    Raises UsageError for a language without a prompt, rows the language cannot take, rows without labels,
    or a template that fails.
    """
    if language not in PROMPT_LANGUAGES and prompt_file is None:
        raise UsageError(f"there is no prompt for {language!r}; choose one of {', '.join(PROMPT_LANGUAGES)}")
    return _filled(f"{language}.j2", prompt_file, context(train, language) | {"tool": tool})


def question(shots: Dataset, query: Any, *, prompt_file: str | Path | None = None) -> str:
    """The one user message of in-context learning: the labelled `shots`, and one more row to answer for.

    The template is icl.j2 or `prompt_file`; it sees the variables of `render`, and the line `query`. Raises
    UsageError as `render` does.
    """
    return _filled("icl.j2", prompt_file, context(shots, "python", query))


def _filled(name: str, prompt_file: str | Path | None, variables: dict[str, Any]) -> str:
    """The shipped template of that name, or the user's, with its variables filled in."""
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,  # a misspelt variable is an error, not an empty string
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False)
    try:
        if prompt_file is not None:
            name = str(prompt_file)
            template = environment.from_string(Path(prompt_file).read_text(encoding="utf-8"))
        else:
            template = environment.get_template(name)
        return template.render(variables).strip() + "\n"
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the prompt {name}: {error}") from None
    except (jinja2.TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        raise UsageError(f"the prompt {name}{f', line {line}' if line else ''}: {error}") from None


def context(train: Dataset, language: str, query: Any = None) -> dict[str, Any]:
    """The variables of a template; every value is made from the training rows and nothing else.

    With `query`, a row without its label that is asked about, `query` is its line, and `quoted` and `fence`
    fit that too.
    """
    if train.y is None or len(train) == 0:
        raise UsageError("a prompt needs labelled training rows")
    rows, labels = train.x, train.y.tolist()
    columns = list(rows[0]) if train.input_type == "record" else None
    if columns is not None and language != "python":
        _check_numeric(train, language)
    texts, quoted = _texts(train.input_type, rows if query is None else [*rows, query])
    asked = {} if query is None else {"query": texts.pop()}
    names = _names(train, labels, language)
    lines = [f"{text} -> {name}" for text, name in zip(texts, names, strict=True)]
    lengths = sorted({len(row) for row in rows})
    return asked | {
        "language": language,
        "input_type": train.input_type,
        "rows": len(rows),
        "lines": lines,
        "fence": _fence([*lines, *asked.values()]),
        "quoted": quoted,
        "alphabet": _alphabet(rows) if train.input_type == "text" else None,
        "shortest": lengths[0],
        "longest": lengths[-1],
        "columns": columns,
        "labels": sorted(set(labels)) if len(set(labels)) <= _MOST_LABELS else None,
        "classes": list(train.classes) if train.classes is not None else None,
    }


def _texts(input_type: str, rows: list[Any]) -> tuple[list[str], bool]:
    """Rows as text, and whether text rows are JSON strings, so that each stays on a line."""
    quoted = input_type == "text" and not all(_PLAIN.fullmatch(row) and " -> " not in row for row in rows)
    if input_type == "text" and not quoted:
        return list(rows), quoted
    return [json.dumps(row, ensure_ascii=False) for row in rows], quoted


def _fence(lines: list[str]) -> str:
    """Backticks that no line holds so many of."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall("`+", "\n".join(lines))), default=0))


def _names(train: Dataset, labels: list[int], language: str) -> list[str]:
    """Labels as they are shown.

    Compiled programs return the code of a class; Python may return its name, so there the name is shown.
    """
    names = train.classes if language == "python" else None
    return [_name(names[label]) if names is not None else str(label) for label in labels]


def _name(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _alphabet(rows: list[str]) -> str:
    """What the characters of all rows are: "binary", "decimal", "ascii" or "unicode"."""
    characters = set().union(*rows)
    if characters <= set("01"):
        return "binary"
    if characters <= set("0123456789"):
        return "decimal"
    return "ascii" if all(character.isascii() for character in characters) else "unicode"


def _check_numeric(train: Dataset, language: str) -> None:
    """Compiled languages see a record as floats, so every column must be a number."""
    if train.packed().matrix is None:
        raise UsageError(
            f"{language} programs take records whose columns are all numeric; use --language python"
        )
