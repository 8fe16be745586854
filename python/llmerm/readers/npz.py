"""NumPy archives: arrays `x` and `y`, and for rows of unequal length `offsets`."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from llmerm.dataset import Dataset, Packed
from llmerm.errors import DataError
from llmerm.readers.labels import parse_labels
from llmerm.readers.source import BadRows, Request, make_dataset


def load(request: Request) -> Dataset:
    """Read `x`: 2-D numbers (a row each), 1-D strings, or 1-D numbers with `offsets` (n + 1,).

    With `offsets`, a `kind` of "text" says that `x` holds the bytes of UTF-8 text. `classes` names the codes
    in `y`.
    """
    arrays = _arrays(request.path)
    name = request.x if isinstance(request.x, str) else "x"
    label = request.y or "y"
    for wanted in [name, *([label] if request.labelled else [])]:
        if wanted not in arrays:
            raise DataError(
                f"{request.path}: no array {wanted!r}; the archive holds {', '.join(arrays) or 'none'}"
            )
    x = arrays[name]
    rows: Any = (
        _ragged(request, x, arrays["offsets"], str(arrays.get("kind", ""))) if "offsets" in arrays else x
    )
    if x.ndim == 1 and "offsets" not in arrays and x.dtype.kind == "S":
        rows = [
            row.decode(errors="surrogateescape") for row in x.tolist()
        ]  # what is no UTF-8 is refused below
    if x.ndim != 2 and "offsets" not in arrays and x.dtype.kind not in "US":
        raise DataError(
            f"{request.path}: x is {x.ndim}-D {x.dtype}; give a 2-D array, strings, or x with offsets"
        )
    y = arrays[label] if request.labelled else None
    classes = request.classes
    if classes is None and "classes" in arrays:
        classes = tuple(arrays["classes"].tolist())
    if y is not None and y.dtype.kind not in "iub":
        bad = BadRows(request.path, "row")
        y = np.array(parse_labels(y.tolist(), range(1, len(y) + 1), classes, bad))
        bad.stop(len(y))
    if isinstance(rows, Packed):
        try:
            return Dataset.from_packed(rows, y, classes)
        except DataError as error:
            raise DataError(f"{request.path}: {error}") from error
    labels: Any = y
    return make_dataset(request._replace(classes=classes), rows, labels)


def _arrays(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:  # opened here: numpy leaves a file open that turns out to be no archive
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                raise DataError(
                    f"{path}: one array, not an archive; write it by numpy.savez(path, x=..., y=...)"
                )
            return {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile, KeyError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: not a NumPy archive of plain arrays ({error}); use numpy.savez") from error


def _ragged(request: Request, x: Any, offsets: Any, kind: str) -> Packed:
    kind = kind or request.input_type or ("floats" if x.dtype.kind == "f" else "ints")
    if (
        request.input_type not in {None, kind}
        or x.ndim != 1
        or x.dtype.kind not in "biuf"
        or kind not in {"text", "ints", "floats"}
    ):
        raise DataError(
            f"{request.path}: with offsets, x must be 1-D numbers or text, not {x.ndim}-D {x.dtype}"
        )
    if kind == "text" and x.dtype != np.uint8:
        raise DataError(f"{request.path}: the bytes of text must be uint8, not {x.dtype}")
    dtype = {"text": np.uint8, "ints": np.int64, "floats": np.float64}[kind]
    if kind == "ints" and x.dtype.kind == "f":
        raise DataError(f"{request.path}: x holds floats; use input type 'floats'")
    if offsets.ndim != 1 or offsets.dtype.kind not in "iu":
        raise DataError(f"{request.path}: offsets must be 1-D integers, not {offsets.ndim}-D {offsets.dtype}")
    packed = Packed(kind, np.ascontiguousarray(x, dtype=dtype), offsets.astype(np.int64), None)
    try:
        rows = Dataset.from_packed(packed)
        if kind == "text":
            for row in rows.row_bytes():
                row.decode()
    except (DataError, UnicodeDecodeError) as error:
        raise DataError(f"{request.path}: x and offsets do not make rows of {kind}: {error}") from error
    return packed


def save(dataset: Dataset, path: Path) -> None:
    """Write the packed arrays. Records have no array form here: write them as JSONL or Parquet."""
    if dataset.input_type == "record":
        raise DataError(f"{path}: records cannot be written as .npz; write .jsonl or .parquet")
    packed = dataset.packed()
    arrays: dict[str, Any] = {"x": packed.data, "offsets": packed.offsets, "kind": np.array(packed.kind)}
    if dataset.y is not None:
        arrays["y"] = dataset.y
    if dataset.classes is not None:
        arrays["classes"] = np.array(dataset.classes)
    with path.open("wb") as file:  # a file object, since numpy adds .npz to names
        np.savez_compressed(file, **arrays)
