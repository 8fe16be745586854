"""`llmerm data`: make the rows of a task, or inspect or split a file of rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from llmerm.cli.common import json_option, print_json
from llmerm.cli.learn_rows import TASK_TEST
from llmerm.cli.task_options import task_of, task_options
from llmerm.errors import UsageError
from llmerm.report import printable

if TYPE_CHECKING:
    from llmerm.dataset import Dataset, Split

FORMATS = ("txt", "csv", "jsonl", "parquet", "npz")
PARTS = ("train", "heldout", "test")
SHOWN = 3  # rows shown on a terminal


@click.command()
@task_options
@click.option(
    "--data", type=click.Path(path_type=Path), help="Your rows, to inspect or, with --out, to split."
)
@click.option("--input-type", help="With --data: text, ints, floats or record.  [default: as the file shows]")
@click.option("--label", help="Label column of your file.  [default: y or label]")
@click.option("--unlabelled", is_flag=True, help="With --data: the file has no labels.")
@click.option("--train", type=int, default=100, show_default=True, help="Rows to learn from.")
@click.option("--heldout", type=int, default=100, show_default=True, help="Rows to select by.")
@click.option("--test", type=int, help="Rows to report on.  [default: 10000; with --data the rest]")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the rows.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to write train, heldout, test, spec.json to."
)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="Format of these files.  [default: txt]"
)
@click.option("--packed", is_flag=True, help="With --format parquet: rows of 0 and 1 take 1 bit a symbol.")
@click.option("--force", is_flag=True, help="Overwrite files in --out.")
@json_option
def command(task_name: str | None, data: Path | None, as_json: bool, **options: Any) -> None:
    """Make the rows of TASK, or inspect the file --data; with --out, write the parts as files."""
    if (task_name is None) == (data is None):
        raise UsageError("name a task (`llmerm tasks` lists them) or give --data FILE, one of the two")
    out: Path | None = options["out"]
    if out is None and (options["format_"] or options["force"]):
        raise UsageError("--format and --force go with --out: name the folder to write to")
    if options["packed"] and options["format_"] != "parquet":
        raise UsageError("--packed goes with --out and --format parquet")
    targets = target_files(out, options) if out is not None else {}
    document: dict[str, Any] = {}
    shown: Dataset | None = None
    split: Split | None = None
    if data is not None:
        rows = read_rows(data, options)
        document = {"file": str(data), **inspect(rows)}
        shown = rows
        if out is not None:
            from llmerm.dataset import Split

            split = Split.of(rows, options["train"], options["heldout"], options["test"], options["seed"])
    else:
        split = split_of_task(str(task_name), options)
        shown = split.train
    if split is not None:
        document |= {
            "spec_hash": split.spec_hash,
            "spec": split.spec,
            "parts": {name: inspect(part) for name, part in parts_of(split).items()},
        }
        if out is not None:
            document["files"] = write_split(split, out, targets, options["packed"])
    if as_json:
        print_json(document)
    else:
        click.echo("\n".join([*lines_of(document), *example_lines(shown)]))


def split_of_task(name: str, options: dict[str, Any]) -> Split:
    """The rows of a named task. Raises UsageError for options that belong to --data."""
    if options["input_type"] or options["unlabelled"]:
        raise UsageError("--input-type and --unlabelled belong to --data, not to a task")
    made = task_of(name, options)
    test = TASK_TEST if options["test"] is None else options["test"]
    return made.split(
        options["train"], options["heldout"], test, options["seed"], options["allow_duplicates"]
    )


def read_rows(path: Path, options: dict[str, Any]) -> Dataset:
    """The user's rows. Raises UsageError for options that belong to a task."""
    changed = [options[name] for name in ("n", "variant", "path", "allow_duplicates", "task_seed")]
    if any(changed) or not options["reference"]:
        raise UsageError(
            "-n, --variant, --path, --allow-duplicates, --task-seed and --drawn belong to a task"
        )
    from llmerm.readers import read

    return read(
        path, input_type=options["input_type"], y=options["label"], labelled=not options["unlabelled"]
    )


def parts_of(split: Split) -> dict[str, Dataset]:
    """The parts that were asked for; a task and a file that is split have them in memory."""
    from llmerm.dataset import Dataset

    parts = zip(PARTS, (split.train, split.heldout, split.test), strict=True)
    return {name: part for name, part in parts if isinstance(part, Dataset)}


def inspect(rows: Dataset) -> dict[str, Any]:
    """What can be said of rows without learning anything: size, classes, lengths, copies, hash."""
    from llmerm.tasks.rows import group_rows

    groups = group_rows(rows)
    lengths = np.diff(rows.packed().offsets)
    document: dict[str, Any] = {"rows": len(rows), "input_type": rows.input_type, "labels": None}
    if rows.y is not None:
        values, counts = np.unique(rows.y, return_counts=True)
        names = [rows.classes[v] if rows.classes else str(v) for v in values.tolist()]
        document["labels"] = dict(zip(names, counts.tolist(), strict=True))
    if rows.input_type == "record":
        document["columns"] = {name: sorted(kinds) for name, kinds in _column_types(rows).items()}
    else:
        unit = "bytes" if rows.input_type == "text" else "elements"
        document["length"] = {"unit": unit, "min": int(lengths.min()), "max": int(lengths.max())}
    document["duplicates"] = groups.duplicates
    document["conflicts"] = [[i + 1 for i in group[:5]] for group in groups.conflicting[:5]]
    document["conflicting_rows"] = sum(map(len, groups.conflicting))
    document["sha256"] = rows.hash
    return document


def _column_types(rows: Dataset) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for row in rows.x:
        for name, value in row.items():
            kinds.setdefault(name, set()).add("null" if value is None else type(value).__name__)
    return kinds


def target_files(out: Path, options: dict[str, Any]) -> dict[str, Path]:
    """The files of a split; raises UsageError, before any work, if one is there already."""
    suffix = options["format_"] or "txt"
    targets = {name: out / f"{name}.{suffix}" for name in PARTS} | {"spec": out / "spec.json"}
    there = [path for path in targets.values() if path.exists()]
    if there and not options["force"]:
        raise UsageError(f"{there[0]} exists; name another folder, or say --force to overwrite")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; --out names a folder")
    return targets


def write_split(split: Split, out: Path, targets: dict[str, Path], packed: bool) -> dict[str, str]:
    """Write the parts and their spec; returns part -> path."""
    from llmerm.readers import write
    from llmerm.stream.write import write_dataset

    try:
        out.mkdir(parents=True, exist_ok=True)
        parts = parts_of(split)
        for name in PARTS:
            targets[name].unlink(missing_ok=True)  # --force: an older part must not stand beside this spec
        for name, part in parts.items():
            (write_dataset if packed else write)(part, targets[name])
        spec = {**split.spec, "spec_hash": split.spec_hash}
        targets["spec"].write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {error.strerror or error}") from error
    return {name: str(targets[name]) for name in [*parts, "spec"]}


def lines_of(document: dict[str, Any]) -> list[str]:
    """A document in words."""
    lines = [f"{document['file']}: {_summary(document)}"] if "file" in document else []
    lines += [f"{name:8}{_summary(part)}" for name, part in document.get("parts", {}).items()]
    if document.get("conflicting_rows"):
        first = ", ".join(map(str, document["conflicts"][0]))
        lines.append(
            f"{document['conflicting_rows']:,} rows repeat another under another label, first rows {first}"
        )
    for key in ("sha256", "spec_hash"):
        if key in document:
            lines.append(f"{key:10}{document[key]}")
    lines += [f"wrote   {path}" for path in document.get("files", {}).values()]
    return lines


def _summary(part: dict[str, Any]) -> str:
    words = [f"{part['rows']:,} rows of {part['input_type']}"]
    if "columns" in part:
        words.append(f"{len(part['columns'])} columns")
    else:
        length = part["length"]
        span = f"{length['min']}" if length["min"] == length["max"] else f"{length['min']} to {length['max']}"
        words.append(f"{span} {length['unit']} each")
    if part["labels"] is not None:
        shown = [f"{printable(name)}: {count:,}" for name, count in list(part["labels"].items())[:6]]
        more = ["..."] if len(part["labels"]) > 6 else []
        words.append(f"{len(part['labels'])} classes ({', '.join(shown + more)})")
    else:
        words.append("no labels")
    if part["duplicates"]:
        words.append(f"{part['duplicates']:,} repeat another")
    return ", ".join(words)


def example_lines(rows: Dataset) -> list[str]:
    """The first rows, cut to a line each."""
    head = rows[:SHOWN]
    labels = [""] * len(head) if head.y is None else [f" -> {v}" for v in head.y.tolist()]
    if head.y is not None and head.classes:
        labels = [f" -> {head.classes[v]}" for v in head.y.tolist()]
    shown = [x if isinstance(x, str) else json.dumps(x) for x in head.x]
    cut = [x if len(x) <= 80 else x[:77] + "..." for x in shown]
    return ["first rows:", *(f"  {printable(x + label)}" for x, label in zip(cut, labels, strict=True))]
