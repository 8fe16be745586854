"""Theory beside practice: the rows that a k-parity asks for, by four bounds (docs/statistics.md).

    python examples/theory.py [--out docs/figures/theory.svg]

Prints the table of the docs, and draws the same against n and against k. The enumeration is asked for nothing
but the number of programs of each size; nothing is searched here. Same output always, byte for byte.
"""

import argparse
import math
from pathlib import Path

from llmerm import Dataset
from llmerm.bounds import occam_rows, size_code
from llmerm.enumeration import grammar_for, search
from llmerm.parity_bounds import erm_parity_rows, log10_sgd_parity_examples, log10_sq_parity_queries

ERROR, DELTA = 0.01, 0.05  # what is asked for: err <= 1 % with probability 0.95
BITS = 8  # of an entry of the gradient
TOLERANCE = 0.1  # of a statistical query: about what 100 rows are good for
LENGTHS = (10, 12, 14, 16, 17, 20, 25, 32, 33, 40, 50, 64, 65, 80, 100, 128, 129, 160, 200, 256, 257, 320)
LENGTHS += (400, 512, 513, 640, 800, 1000)
KS = (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 35, 40, 45, 50)
OF_K = 100  # n where k varies

CURVES = {
    "occam": (f"enough for the xor program, by its size (Occam, error {100 * ERROR:g} %)", "tab:blue", "-"),
    "erm": (f"enough for trying all k-parities (ERM, error {100 * ERROR:g} %)", "tab:green", "--"),
    "sgd": (f"needed by SGD with {BITS}-bit gradients (order of magnitude)", "tab:red", "-."),
    "sq": (f"statistical queries needed at tolerance {TOLERANCE:g}", "tab:orange", ":"),
}


def some_rows(n):
    """Two rows of n bits: all that the number of programs depends on is their length."""
    return Dataset(["0" * n, "1" * n], [0, 1])


def parity_size(n, k):
    """Size of xor(symbol(i, "1"), xor(...)): k symbols, each with its position, and k - 1 times xor."""
    sizes = {operation: size for operation, size, _ in grammar_for(some_rows(n)).rules}
    return k * (sizes["symbol"] + math.ceil(math.log2(n))) + (k - 1) * sizes["xor"]


def sizes_of(n, most):
    """log2 of the number of programs of each size up to `most`."""
    return search(some_rows(n), max_size=most, time_limit=0.001).log2_counts


def asked(n, k, log2_counts):
    """log10 of what each bound asks for, and the size and the bits of the program."""
    size = parity_size(n, k)
    code = size_code(size, log2_counts[size], DELTA)
    return {
        "n": n,
        "k": k,
        "size": size,
        "bits": log2_counts[size],
        "occam": math.log10(occam_rows(code, ERROR)),
        "erm": math.log10(erm_parity_rows(n, k, ERROR, DELTA)),
        "sgd": log10_sgd_parity_examples(n, k, BITS),
        "sq": log10_sq_parity_queries(n, k, TOLERANCE),
    }


def shown(point):
    """A line of the table."""
    rows = [f"{10 ** point[name]:,.0f}" for name in ("occam", "erm")]
    least = ["-" if point[name] <= 0 else f"{10 ** point[name]:.1e}" for name in ("sgd", "sq")]
    return [str(point["n"]), str(point["k"]), str(point["size"]), f"{point['bits']:.1f}", *rows, *least]


def draw(panels, path):
    """One panel a list of points: (title, x axis, points)."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "llmerm", "font.size": 9})
    figure, all_axes = plt.subplots(1, len(panels), figsize=(11, 4.2), sharey=True, facecolor="white")
    for axes, (title, x, points) in zip(all_axes, panels, strict=True):
        for name, (label, colour, style) in CURVES.items():
            at = [point for point in points if point[name] > 0]  # below one row or query nothing is said
            heights = [10 ** min(point[name], 300) for point in at]
            axes.plot([point[x] for point in at], heights, style, color=colour, label=label)
        axes.set(title=title, xlabel=x, yscale="log", ylim=(1, 1e16), xscale="log" if x == "n" else "linear")
        axes.grid(True, color="0.9")
    all_axes[0].set_ylabel("rows (dotted: queries)")
    figure.legend(*all_axes[0].get_legend_handles_labels(), loc="lower center", ncols=2, frameon=False)
    figure.tight_layout(rect=(0, 0.12, 1, 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main():
    """Compute every point, print the table, draw."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=Path("docs/figures/theory.svg"), help="SVG to write")
    out = parser.parse_args().out
    panels = [(f"k = {k}", "n", []) for k in (3, 10)]
    for n in LENGTHS:
        log2_counts = sizes_of(n, parity_size(n, 10))
        for (_, _, points), k in zip(panels, (3, 10), strict=True):
            points.append(asked(n, k, log2_counts))
    log2_counts = sizes_of(OF_K, parity_size(OF_K, max(KS)))
    panels.append((f"n = {OF_K}", "k", [asked(OF_K, k, log2_counts) for k in KS]))
    draw(panels, out)
    some = {"n": {20, 50, 100, 1000}, "k": {1, 5, 20, 30, 50}}
    lines = [shown(point) for _, x, points in panels for point in points if point[x] in some[x]]
    sgd, queries = f"SGD, b = {BITS}", f"queries to {TOLERANCE:g}"
    header = ["n", "k", "size", "bits", "Occam rows", "ERM rows", sgd, queries]
    for line in (header, ["---"] * len(header), *lines):
        print("| " + " | ".join(line) + " |")


if __name__ == "__main__":
    main()
