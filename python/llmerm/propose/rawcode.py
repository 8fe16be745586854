"""Recognise and cut out programs that stand bare in running text, one rule set a language. Pure and total."""

from __future__ import annotations

import re

_PYTHON_F = re.compile(r"^(?:async[ \t]+)?def[ \t]+f[ \t]*\(|^f[ \t]*(?::[^=\n]+)?=(?!=)", re.M)
# Atomic: from the first " import " on, or a line of many imports costs a quadratic scan.
_PYTHON_AS_F = re.compile(r"^from (?>.*? import ).*\bas f\b", re.M)
_PYTHON_TOP = re.compile(
    r"^(?:def |class |import |from \w[\w.]* import |@\w|#|[A-Za-z_]\w*[ \t]*(?::[^=\n]+)?=(?!=))"
)
_C_F = re.compile(r"\b(?:int64_t|long|int|int32_t|uint64_t|uint32_t|unsigned|bool|_Bool|i64)\s+f\s*\(")
_C_TOP = re.compile(
    r"^(?:#\s*(?:include|define|if|pragma)|typedef\b|static\b|extern\b|inline\b|struct\b|const\b|//|/\*)"
)
_ZIG_F = re.compile(r"\bexport\s+fn\s+f\s*\(")
_ZIG_TOP = re.compile(r"^(?:const\b|var\b|fn\b|pub\b|export\b|//)")
_WAT_MODULE = re.compile(r"\(\s*module\b")
_WAT_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|;;[^\n]*|[()]', re.S)


def looks_like_program(source: str, language: str) -> bool:
    """Whether `source` defines `f` (or is a module, for wat) by its looks. Not a check of validity."""
    if language == "python":
        return bool(_PYTHON_F.search(source)) or bool(_PYTHON_AS_F.search(source))
    if language in ("c", "cpp"):
        return bool(_C_F.search(source))
    if language == "zig":
        return bool(_ZIG_F.search(source))
    if language == "wat":
        return bool(_WAT_MODULE.search(source))
    return False


def definitions(text: str, language: str) -> list[str]:
    """The programs that stand bare in `text`, in order; at most one for languages other than wat."""
    if language == "wat":
        return _modules(text)
    if language == "python":
        found = _python(text)
    elif language in ("c", "cpp"):
        found = _braced(text, _C_F, _C_TOP)
    elif language == "zig":
        found = _braced(text, _ZIG_F, _ZIG_TOP)
    else:
        found = None
    return [found] if found else []


def _python(text: str) -> str | None:
    """From the first top-level statement of the last run of code that defines f to that run's last line.

    A run is lines that are blank, indented, or begin like a top-level statement; prose ends it.
    """
    runs: list[list[str]] = [[]]
    for line in text.split("\n"):
        if not line.strip() or line[0] in " \t)]}" or _PYTHON_TOP.match(line) or _continues(runs[-1], line):
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    for run in reversed(runs):
        # Lines before the first statement are indented prose.
        start = next((at for at, line in enumerate(run) if _PYTHON_TOP.match(line)), len(run))
        source = "\n".join(run[start:])
        if _PYTHON_F.search(source):
            return source
    return None


def _continues(run: list[str], line: str) -> bool:
    """Whether a line of column 0 is a statement such as `for` or `if` that follows code."""
    return (
        bool(run)
        and bool(re.match(r"(?:for|while|if|elif|else|try|except|with|assert|del)\b.*:?\s*$", line))
        and (line.rstrip().endswith(":") or line.startswith(("assert ", "del ")))
    )


def _braced(text: str, definition: re.Pattern[str], top: re.Pattern[str]) -> str | None:
    """From the first line that begins like top-level code to the last closing brace."""
    match = definition.search(text)
    end = text.rfind("}")
    if match is None or end < match.end():
        return None
    start = text.rfind("\n", 0, match.start()) + 1
    at = 0
    for line in text[:start].split("\n"):
        if top.match(line):
            return text[at : end + 1]
        at += len(line) + 1
    return text[start : end + 1]


def _modules(text: str) -> list[str]:
    """Every balanced `(module ...)`; strings and line comments are skipped. An unclosed one is left out."""
    found = []
    start = _WAT_MODULE.search(text)
    while start is not None:
        depth, end = 0, None
        for token in _WAT_TOKEN.finditer(text, start.start()):
            depth += {"(": 1, ")": -1}.get(token[0], 0)
            if depth == 0 and token[0] == ")":
                end = token.end()
                break
        if end is None:
            break
        found.append(text[start.start() : end])
        start = _WAT_MODULE.search(text, end)
    return found
