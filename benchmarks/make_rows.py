"""Make labelled rows of a task in a file, for the benchmarks of streams: seeded, in bounded memory.

    python benchmarks/make_rows.py parity 100000000 rows.parquet [--length 100] [--format packed]

`packed` is Parquet at 1 bit a symbol, `parquet` has strings, `text` is `<x> -> <y>` lines.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import row_makers
from llmerm.packed_bits import pack_bits
from llmerm.stream import write_packed
from numpy.typing import NDArray
from pyarrow import parquet

Chunks = Iterator[tuple[row_makers.Bits, NDArray[np.bool_]]]
STRINGS_GROUP = 1 << 17  # rows of a row group of strings
ZERO = ord("0")


def packed(path: Path, chunks: Chunks, length: int) -> None:
    write_packed(path, ((pack_bits(bits), labels) for bits, labels in chunks), length)


def text(path: Path, chunks: Chunks, length: int) -> None:
    with path.open("wb") as file:
        for bits, labels in chunks:
            lines = np.empty((len(bits), length + 6), np.uint8)
            lines[:, :length] = bits + np.uint8(ZERO)
            lines[:, length:] = np.frombuffer(b" -> 0\n", np.uint8)
            lines[:, -2] += labels
            file.write(lines.data)


def strings(path: Path, chunks: Chunks, length: int) -> None:
    schema = pa.schema([("x", pa.large_string()), ("y", pa.int64())])
    held: list[Any] = []
    with parquet.ParquetWriter(path, schema, use_dictionary=["y"]) as writer:
        for bits, labels in chunks:
            offsets = np.arange(len(bits) + 1, dtype=np.int64) * length
            buffers = [None, pa.py_buffer(offsets), pa.py_buffer((bits + np.uint8(ZERO)).reshape(-1))]
            column = pa.Array.from_buffers(pa.large_string(), len(bits), buffers)
            held.append(pa.table([column, pa.array(labels.astype(np.int64))], schema))
            if len(held) * row_makers.CHUNK >= STRINGS_GROUP:
                writer.write_table(pa.concat_tables(held), STRINGS_GROUP)
                held = []
        if held:
            writer.write_table(pa.concat_tables(held), STRINGS_GROUP)


FORMATS = {"packed": packed, "text": text, "parquet": strings}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("task", choices=row_makers.TASKS)
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--length", type=int, default=100, help="symbols a row  [default: 100]")
    parser.add_argument("--format", choices=FORMATS, default="packed", help="[default: packed]")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    step, least = (4, 4) if chosen.task == "dyck2" else (1, len(row_makers.PATTERN))
    if chosen.rows < 1 or chosen.seed < 0:
        parser.error("ROWS is 1 or more, --seed 0 or more")
    if not least <= chosen.length <= row_makers.MAX_LENGTH or chosen.length % step:
        multiple = f", a multiple of {step}" if step > 1 else ""
        parser.error(f"--length must lie in {least} to {row_makers.MAX_LENGTH}{multiple}")
    chunks = row_makers.make(chosen.task, chosen.rows, chosen.length, chosen.seed)
    FORMATS[chosen.format](chosen.out, chunks, chosen.length)


if __name__ == "__main__":
    main()
