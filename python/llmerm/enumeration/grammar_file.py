"""Grammar files: TOML, one rule an operation; a file may extend another (docs/enumeration.md)."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llmerm.enumeration.grammar import FOLDER, SHIPPED, Define, Feature, Grammar, Rule
from llmerm.enumeration.operations import OPERATIONS, TYPES, constants_of, suits
from llmerm.errors import UsageError

_KEYS = {"extends", "rows", "symbols", "remove", "rules", "define", "feature"}
_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_MOST = 3  # arguments of a defined operation, which are called a, b, c
_SIZE_MOST = 1000


def load(grammar: str | Path) -> Grammar:
    """Read a shipped grammar by its name, or a file.

    Raises UsageError, with the file and the rule, for one that cannot be read or makes no sense.
    """
    return _load(_path_of(grammar), ())


def _path_of(grammar: str | Path, beside: Path | None = None) -> Path:
    if str(grammar) in SHIPPED:
        return FOLDER / f"{grammar}.toml"
    return Path(grammar) if beside is None else beside / grammar


def _load(path: Path, extending: tuple[Path, ...]) -> Grammar:
    document = _read(path)
    if unknown := sorted(set(document) - _KEYS):
        raise UsageError(f"{path}: there is no key {unknown[0]!r} in a grammar; there are {_listed(_KEYS)}")
    base = None
    if (extended := document.get("extends")) is not None:
        if not isinstance(extended, str):
            raise UsageError(f"{path}: 'extends' is the name or the file of a grammar")
        source = _path_of(extended, path.parent)
        if source.resolve() in {each.resolve() for each in (*extending, path)}:
            raise UsageError(f"{path}: it extends {source}, which extends it")
        base = _load(source, (*extending, path))
    rows = document.get("rows", base.rows if base else None)
    if rows not in ("text", "ints"):
        raise UsageError(f'{path}: \'rows\' must be "text" or "ints"; got {rows!r}')
    if base is not None and base.rows != rows:
        raise UsageError(
            f"{path}: its rows are {rows}, and those of {base.name}, which it extends, {base.rows}"
        )
    symbols = _symbols(path, document.get("symbols", base.symbols if base else ""), rows)
    rules = {rule[0]: rule for rule in (base.over(symbols).rules if base else ())}
    defines = {define[0]: define for define in (base.defines if base else ())}
    features = {feature[2]: feature for feature in (base.features if base else ())}
    for name in _strings(path, "remove", document.get("remove", [])):
        if name not in rules and name not in defines:
            raise UsageError(f"{path}: it removes {name!r}, which it does not have")
        rules.pop(name, None)
        defines.pop(name, None)
    for operation, given in _table(path, "rules", document.get("rules", {})).items():
        rule = _rule(path, operation, given, (rows, symbols), rules.get(operation))
        if rule is not None:
            rules[operation] = rule
        elif operation not in rules:
            raise UsageError(f"{path}, rule {operation!r}: size 0 removes a rule, and there is none")
        else:
            del rules[operation]
    for entry in _tables(path, "define", document.get("define", [])):
        define = _define(path, entry)
        defines[define[0]] = define
    for entry in _tables(path, "feature", document.get("feature", [])):
        feature = _feature(path, entry)
        features[feature[2]] = feature
    if not rules and not features:
        raise UsageError(f"{path}: it has no rules")
    return Grammar(
        path.stem,
        rows,
        symbols,
        tuple(rules.values()),
        tuple(defines.values()),
        tuple(features.values()),
        path,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "" if path.suffix else f"; the grammars that come along are {', '.join(SHIPPED)}"
        raise UsageError(f"cannot read the grammar {path}: {error.strerror or error}{hint}") from None
    except ValueError as error:
        raise UsageError(f"cannot read the grammar {path}: {error}") from None


def _symbols(path: Path, symbols: Any, rows: str) -> str:
    good = isinstance(symbols, str) and symbols.isascii() and len(set(symbols)) == len(symbols) != 1
    if not good or (rows == "ints" and symbols):
        raise UsageError(
            f"{path}: 'symbols' are two or more distinct ASCII characters of text rows, or none for any text;"
            f" got {symbols!r}"
        )
    return "".join(sorted(symbols))


def _rule(
    path: Path, operation: str, given: Any, over: tuple[str, str], inherited: Rule | None
) -> Rule | None:
    """One rule of the table [rules]: `op = size`, or `op = { size = .., constants = .. }`; None: removed."""
    rows, symbols = over
    where = f"{path}, rule {operation!r}"
    if operation not in OPERATIONS:
        raise UsageError(f"{where}: there is no operation of this name; there are {_listed(OPERATIONS)}")
    entry = {"size": given} if not isinstance(given, Mapping) else given
    if unknown := sorted(set(entry) - {"size", "constants"}):
        raise UsageError(f"{where}: there is no key {unknown[0]!r}; a rule has size and constants")
    size = entry.get("size", inherited[1] if inherited else None)
    if size == 0 and not isinstance(size, bool):
        return None
    size = _sized(where, size)
    if not suits(operation, rows, symbols):
        of = f" of {symbols!r}" if symbols else ""
        raise UsageError(f"{where}: {rows} rows{of} do not have it (docs/enumeration.md)")
    if inherited is not None and "constants" not in entry:
        return operation, size, inherited[2]
    try:
        return operation, size, constants_of(operation, rows, entry.get("constants"))
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _define(path: Path, entry: Mapping[str, Any]) -> Define:
    """An operation made of others: name, arguments (their types), size, body. The search reads the body."""
    name = entry.get("name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise UsageError(f"{path}, a [[define]]: 'name' must be small letters, digits and _; got {name!r}")
    where = f"{path}, define {name!r}"
    if name in OPERATIONS:
        raise UsageError(f"{where}: there is an operation of this name; give it another")
    if unknown := sorted(set(entry) - {"name", "arguments", "size", "body"}):
        raise UsageError(f"{where}: there is no key {unknown[0]!r}; it has name, arguments, size and body")
    types = _strings(where, "arguments", entry.get("arguments"))
    if not 1 <= len(types) <= _MOST or not set(types) <= set(TYPES):
        raise UsageError(f"{where}: 'arguments' are one to {_MOST} of {', '.join(TYPES)}; got {types}")
    body = entry.get("body")
    if not isinstance(body, str) or not body.strip():
        raise UsageError(f"{where}: 'body' must be operations over {', '.join('abc'[: len(types)])}")
    return name, _sized(where, entry.get("size")), tuple(types), body


def _feature(path: Path, entry: Mapping[str, Any]) -> Feature:
    """A Python expression over x: python, type, size. It is parsed here, and run in the sandbox only."""
    text = entry.get("python")
    if not isinstance(text, str):
        raise UsageError(f"{path}, a [[feature]]: 'python' must be a Python expression over x; got {text!r}")
    where = f"{path}, feature {text!r}"
    if unknown := sorted(set(entry) - {"python", "type", "size"}):
        raise UsageError(f"{where}: there is no key {unknown[0]!r}; it has python, type and size")
    if entry.get("type") not in ("int", "bool"):
        raise UsageError(f'{where}: \'type\' must be "int" or "bool"; got {entry.get("type")!r}')
    try:
        expression = ast.unparse(ast.parse(text.strip(), mode="eval"))  # one line, no comments
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"{where}: it is no Python expression ({error})") from None
    return str(entry["type"]), _sized(where, entry.get("size")), expression


def _sized(where: str, size: Any) -> int:
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= _SIZE_MOST:
        raise UsageError(f"{where}: 'size' must be an integer, 1 to {_SIZE_MOST}; got {size!r}")
    return size


def _table(path: Path, key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{path}: '{key}' must be a table, [{key}]")
    return value


def _tables(path: Path, key: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise UsageError(f"{path}: '{key}' must be tables, [[{key}]]")
    return value


def _strings(where: Path | str, key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{where}: '{key}' must be a list of strings; got {value!r}")
    return value


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
