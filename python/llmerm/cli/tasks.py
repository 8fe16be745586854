"""`llmerm tasks`: list the named tasks, or describe one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmerm.cli.common import json_option, print_json
from llmerm.report import table

if TYPE_CHECKING:
    from llmerm.tasks.definition import Definition
    from llmerm.tasks.tables import Table


@click.command()
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """List the named tasks, or describe NAME: its rule, sizes, variants and cheap rules."""
    from llmerm.tasks import DEFINITIONS, TABLES, names
    from llmerm.tasks.registry import unknown

    if name is not None and name not in names():
        raise unknown(name, names())
    documents = [
        *(definition_document(definition) for definition in DEFINITIONS.values()),
        *(table_document(key, entry) for key, entry in TABLES.items()),
    ]
    if name is not None:
        documents = [document for document in documents if document["name"] == name]
    if as_json:
        print_json(documents[0] if name is not None else documents)
    elif name is not None:
        click.echo(describe(documents[0]))
    else:
        header = ("task", "n", "label = 1 iff")
        click.echo(table(header, [(d["name"], str(d["default_n"] or "-"), d["rule"]) for d in documents]))
        click.echo("n: the default length of a row. `llmerm tasks NAME` tells more; tables need your file.")


def definition_document(definition: Definition) -> dict[str, Any]:
    """One task as JSON."""
    from llmerm.tasks import task

    example = task(definition.name, max(definition.default_n, definition.min_n))
    return {
        "name": definition.name,
        "paper": definition.paper,
        "rule": definition.rule,
        "rows": definition.rows,
        "input_type": "text",
        "default_n": definition.default_n,
        "paper_n": list(definition.paper_n),
        "n": {"min": definition.min_n, "max": definition.max_n, "multiple_of": definition.step},
        "variants": list(definition.variants),
        "cheap_rules": [{"name": rule.name, "accuracy": rule.accuracy} for rule in example.cheap_rules],
        "file": None,
    }


def table_document(name: str, entry: Table) -> dict[str, Any]:
    """One table as JSON."""
    return {
        "name": name,
        "paper": entry.title,
        "rule": entry.rule,
        "rows": f"{entry.columns - 1} columns",
        "input_type": "record",
        "default_n": None,
        "paper_n": [],
        "n": None,
        "variants": [],
        "cheap_rules": [],
        "file": entry.file,
    }


def describe(document: dict[str, Any]) -> str:
    """One task in words."""
    lines = [
        f"{document['name']}: label 1 iff {document['rule']}",
        f"  in the paper   {document['paper']}",
        f"  a row          {document['rows']} ({document['input_type']})",
    ]
    if document["file"]:
        lines.append(f"  needs          --path to {document['file']} (archive.ics.uci.edu)")
    else:
        bounds = document["n"]
        step = f", a multiple of {bounds['multiple_of']}" if bounds["multiple_of"] > 1 else ""
        lines.append(
            f"  n              {bounds['min']} to {bounds['max']}{step}; default {document['default_n']}"
        )
    if document["paper_n"]:
        lines.append(f"  n in the paper {', '.join(map(str, document['paper_n']))}")
    if document["variants"]:
        lines.append(f"  variants       {', '.join(document['variants'])} (the first unless told)")
    for rule in document["cheap_rules"]:
        source = "published" if rule["accuracy"] < 1 else "always"
        lines.append(f"  cheap rule     {rule['name']}: accuracy {100 * rule['accuracy']:g} % ({source})")
    return "\n".join(lines)
