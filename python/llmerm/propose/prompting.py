"""Render the prompt: training rows and the contract of a language, from the templates in `llmerm/prompts`."""

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
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if language not in PROMPT_LANGUAGES and prompt_file is None:
        raise UsageError(f"there is no prompt for {language!r}; choose one of {', '.join(PROMPT_LANGUAGES)}")
    variables = context(train, language) | {"tool": tool}
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,  # a misspelt variable is an error, not an empty string
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False)
    name = f"{language}.j2"
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


def context(train: Dataset, language: str) -> dict[str, Any]:
    """The variables of a template; every value is made from the training rows and nothing else."""
    if train.y is None or len(train) == 0:
        raise UsageError("a prompt needs labelled training rows")
    rows, labels = train.x, train.y.tolist()
    columns = list(rows[0]) if train.input_type == "record" else None
    if columns is not None and language != "python":
        _check_numeric(train, language)
    lines, quoted = _lines(train, rows, labels, language)
    lengths = sorted({len(row) for row in rows})
    return {
        "language": language,
        "input_type": train.input_type,
        "rows": len(rows),
        "lines": lines,
        "fence": "`" * max(3, 1 + max((len(run) for run in re.findall("`+", "\n".join(lines))), default=0)),
        "quoted": quoted,
        "alphabet": _alphabet(rows) if train.input_type == "text" else None,
        "shortest": lengths[0],
        "longest": lengths[-1],
        "columns": columns,
        "labels": sorted(set(labels)) if len(set(labels)) <= _MOST_LABELS else None,
        "classes": list(train.classes) if train.classes is not None else None,
    }


def _lines(train: Dataset, rows: list[Any], labels: list[int], language: str) -> tuple[list[str], bool]:
    """`<row> -> <label>` lines, and whether text rows are JSON strings, so that each stays on a line."""
    quoted = train.input_type == "text" and not all(
        _PLAIN.fullmatch(row) and " -> " not in row for row in rows
    )
    # Compiled programs return the code of a class; Python may return its name, so there the name is shown.
    names = train.classes if language == "python" else None
    shown = [_name(names[label]) if names is not None else str(label) for label in labels]
    plain = train.input_type == "text" and not quoted
    texts = [row if plain else json.dumps(row, ensure_ascii=False) for row in rows]
    return [f"{text} -> {label}" for text, label in zip(texts, shown, strict=True)], quoted


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
