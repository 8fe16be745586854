"""The rows that `llmerm learn` works on: a named task, one file to split, or three files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmerm.errors import DataError, UsageError

if TYPE_CHECKING:
    from llmerm.dataset import Dataset, Split

SIZE = 100  # rows shown to the proposer, and rows held out, unless asked otherwise (as in LLM-ERM)


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
    _check_disjoint({given[name]: part for name, part in parts.items()})
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


def rows_of(params: dict[str, Any]) -> Split:
    """The split that the options of `llmerm learn` describe, other than a task's."""
    data, heldout, test = params["data"], params["heldout_data"], params["test_data"]
    if heldout is None and test is None:
        return split_of_file(data, params)
    if heldout is None:
        raise UsageError("--test-data goes with --heldout-data: give both, or only --data to have it split")
    for name in ("train", "heldout", "test"):
        if params[name] is not None:
            raise UsageError(f"--{name} splits one file; with --heldout-data every file is taken whole")
    return split_of_files(
        {"train": data, "heldout": heldout, "test": test}, params["input_type"], params["label"]
    )


def _check_disjoint(parts: dict[Path, Dataset]) -> None:
    seen: dict[bytes, Path] = {}
    for path, part in parts.items():
        rows = set(part.row_bytes())
        shared = [(seen[row], row) for row in rows if row in seen]
        if shared:
            first = shared[0][0]
            raise DataError(
                f"{len(shared)} rows of {path} stand in {first} too; training, held-out and test rows must "
                "not share any: remove them from one"
            )
        seen.update(dict.fromkeys(rows, path))
