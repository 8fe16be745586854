"""The rows that `llmerm learn` works on: a named task, one file to split, or three files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.cli.row_files import is_streamed
from llmerm.cli.task_options import task_of
from llmerm.errors import DataError, UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset, Split
    from llmerm.stream import Stream
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
        _refuse(params, ("heldout_data", "test_data", "input_type", "bits"), "for --data, not for a task")
        return split_of_task(name, params)
    _refuse(params, ("n", "variant", "path", "allow_duplicates", "test_n"), "for a task, not for --data")
    if params["heldout_data"] is None:
        _refuse(params, ("test_data", "bits"), "for use with --heldout-data; without it, --data is split")
        return split_of_file(data, params), []
    _refuse(params, ("train", "heldout", "test"), "for splitting one file; with --heldout-data none is split")
    paths = {"train": data, "heldout": params["heldout_data"], "test": params["test_data"]}
    return split_of_files(paths, params["input_type"], params["label"], params.get("bits")), []


def split_of_task(name: str, params: dict[str, Any]) -> tuple[Split, list[dict[str, Any]]]:
    """The rows of a named task, and its cheap rules measured on them."""
    from llmerm.tasks import split_beside

    made = task_of(name, params)
    lengths = params.get("test_n") or ()
    for n in lengths:
        made.at(n)  # a length that the task does not have is said before anything is drawn
    sizes = (params["train"] or SIZE, params["heldout"] or SIZE)
    seed, copies = params["seed"], params["allow_duplicates"]
    if lengths:
        split = split_beside(made, (*sizes, params["test"]), seed, copies)
    else:
        split = made.split(*sizes, TASK_TEST if params["test"] is None else params["test"], seed, copies)
    return split, [cheap_rule(rule, split) for rule in made.cheap_rules]


def test_rows_of(params: dict[str, Any]) -> dict[int, Dataset]:
    """The test rows of `--test-n` by length, `--test` of each (None: as many as there are, at most 10,000).

    The length that is learnt from is left out: its test rows are those of the split.
    """
    from llmerm.tasks import rows_by_n

    if not params["test_n"] or params["task_name"] is None:  # without a task, `data_of` says what is wrong
        return {}
    if params["test"] == 0:
        raise UsageError(
            "--test-n tests at other lengths, and --test 0 asks for no test rows; give one of the two"
        )
    made = task_of(params["task_name"], params)
    others = [n for n in params["test_n"] if n != made.n]
    return rows_by_n(made, others, params["test"], params["seed"], params["allow_duplicates"])


def cheap_rule(rule: CheapRule, split: Split) -> dict[str, Any]:
    """What a shortcut gets on the rows at hand, beside its published accuracy."""
    from llmerm.dataset import Dataset

    def risk(rows: Dataset | Stream | None) -> float | None:
        if not isinstance(rows, Dataset) or rows.y is None:
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
        if params.get(name) not in {None, False}:  # `propose` and `prompt` have fewer options
            raise UsageError(f"--{name.replace('_', '-')} is {why}")


def split_of_files(
    paths: dict[str, Path | None], input_type: str | None, label: str | None, bits: int | None = None
) -> Split:
    """Rows of files that are already split: `paths` has "train", "heldout" and "test" (may be None).

    Held-out and test rows are streamed where `is_streamed` says so, or when `bits` is given. The input type
    and the class names are settled over all files that are read whole, so that a label has one code; streams
    must have the same. Raises DataError when a row stands in two files: it would be learnt from and judged
    by.
    """
    from llmerm.dataset import Split
    from llmerm.overlap import refuse_shared
    from llmerm.stream import scan

    given = {name: path for name, path in paths.items() if path is not None}
    large = [n for n in given if n != "train" and (bits is not None or is_streamed(str(given[n])))]
    whole = {name: path for name, path in given.items() if name not in large}
    parts = _read_whole(whole, input_type, label)
    _check_disjoint(parts, whole)
    kind, classes = parts["train"].input_type, parts["train"].classes
    streams = {
        name: scan(str(given[name]), input_type=kind, y=label, classes=classes, bits=bits) for name in large
    }
    for stream in streams.values():
        _check_stream(stream, parts["train"], given["train"])
    for name, stream in streams.items():
        for known, rows in parts.items():
            refuse_shared(rows, f"{given[known]} ({known})", stream, name)
    spec: dict[str, Any] = {
        "source": "files",
        **{name: {"rows": len(part), "sha256": part.hash} for name, part in parts.items()},
        **{name: {"fingerprint": stream.fingerprint} for name, stream in streams.items()},
    }
    if len(streams) > 1:
        spec["not_compared"] = list(streams)
    both: dict[str, Dataset | Stream] = {**parts, **streams}
    return Split(parts["train"], both.get("heldout"), both.get("test"), spec)


def _read_whole(given: dict[str, Path], input_type: str | None, label: str | None) -> dict[str, Dataset]:
    """The rows of files, of one type and with one set of classes."""
    from llmerm.readers import read

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
    return parts


def _check_stream(stream: Stream, train: Dataset, path: Path) -> None:
    if not stream.labelled:
        raise DataError(f"{stream.name}: these rows have no labels")
    if stream.classes != train.classes:
        raise DataError(
            f"{stream.name}: labels are names ({', '.join(stream.classes or ())}), but integers in {path}"
        )


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
