"""The rows that `llmerm learn` works on: a named task, one file to split, or three files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.cli.task_options import task_of
from llmerm.errors import DataError, UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset, Split
    from llmerm.tasks.definition import CheapRule

TASK_TEST = 10_000  # test rows of a named task, as in LLM-ERM: they cost nothing but time
SIZE = 100  # rows shown to the proposer, and rows held out, unless asked otherwise (as in LLM-ERM)


def data_of(params: dict[str, Any]) -> tuple[Split, list[dict[str, Any]]]:
    """The rows, and how far the cheap rules of the task get on them: a result has to be better than those."""
    name, data = params["task_name"], params["data"]
    if name is not None and data is not None:
        quote = " (quote a pattern of --files, or the shell takes it apart)" if params.get("files") else ""
        raise UsageError(f"got a task, {name!r}, and --data {data}: give one of the two{quote}")
    if name is None and data is None:
        raise UsageError("name a task (`llmerm tasks` lists them) or give --data FILE")
    if name is not None:
        _refuse(params, ("heldout_data", "test_data", "input_type"), "for --data, not for a task")
        return split_of_task(name, params)
    _refuse(params, ("n", "variant", "path", "allow_duplicates"), "for a task, not for --data")
    if params["heldout_data"] is None:
        _refuse(params, ("test_data",), "for use with --heldout-data; without both, --data is split")
        return split_of_file(data, params), []
    _refuse(params, ("train", "heldout", "test"), "for splitting one file; with --heldout-data none is split")
    paths = {"train": data, "heldout": params["heldout_data"], "test": params["test_data"]}
    return split_of_files(paths, params["input_type"], params["label"]), []


def split_of_task(name: str, params: dict[str, Any]) -> tuple[Split, list[dict[str, Any]]]:
    """The rows of a named task, and its cheap rules measured on them."""
    made = task_of(name, params)
    split = made.split(
        params["train"] or SIZE,
        params["heldout"] or SIZE,
        TASK_TEST if params["test"] is None else params["test"],
        params["seed"],
        params["allow_duplicates"],
    )
    return split, [cheap_rule(rule, split) for rule in made.cheap_rules]


def cheap_rule(rule: CheapRule, split: Split) -> dict[str, Any]:
    """What a shortcut gets on the rows at hand, beside its published accuracy."""

    def risk(rows: Dataset | None) -> float | None:
        if rows is None or rows.y is None:
            return None
        wrong = [rule.rule(x) != y for x, y in zip(rows.x, rows.y.tolist(), strict=True)]
        return float(sum(wrong) / len(wrong))

    return {
        "rule": rule.name,
        "accuracy": rule.accuracy,
        "heldout_risk": risk(split.heldout),
        "test_risk": risk(split.test),
    }


def _refuse(params: dict[str, Any], names: tuple[str, ...], why: str) -> None:
    for name in names:
        if params[name] not in {None, False}:
            raise UsageError(f"--{name.replace('_', '-')} is {why}")


def split_of_files(paths: dict[str, Path | None], input_type: str | None, label: str | None) -> Split:
    """Rows of files that are already split: `paths` has "train", "heldout" and "test" (may be None).

    The input type and the class names are settled over all files, so that a label has one code.
    Raises DataError when a row stands in two of them: it would be learnt from and judged by.
    """
    from llmerm.dataset import Split
    from llmerm.readers import read

    given = {name: path for name, path in paths.items() if path is not None}
    parts = {name: read(path, input_type=input_type, y=label) for name, path in given.items()}
    kinds = {name: part.input_type for name, part in parts.items()}
    if len(set(kinds.values())) > 1:
        shown = ", ".join(f"{given[name]}: {kind}" for name, kind in kinds.items())
        raise DataError(f"the files hold rows of different types ({shown}); give --input-type")
    named = {name: part.classes for name, part in parts.items()}
    if len(set(named.values())) > 1:
        if None in named.values():
            shown = ", ".join(
                f"{given[name]}: {'names' if classes else 'integers'}" for name, classes in named.items()
            )
            raise DataError(f"labels are names in one file and integers in another ({shown})")
        classes = sorted({name for names in named.values() for name in names or ()})
        parts = {
            name: read(path, input_type=input_type, y=label, classes=classes) for name, path in given.items()
        }
    _check_disjoint(parts, given)
    spec = {
        "source": "files",
        **{name: {"rows": len(part), "sha256": part.hash} for name, part in parts.items()},
    }
    return Split(parts["train"], parts.get("heldout"), parts.get("test"), spec)


def split_of_file(path: Path, params: dict[str, Any]) -> Split:
    """One file of rows, split by `seed` into train, held-out and (if asked for) test."""
    from llmerm.dataset import Split
    from llmerm.readers import read

    rows = read(path, input_type=params["input_type"], y=params["label"])
    train, heldout = params["train"] or SIZE, params["heldout"] or SIZE
    return Split.of(rows, train=train, heldout=heldout, test=params["test"], seed=params["seed"])


def _check_disjoint(parts: dict[str, Dataset], paths: dict[str, Path]) -> None:
    seen: dict[bytes, str] = {}
    for name, part in parts.items():
        rows = set(part.row_bytes())
        shared = [seen[row] for row in part.row_bytes() if row in seen]
        if shared:
            raise DataError(
                f"{len(shared)} rows of {paths[name]} ({name}) stand in {paths[shared[0]]} ({shared[0]}) too;"
                " training, held-out and test rows must not share any: remove them from one"
            )
        seen.update(dict.fromkeys(rows, name))
