"""The tabular tasks: a UCI table, from the user's file, its names disguised."""

from __future__ import annotations

import marshal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from llmerm.dataset import Dataset, Split
from llmerm.errors import DataError, TaskError
from llmerm.readers.csv_table import read_table
from llmerm.readers.source import BadRows
from llmerm.tasks.definition import CheapRule, generator, whole
from llmerm.tasks.named import TEST_ROWS, check_sizes
from llmerm.tasks.rows import split_rows

DISGUISE_VERSION = 1  # raise it when the same file and seed give other records


@dataclass(frozen=True)
class Table:
    """A table of the UCI repository (archive.ics.uci.edu): what to fetch, and where its label stands."""

    title: str
    file: str  # the file's name there
    rule: str  # label = 1 iff ...
    positive: str
    negative: str
    columns: int  # of the file, label included
    label: int  # index of its column in a file without header
    label_name: str  # its column in a file with header


TABLES = {
    "adult": Table("Adult", "adult.data", "income above 50K", ">50K", "<=50K", 15, 14, "income"),
    "mushroom": Table("Mushroom", "agaricus-lepiota.data", "poisonous", "p", "e", 23, 0, "poisonous"),
    "cdc_diabetes": Table(
        "CDC Diabetes Health Indicators",
        "diabetes_binary_health_indicators_BRFSS2015.csv",
        "diabetes or prediabetes",
        "1",
        "0",
        22,
        0,
        "Diabetes_binary",
    ),
    "htru2": Table("HTRU2", "HTRU_2.csv", "the candidate is a pulsar", "1", "0", 9, 8, "class"),
    "chess": Table(
        "Chess (King-Rook vs. King-Pawn)", "kr-vs-kp.data", "white can win", "won", "nowin", 37, 36, "wtoeg"
    ),
}


@dataclass(frozen=True)
class TableTask:
    """A table as a task: records with columns x0, x1, ... and labels 0 and 1."""

    name: str
    dataset: Dataset
    seed: int  # of the disguise
    disguise: dict[str, Any]  # column -> how to go back to the file's values
    n: int  # columns of a record
    variant: None = None
    input_type: str = "record"
    cheap_rules: tuple[CheapRule, ...] = ()

    def oracle(self, x: dict[str, Any]) -> int:
        """The label the file gives this record, the commoner one if it gives both; TaskError if not there."""
        key = marshal.dumps(x, 2)
        y = self.dataset.y
        found = (
            [] if y is None else [int(y[i]) for i, row in enumerate(self.dataset.row_bytes()) if row == key]
        )
        if not found:
            raise TaskError(f"{self.name} is known by its rows alone, and this record is not among them")
        return int(2 * sum(found) > len(found))

    def at(self, n: int) -> TableTask:
        """Raises TaskError: a table has no other lengths."""
        raise TaskError(f"{self.name} is a table: its rows have no other lengths")

    @property
    def spec(self) -> dict[str, Any]:
        """What identifies the task, JSON-able; the disguise can be undone from it."""
        return {
            "task": self.name,
            "n": self.n,
            "variant": None,
            "task_seed": self.seed,
            "parameters": {"disguise": self.disguise, "data": self.dataset.hash},
            "sampler_version": DISGUISE_VERSION,
        }

    def split(
        self,
        train: int = 100,
        heldout: int = 100,
        test: int | None = TEST_ROWS,
        seed: int = 0,
        allow_duplicates: bool = False,
    ) -> Split:
        """Draw rows of the file, half and half in each part; rows that the file repeats stay in one part.

        `allow_duplicates=False` leaves out the copies. `test=None` asks for 10,000 test rows, or those that
        are left where there are fewer. Raises TaskError when the file has too few rows.
        """
        rows = self.dataset if allow_duplicates else _without_copies(self.dataset)
        y = rows.y if rows.y is not None else np.empty(0, np.int64)
        rarest = int(min(np.sum(y == 0), np.sum(y == 1)))
        train, heldout = whole(train, "train"), whole(heldout, "heldout")
        left = max(2, 2 * rarest - train - heldout)
        test = min(TEST_ROWS, left) if test is None else whole(test, "test")
        sizes, seed = {"train": train, "heldout": heldout, "test": test}, whole(seed, "seed")
        check_sizes(sizes, seed)
        if 2 * rarest < train + heldout + test:
            raise TaskError(
                f"{self.name}: {train + heldout + test} rows half and half are more than the file has:"
                f" at most {2 * rarest} in all, so test = {max(0, 2 * rarest - train - heldout)} at most"
            )
        try:
            split = split_rows(rows, train, heldout, test, seed, balanced=True)
        except DataError as error:
            raise TaskError(f"{self.name}: {error}") from error
        spec = self.spec | {"sizes": sizes, "allow_duplicates": allow_duplicates, "seed": seed}
        return Split(split.train, split.heldout, split.test, split.spec | spec)


def load_table(name: str, path: str | Path | None, label: str | None, seed: int) -> TableTask:
    """Read and disguise the user's file; `label` names the label column of a file with a header.

    Raises TaskError without a file, DataError for bad rows.
    """
    table = TABLES[name]
    if path is None:
        raise TaskError(
            f"{name} needs a file: fetch {table.file} of the data set {table.title!r} from"
            f" archive.ics.uci.edu and give its path (path=..., --path)"
        )
    if not Path(path).is_file():
        raise TaskError(f"{name}: {path} is not a file; give the path of {table.file} (UCI, {table.title})")
    cells, labels = _read(table, Path(path), label)
    disguise, columns = {}, []
    for i, column in enumerate(zip(*cells, strict=True)):
        how, values = _disguise(column, generator(seed, name, f"x{i}"))
        disguise[f"x{i}"] = how
        columns.append(values)
    records = [dict(zip(disguise, row, strict=True)) for row in zip(*columns, strict=True)]
    return TableTask(name, Dataset(records, labels, "record"), seed, disguise, len(columns))


def _read(table: Table, path: Path, label: str | None) -> tuple[list[list[str]], list[int]]:
    """The cells without the label column, and the labels as 0 and 1."""
    where, lines = read_table(path)
    lines = [[cell.strip() for cell in line] for line in lines]
    header = lines[0]
    named = label or next((c for c in header if c.lower() == table.label_name.lower()), None)
    if named is None:
        index, width = table.label, table.columns
    elif named in header:
        index, width = header.index(named), len(header)
        where, lines = where[1:], lines[1:]
    else:
        raise DataError(
            f"{path}: the first line names no column {named!r}; it reads {', '.join(header)[:200]}"
        )
    bad = BadRows(path)
    labels, cells = [], []
    for number, line in zip(where, lines, strict=True):
        value = line[index].rstrip(".") if index < len(line) else ""  # adult.test writes `>50K.`
        value = value.removesuffix(".0") if value in {"0.0", "1.0"} else value
        if len(line) != width:
            bad.add(number, f"{len(line)} cells, not {width}")
        elif value not in {table.positive, table.negative}:
            bad.add(number, f"label {value!r} is neither {table.positive} nor {table.negative}")
        labels.append(int(value == table.positive))
        cells.append(line[:index] + line[index + 1 :])
    bad.stop(len(lines))
    if not lines:
        raise DataError(f"{path}: no rows in this file")
    return cells, labels


def _disguise(column: tuple[str, ...], rng: np.random.Generator) -> tuple[dict[str, Any], list[Any]]:
    """Numbers become scale * value + shift, all else c0, c1, ... in a random order of the categories.

    The scale is 0.5 to 4 in sixteenths and the shift a whole number from -100 to 100, so that small integers
    and their images are exact in float64. `?` (not known) is a category like any other.
    """
    try:
        numbers = [float(cell) for cell in column]
    except ValueError:
        categories = sorted(set(column))
        code = {categories[i]: f"c{rank}" for rank, i in enumerate(rng.permutation(len(categories)).tolist())}
        return {"categories": {new: old for old, new in code.items()}}, [code[cell] for cell in column]
    scale, shift = int(rng.integers(8, 65)) / 16, int(rng.integers(-100, 101))
    return {"scale": scale, "shift": shift}, [scale * number + shift for number in numbers]


def _without_copies(dataset: Dataset) -> Dataset:
    first: dict[bytes, int] = {}
    for i, row in enumerate(dataset.row_bytes()):
        first.setdefault(row, i)
    return dataset[np.array(list(first.values()), dtype=np.int64)]
