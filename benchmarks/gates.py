"""One problem for three enumerators: functions of the columns of rows of bits, made of and, or, xor and not.

Sizes are gates, as cvc5 counts them. In the grammar of `llmerm` a column weighs L, a gate of two 1 and a
not L + 1, so that g gates have size L + g (L + 1), whichever: all three go through the same expressions.
"""

from __future__ import annotations

import importlib.util
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import harness
import llmerm
from llmerm.enumeration import Grammar, search
from plain_enumerator import enumerate_plainly

HAS_CVC5 = importlib.util.find_spec("cvc5") is not None


@dataclass(frozen=True)
class Run:
    """What one enumerator did."""

    seconds: float
    found: bool
    programs: int | None = None  # expressions evaluated; None where it does not tell
    kept: dict[int, int] = field(
        default_factory=dict
    )  # size -> distinct behaviours, of the sizes it keeps any of


@dataclass(frozen=True)
class Problem:
    """Rows of bits with labels."""

    rows: list[str]
    labels: list[int]

    @property
    def n(self) -> int:
        """Length of a row."""
        return len(self.rows[0])

    @property
    def column(self) -> int:
        """Size of one column: the rule, and its choice among n."""
        return 1 + (self.n - 1).bit_length()

    def size(self, gates: int) -> int:
        """Size of an expression of so many gates."""
        return self.column + gates * (self.column + 1)

    @property
    def grammar(self) -> Grammar:
        """The same for llmerm and the plain enumerator."""
        gates = tuple((name, 1, ()) for name in ("and", "or", "xor"))
        return Grammar("gates", "text", "01", (("symbol", 1, ()), ("not", self.column + 1, ()), *gates))


def problem(n: int, chosen: list[int] | None, rows: int = 100) -> Problem:
    """Random rows, with the parity of the chosen columns; None: random labels, which nothing small fits."""
    rng = random.Random(1)
    made = ["".join(rng.choices("01", k=n)) for _ in range(rows)]
    if chosen is None:
        return Problem(made, [rng.randrange(2) for _ in made])
    return Problem(made, [sum(row[i] == "1" for i in chosen) % 2 for row in made])


def by_llmerm(asked: Problem, gates: int | None, threads: int) -> Run:
    """All expressions of up to so many gates, or (None) until one fits."""
    data = llmerm.Dataset(asked.rows, asked.labels, input_type="text")
    size = None if gates is None else asked.size(gates)
    start = time.perf_counter()
    found = search(data, k=1, grammar=asked.grammar, max_size=size, time_limit=None, threads=threads)
    seconds = time.perf_counter() - start
    kept = {level.size: level.types["bool"] for level in found.levels if level.types.get("bool")}
    return Run(seconds, found.exact is not None, found.programs_seen, kept)


def by_plain(asked: Problem, gates: int | None) -> Run:
    """The same in plain Python."""
    wanted = tuple(map(bool, asked.labels))
    size = asked.size(10 if gates is None else gates)
    start = time.perf_counter()
    levels = list(enumerate_plainly(asked.rows, asked.grammar, size, wanted=wanted))
    seconds = time.perf_counter() - start
    kept = {level.size: len(level.found["bool"]) for level in levels if level.found}
    found = any(wanted in level.found.get("bool", ()) for level in levels)
    return Run(seconds, found, sum(level.programs for level in levels), kept)


def by_cvc5(asked: Problem, gates: int | None, count: bool = False) -> Run:
    """The same by cvc5's SyGuS enumerator; with `count`, slower, it tells how many terms it keeps.

    A column is one bit-vector with a bit a row, and the labels are one example: asked so, it is several times
    as fast as with Booleans and an example a row. `fast` is its bottom-up enumerator, and of its rewriters
    `basic` is the fastest here.
    """
    import cvc5

    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    for name, value in {"sygus": "true", "sygus-enum": "fast", "sygus-rewriter": "basic"}.items():
        solver.setOption(name, value)
    if gates is not None:
        solver.setOption("sygus-abort-size", str(gates))
    with tempfile.NamedTemporaryFile(suffix=".txt") as listed:
        if count:
            solver.setOption("regular-output-channel", listed.name)
            solver.setOption("output", "sygus")
        solver.setLogic("BV")
        sort = terms.mkBitVectorSort(len(asked.rows))
        columns = [terms.mkVar(sort, f"x{i}") for i in range(asked.n)]
        start = terms.mkVar(sort, "start")
        grammar = solver.mkGrammar(columns, [start])
        two = [
            terms.mkTerm(kind, start, start)
            for kind in (cvc5.Kind.BITVECTOR_AND, cvc5.Kind.BITVECTOR_OR, cvc5.Kind.BITVECTOR_XOR)
        ]
        grammar.addRules(start, [*columns, terms.mkTerm(cvc5.Kind.BITVECTOR_NOT, start), *two])
        function = solver.synthFun("f", columns, sort, grammar)
        given = ["".join(row[i] for row in asked.rows) for i in range(asked.n)]
        bits = [terms.mkBitVector(len(asked.rows), column, 2) for column in given]
        wanted = terms.mkBitVector(len(asked.rows), "".join(map(str, asked.labels)), 2)
        applied = terms.mkTerm(cvc5.Kind.APPLY_UF, function, *bits)
        solver.addSygusConstraint(terms.mkTerm(cvc5.Kind.EQUAL, applied, wanted))
        begin = time.perf_counter()
        found = _solved(solver)
        seconds = time.perf_counter() - begin
        kept = Path(listed.name).read_text().count("(sygus-enum ") if count else 0
    return Run(seconds, found, None, {asked.size(gates or 0): kept} if count else {})


def _solved(solver: Any) -> bool:
    """Whether a function was found before all of the allowed number of gates were tried."""
    try:
        return bool(solver.checkSynth().hasSolution())
    except RuntimeError as error:
        harness.require("Maximum term size" in str(error), f"cvc5: {error}")
        return False
