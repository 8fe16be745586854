"""What the text of a C, C++ or Zig candidate may hold, before any compiler opens a file for it.

A candidate is one file. Everything here refuses ways to reach a second one; the compiler's own list of the
files it opened is checked afterwards (`c.py`), so that a trick that gets past the text is still refused.
"""

from __future__ import annotations

import re

_STRING = r'"(?:\\.|[^"\\\n])*"?'
# Not after a digit or a letter: 1'000'000 is a number with separators.
_CHARACTER = r"(?<![0-9A-Za-z_])(?:u8|[uUL])?'(?:\\.|[^'\\\n])*'?"
_RAW_STRING = r'(?<![0-9A-Za-z_])(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
_COMMENT = r"/\*.*?(?:\*/|\Z)|//[^\n]*"
_TOKEN = re.compile(rf"(?P<literal>{_RAW_STRING}|{_STRING}|{_CHARACTER})|(?P<comment>{_COMMENT})", re.DOTALL)

_HASH = r"^[ \t\f\v]*(?:#|%:|\?\?=)[ \t\f\v]*"
_DIRECTIVE = re.compile(_HASH + r"(\w+)[ \t\f\v]*(.*)$", re.MULTILINE)
_MODULE = re.compile(r"^[ \t\f\v]*(?:export[ \t]+)?(?:import|module)\b[ \t]*[\w<\":;.]", re.MULTILINE)
_HEADER = re.compile(r'(?:<([^<>"]+)>|"([^<>"]+)")\s*(?://.*)?$')
_HEADER_NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_+.-]*(?:/[A-Za-z0-9_+-][A-Za-z0-9_+.-]*)*")
_FORBIDDEN_DIRECTIVES = frozenset({"include_next", "embed", "import", "line", "include_macros"})
# Pragmas that open files, or hand words to the linker. The rest shapes code and is harmless.
_PRAGMA = re.compile(
    r"(?:pragma\b|_Pragma)[\s(\"\\]*(?:clang[ \t]+module|GCC[ \t]+dependency|comment|include_alias)"
)
_PROBE = re.compile(r"__has_(?:include|include_next|embed)\b")
# C++ cannot do without __has_include (its own headers use it), so its name must not be put together either.
_PASTE = re.compile(r"##|%:%:|\?\?=\?\?=|\b_LIBCPP_")

_ZIG_TOKEN = re.compile(r'//[^\n]*|\\\\[^\n]*|@?"(?:\\.|[^"\\\n])*"?|' + r"'(?:\\.|[^'\\\n])*'?|@?\w+|\S")
_ZIG_FILE_BUILTINS = frozenset({"@embedFile", "@cImport", "@cInclude", "@cDefine", "@cUndef"})
_ZIG_MODULES = frozenset({'"std"', '"builtin"'})


def splice(source: str) -> str:
    """Join the lines that a backslash continues, as translation phase 2 does, and unify the line ends."""
    return re.sub(r"\\[ \t]*\n", "", source.replace("\r\n", "\n").replace("\r", "\n"))


def without_comments(spliced: str) -> str:
    """Replace each comment by one space; literals stay."""
    return _TOKEN.sub(lambda m: " " if m["comment"] is not None else m[0], spliced)


def refuse_c(source: str, language: str) -> str | None:
    """Return why this C or C++ text may not be compiled, or None.

    The rules are read once with comments removed and once with them in place: a source that confuses one
    reading does not confuse the other.
    """
    spliced = splice(source)
    for text in (without_comments(spliced), spliced):
        for directive in _DIRECTIVE.finditer(text):
            name, rest = directive[1], directive[2].strip()
            if name in _FORBIDDEN_DIRECTIVES or name.isdigit():
                return f"#{name} is not allowed: a program is one file"
            if name == "include" and (reason := _refuse_include(rest)):
                return reason
    bare = without_comments(spliced)
    if language == "cpp" and _MODULE.search(bare):
        return "modules are not allowed: a program is one file"
    if _PRAGMA.search(bare):
        return "this pragma is not allowed: it opens files"
    if _PROBE.search(bare):
        return "__has_include and __has_embed are not allowed: they look at files"
    if language == "cpp" and _PASTE.search(_TOKEN.sub(" ", spliced)):
        return "## and _LIBCPP_ macros are not allowed in C++ programs: they can hide a look at files"
    return None


def _refuse_include(rest: str) -> str | None:
    header = _HEADER.match(rest)
    if header is None:
        return '#include needs a plain <name> or "name": a macro or a path is not allowed'
    name = (header[1] or header[2]).strip()
    if not _HEADER_NAME.fullmatch(name) or ".." in name:
        return f"#include of {name[:80]!r} is not allowed: only the compiler's own headers and llmerm.h are"
    return None


def refuse_preprocessed(text: str) -> str | None:
    """Return why preprocessed text may not be compiled: a macro has made a new directive, or None."""
    for line in text.splitlines():
        stripped = line.lstrip(" \t\f\v")
        if stripped.startswith(("#", "%:", "??=")):
            if re.match(r"# \d+ \"", stripped) and line == stripped:
                continue
            if not re.match(r"#\s*pragma\b", stripped) or _PRAGMA.search(stripped):
                return "a macro that expands to a directive is not allowed"
        elif "_Pragma" in stripped and _PRAGMA.search(stripped):
            return "this pragma is not allowed: it opens files"
    return None


def refuse_zig(source: str) -> str | None:
    """Return why this Zig text may not be compiled, or None. Without a preprocessor, tokens are the truth."""
    tokens = [t for t in _ZIG_TOKEN.findall(source) if not t.startswith(("//", "\\\\"))]
    for position, token in enumerate(tokens):
        if token in _ZIG_FILE_BUILTINS:
            return f"{token} is not allowed: a program is one file"
        if token == "asm":
            return "inline assembly is not allowed: it can include files"
        if token == "@import" and tokens[position + 1 : position + 2] == ["("]:
            module = "".join(tokens[position + 2 : position + 3])
            if module not in _ZIG_MODULES or tokens[position + 3 : position + 4] not in ([")"], [","]):
                return f'@import({module[:80]}) is not allowed: only "std" and "builtin" are'
        elif token == "@import":
            return '@import is not allowed in this form: write @import("std")'
    return None


def normalise_c(source: str) -> str:
    """Return C, C++ or Zig text without comments and with white space collapsed, for its description length.

    Literals keep their bytes. A directive keeps its line; all else is joined by single spaces.
    """
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if match["comment"] is not None:
            return " "
        literals.append(match[0])
        return f"\0{len(literals) - 1}\0"

    text = _TOKEN.sub(keep, splice(source.replace("\0", "")))
    lines: list[str] = []
    for line in (" ".join(raw.split()) for raw in text.split("\n")):
        directive = line.startswith(("#", "%:"))
        if not line:
            continue
        if lines and not directive and not lines[-1].startswith(("#", "%:")):
            lines[-1] += " " + line
        else:
            lines.append(line)
    return re.sub(r"\0(\d+)\0", lambda m: literals[int(m[1])], "\n".join(lines))
