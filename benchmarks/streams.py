"""What it costs to read rows from files in blocks, beside reading the same bytes and making no rows of them.

The peer of Parquet is pyarrow's iter_batches on one thread; of .npy and text, the bytes of the file. 100
symbols a row, labels read too. CPU time of the reading thread, since it runs beside the workers.

    python benchmarks/streams.py [--tiny] [--json] [--repeat N]
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import harness
import llmerm
import make_rows
import numpy as np
import row_makers
from pyarrow import parquet

LENGTH = 100
PIECE = 4 << 20
FILES = {
    "Parquet, packed bits": ("packed.parquet", 3.0, "beyond"),
    "Parquet, strings": ("strings.parquet", 60.0, "beyond"),
    ".npy, packed bits": ("rows.npy", None, ""),
    "text": ("rows.txt", 250.0, "in all"),
}


def main() -> None:
    """Make the files, and read each in turns by both ways."""
    chosen = harness.options(__doc__, repeat=5)
    rows = 100_000 if chosen.tiny else 4_000_000
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, rows)
        work: dict[str, Callable[[], object]] = {}
        for file, _, _ in FILES.values():
            work[file] = partial(blocks, folder / file, rows)
            work[f"{file}, peer"] = partial(peer, folder / file)
        timings = harness.best_of(chosen.repeat, work)
        for storage, (file, goal, of) in FILES.items():
            own, other = (timings[key].cpu / rows * 1e9 for key in (file, f"{file}, peer"))
            size = sum(path.stat().st_size for path in files_of(folder / file)) / rows
            met = None if goal is None else (own - other if of == "beyond" else own) <= goal
            results.append(
                {
                    "storage": storage,
                    "bytes_per_row": size,
                    "peer_ns": other,
                    "llmerm_ns": own,
                    "goal_ns": goal,
                    "goal_of": of,
                    "met": met,
                }
            )
    lines = [
        (
            r["storage"],
            f"{r['bytes_per_row']:.1f}",
            f"{r['peer_ns']:.1f}",
            f"{r['llmerm_ns']:.1f}",
            f"{r['llmerm_ns'] - r['peer_ns']:.1f}",
            "" if r["goal_ns"] is None else f"{r['goal_ns']:.0f} {r['goal_of']}",
        )
        for r in results
    ]
    header = ("storage", "bytes/row", "peer ns/row", "llmerm ns/row", "beyond", "goal")
    harness.publish(
        chosen, {"rows": rows, "streams": results}, [(header, lines)], f"{rows:,} rows of {LENGTH} symbols"
    )


def write(folder: Path, rows: int) -> None:
    """The same rows in each of FILES."""
    chunks = partial(row_makers.make, "parity", rows, LENGTH, 0)
    make_rows.packed(folder / "packed.parquet", chunks(), LENGTH)
    make_rows.strings(folder / "strings.parquet", chunks(), LENGTH)
    make_rows.text(folder / "rows.txt", chunks(), LENGTH)
    np.save(folder / "rows.npy", np.concatenate([np.packbits(bits, axis=1) for bits, _ in chunks()]))
    np.save(folder / "rows.y.npy", np.concatenate([labels for _, labels in chunks()]).astype(np.int64))


def files_of(path: Path) -> list[Path]:
    """The file, and that of its labels."""
    return [path, path.with_suffix(".y.npy")] if path.suffix == ".npy" else [path]


def blocks(path: Path, rows: int) -> None:
    """All blocks of the stream."""
    stream = llmerm.scan(path, bits=LENGTH if path.suffix == ".npy" else None)
    read = sum(len(block) for block in stream.blocks())
    harness.require(read == rows, f"{path.name}: {read} rows of {rows}")


def peer(path: Path) -> None:
    """The bytes, and of Parquet the columns, but no rows."""
    if path.suffix == ".parquet":
        with parquet.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            for _ in file.iter_batches(llmerm.stream.BLOCK, use_threads=False):
                pass
        return
    for part in files_of(path):
        with part.open("rb") as opened:
            while opened.read(PIECE):
                pass


if __name__ == "__main__":
    main()
