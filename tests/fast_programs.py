"""Random programs: what the fast tier compiles, mixed in every way.

`program(seed)` and `rows(seed, n)` are functions of the seed. Variables have types, so that most programs run
through; every loop ends after few rounds.
"""

from __future__ import annotations

import random
import re
from typing import Any

from fast_expressions import TEMPLATES, Expressions

LIBRARY = ("collections", "functools", "hashlib", "itertools", "math", "operator", "re", "string")
STATEMENTS = TEMPLATES["statements"]
LABELS = TEMPLATES["labels"]["int"]
OPENINGS = {
    kind: [
        (t, key.split()[1])
        for key, ts in TEMPLATES["openings"].items()
        if key.startswith(f"{kind} ")
        for t in ts
    ]
    for kind in ("text", "ints", "floats", "record")
}
AUGMENTED = {
    "int": ["+=", "-=", "^=", "|=", "&=", "%=", "//=", ">>="],
    "str": ["+="],
    "float": ["+=", "-=", "*="],
    "ints": ["+="],
}
TYPES = ["int"] * 6 + ["str"] * 3 + ["ints"] * 3 + ["bool", "float", "strs", "dict", "set", "pair"]
EXCEPTIONS = ["ValueError", "IndexError", "ZeroDivisionError", "Exception", "LookupError", "TypeError"]
KINDS = ["text"] * 14 + ["ints"] * 3 + ["floats", "record", "record"]
ROW_TYPES = {"text": {"x": "str"}, "ints": {"x": "ints"}, "floats": {"x": "floats"}}
RECORD = {"x['a']": "int", "x['b']": "float", "x['c']": "str", "x['d']": "int"}


class Writer(Expressions):
    """One program."""

    def __init__(self, rng: random.Random, kind: str) -> None:
        super().__init__(rng)
        self.kind = kind
        self.frozen: set[str] = set()  # what a loop walks over must not grow in it
        self.lines: list[str] = []
        self.indent = 0
        self.loops = 0
        self.budget = 0

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def value(self, kind: str) -> str:
        text = self.varied(lambda: self.expr(kind, self.rng.choice([1, 2, 2, 3])))
        return self.small(kind, text) if self.loops else text

    def block(self, size: int) -> None:
        """Statements of a nested block. What they bind is not relied on behind it, save for a few times."""
        outer = dict(self.names)
        self.indent += 1
        before = len(self.lines)
        for _ in range(size):
            self.statement()
        if len(self.lines) == before:
            self.line("pass")
        self.indent -= 1
        kept = self.names
        self.names = {n: t for n, t in outer.items() if kept.get(n) == t}
        if self.rng.random() < 0.04:
            self.names.update(kept)

    def statement(self) -> None:
        self.budget -= 1
        simple = [self.assign] * 6 + [self.augment] * 4 + [self.mutate] * 3 + [self.unpack] * 2
        compound = (
            [self.condition] * 4
            + [self.for_loop] * 4
            + [self.while_loop, self.attempt, self.attempt, self.nested, self.early]
        )
        if self.loops:
            compound += [self.leave] * 3
        self.rng.choice(simple + (compound if self.budget > 0 and self.indent < 5 else []))()

    def assign(self) -> None:
        kind = self.rng.choice(TYPES)
        known = [
            n
            for n, t in self.names.items()
            if n.startswith("v") and n not in self.frozen and (t == kind or self.rng.random() < 0.06)
        ]
        name = self.rng.choice(known) if known and self.rng.random() < 0.5 else self.fresh()
        value = self.value(kind)
        self.line(f"{name} = {value}")
        self.names[name] = kind

    def augment(self) -> None:
        known = [
            (n, t)
            for n, t in self.names.items()
            if n.startswith("v") and t in AUGMENTED and n not in self.frozen
        ]
        if not known:
            return self.assign()
        name, kind = self.rng.choice(known)
        operator = self.rng.choice(AUGMENTED[kind])
        value = (
            self.expr("divisor", 2)
            if operator in ("%=", "//=")
            else self.expr("nat", 1)
            if operator == ">>="
            else self.small(kind, self.expr(kind, 2))
        )
        self.line(f"{name} {operator} {value}")
        if self.loops and kind in ("str", "ints"):
            self.line(f"{name} = {name}[-30:]")

    def mutate(self) -> None:
        known = [
            (n, t)
            for n, t in self.names.items()
            if n.startswith("v") and t in STATEMENTS and n not in self.frozen
        ]
        if not known:
            return self.assign()
        name, kind = self.rng.choice(known)
        template = self.rng.choice(STATEMENTS[kind])
        text = self.fill(template.replace("$", name), 2)
        self.line(text)

    def unpack(self) -> None:
        a, b = self.fresh(), self.fresh()
        match self.rng.randrange(4):
            case 0:
                self.line(f"{a}, {b} = {self.small('pair', self.expr('pair', 2))}")
                self.names |= {a: "int", b: "int"} if not self.loops else {}
            case 1:
                self.line(
                    f"{a}, *{b} = {self.value('ints')} or [0]"
                    if not self.loops
                    else f"{a}, *{b} = ({self.expr('ints', 1)} or [0])[:5]"
                )
                self.names |= {a: "int", b: "ints"} if not self.loops else {}
            case 2:
                same = [
                    n
                    for n, t in self.names.items()
                    if t == "int" and n.startswith("v") and n not in self.frozen
                ]
                if len(same) > 1:
                    a, b = self.rng.sample(same, 2)
                    self.line(f"{a}, {b} = {b}, {self.small('int', self.expr('int', 1))}")
            case _:
                self.line(f"{a} = {b} = {self.value('int')}")
                self.names |= {a: "int", b: "int"}

    def condition(self) -> None:
        walrus = self.rng.random() < 0.15
        name = self.fresh()
        self.line(
            f"if ({name} := {self.value('int')}) > {self.expr('small', 1)}:"
            if walrus
            else f"if {self.expr('bool', 2)}:"
        )
        if walrus:
            self.names[name] = "int"
        self.block(self.rng.randint(1, 2))
        if self.rng.random() < 0.3:
            self.line(f"elif {self.expr('bool', 2)}:")
            self.block(1)
        if self.rng.random() < 0.5:
            self.line("else:")
            self.block(self.rng.randint(1, 2))

    def for_loop(self) -> None:
        a, b = self.fresh("i"), self.fresh("i")
        cut = "[:24]" if not self.loops else "[:6]"
        source: Any = self.rng.choice(
            [
                ("str", "char"),
                ("str", "char"),
                ("ints", "int"),
                ("strs", "str"),
                "range",
                "range",
                "enumerate",
                "zip",
                "items",
            ]
        )
        bound = {a: "int"}
        match source:
            case "range":
                start, most = self.rng.choice(["", "", "1, ", "-3, "]), 7 if self.loops else 14
                text = f"for {a} in range({start}{self.expr('nat', 1)} % {most}):"
            case "enumerate":
                text, bound = f"for {a}, {b} in enumerate({self.expr('str', 1)}{cut}):", {a: "int", b: "char"}
            case "zip":
                text, bound = (
                    f"for {a}, {b} in zip({self.expr('str', 1)}{cut}, {self.expr('str', 1)}[1:]):",
                    {a: "char", b: "char"},
                )
            case "items":
                text, bound = (
                    f"for {a}, {b} in list({self.expr('dict', 1)}.items()){cut}:",
                    {a: "str", b: "int"},
                )
            case (kind, item):
                known = [n for n, t in self.names.items() if t == kind]
                name = self.rng.choice(known) if known and not self.loops else ""
                text, bound = f"for {a} in {name or self.expr(kind, 2) + cut}:", {a: item}
                self.loop(text, bound, {name})
                return
        self.loop(text, bound, set())

    def loop(self, text: str, bound: dict[str, str], frozen: set[str]) -> None:
        self.line(text)
        outer, outer_frozen = dict(self.names), set(self.frozen)
        self.names |= bound
        self.frozen |= frozen | set(bound)
        self.loops += 1
        self.block(self.rng.randint(1, 3))
        self.loops -= 1
        self.frozen = outer_frozen
        self.names = {n: t for n, t in self.names.items() if n in outer}
        if self.rng.random() < 0.15:
            self.line("else:")
            self.block(1)

    def while_loop(self) -> None:
        name = self.fresh("k")
        self.line(f"{name} = {self.rng.randint(1, 5 if self.loops else 9)}")
        self.names[name] = "int"
        self.line(
            f"while {name} > 0 and {self.expr('bool', 1)}:" if self.rng.random() < 0.6 else f"while {name}:"
        )
        self.line(f"    {name} -= 1")
        outer_frozen = set(self.frozen)
        self.frozen.add(name)
        self.loops += 1
        self.block(self.rng.randint(1, 3))
        self.loops -= 1
        self.frozen = outer_frozen

    def leave(self) -> None:
        self.line(f"if {self.expr('bool', 2)}:")
        self.line("    " + self.rng.choice(["break", "continue", "continue"]))

    def early(self) -> None:
        self.line(f"if {self.expr('bool', 2)} and {self.expr('bool', 1)}:")
        self.line(f"    return {self.label()}")

    def attempt(self) -> None:
        self.line("try:")
        self.block(self.rng.randint(1, 2))
        for _ in range(self.rng.choice([1, 1, 1, 2])):
            self.line(f"except {self.rng.choice(EXCEPTIONS)}:")
            self.block(1)
        if self.rng.random() < 0.2:
            self.line("else:")
            self.block(1)
        if self.rng.random() < 0.25:
            self.line("finally:")
            self.indent += 1
            self.assign()
            self.indent -= 1

    def nested(self) -> None:
        """A function in the function: it reads, and now and then rebinds, what is around it."""
        if self.indent > 2 or self.loops:
            return self.assign()
        self.define(captured=dict(self.names))

    def define(self, captured: dict[str, str]) -> None:
        name = self.fresh("h")
        parameters = {
            self.fresh("a"): self.rng.choice(["int", "int", "str", "ints"])
            for _ in range(self.rng.randint(1, 2))
        }
        saved = self.names, self.frozen, self.lines, self.kind
        before, self.lines = self.lines, []
        ints = [n for n, t in captured.items() if t == "int" and n.startswith("v") and n not in self.frozen]
        rebound = self.rng.choice(ints) if ints and self.rng.random() < 0.3 else None
        # what it captures it does not assign, except with nonlocal: else that would be a variable of its own
        self.names = {**captured, **parameters}
        self.frozen = self.frozen | {n for n in captured if n != rebound}
        self.indent += 1
        if rebound:
            self.line(f"nonlocal {rebound}")
            self.line(f"{rebound} = ({rebound} * 3 + 1) % 1009")
        for _ in range(self.rng.randint(0, 2)):
            self.statement()
        self.line(f"return {self.small('int', self.expr('int', 2))}")
        self.indent -= 1
        body = self.lines
        self.names, self.frozen, self.lines, self.kind = saved
        self.lines = before
        self.line(f"def {name}({', '.join(parameters)}):")
        self.lines += body
        self.functions[name] = list(parameters.values())

    def label(self) -> str:
        return self.varied(lambda: self.fill(self.rng.choice(LABELS), 2))

    # ---- the program ----

    def write(self) -> str:
        self.budget = 0
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            if self.rng.random() < 0.3:
                self.recursive()
            else:
                self.define({})
        helpers = self.functions
        constant = self.fresh("N")
        self.line(f"{constant} = {self.rng.choice(['7', '[3, 1, 2]', '10 ** 21'])}")
        self.names = {constant: "ints" if "[" in self.lines[-1] else "int"}
        self.frozen = {constant}
        self.names |= RECORD if self.kind == "record" else ROW_TYPES[self.kind]
        self.line("def f(x):")
        self.indent = 1
        self.budget = self.rng.randint(2, 12)
        self.functions = dict(helpers)
        self.opening()
        for _ in range(self.rng.randint(1, 6)):
            self.statement()
        self.line(f"return {self.label()}")
        text = "\n".join(self.lines) + "\n"
        used = [name for name in LIBRARY if re.search(rf"\b{name}\.", text)]
        return "".join(f"import {name}\n" for name in used) + text

    def opening(self) -> None:
        """Variables that differ from row to row."""
        for template, kind in self.rng.sample(OPENINGS[self.kind], 2):
            name = self.fresh()
            self.line(f"{name} = {self.fill(template, 1)}")
            self.names[name] = kind

    def recursive(self) -> None:
        name = self.fresh("r")
        if self.rng.random() < 0.5:
            self.line("@functools.lru_cache(None)")
        self.line(f"def {name}_(n):")
        self.line(f"    if n < {self.rng.randint(1, 3)}:")
        self.line(f"        return {self.rng.choice(['n', '1', 'n + 1'])}")
        added, modulus = self.rng.choice(["n", f"{name}_(n // 2)", "1"]), self.rng.choice(["97", "10 ** 19"])
        self.line(f"    return ({name}_(n - 1) * {self.rng.randint(1, 3)} + {added}) % {modulus}")
        self.line(f"def {name}(n):")
        self.line(f"    return {name}_(n % 12)")
        self.functions[name] = ["int"]


def kind_of(seed: int) -> str:
    return random.Random(f"kind {seed}").choice(KINDS)


def program(seed: int) -> tuple[str, str]:
    """The source of a candidate, and the input type of its rows."""
    kind = kind_of(seed)
    return Writer(random.Random(f"program {seed}"), kind).write(), kind


def rows(seed: int, n: int) -> list[Any]:
    """n rows for the program of a seed."""
    rng = random.Random(f"rows {seed}")
    kind = kind_of(seed)
    alphabet = rng.choice(["01", "01", "01", "0123456789", "01ab ,"])
    whole = [0, 1, -1, 2, 3, 5, 10, -7, 100, 2**31, 2**62, -(2**62), 2**63 - 1, -(2**63)]

    def text() -> str:
        return "".join(rng.choice(alphabet) for _ in range(rng.choice([0, 1, 2, 5, 8, 12, 24, 24])))

    def number() -> int:
        return rng.choice(whole) if rng.random() < 0.3 else rng.randint(-20, 99)

    def real() -> float:
        return (
            rng.choice([0.0, -0.0, 0.5, 1.0, -2.5, 1e10, 0.1])
            if rng.random() < 0.5
            else round(rng.uniform(-9, 9), 3)
        )

    match kind:
        case "text":
            return [text() for _ in range(n)]
        case "ints":
            return [[number() for _ in range(rng.randint(0, 9))] for _ in range(n)]
        case "floats":
            return [[real() for _ in range(rng.randint(0, 9))] for _ in range(n)]
    return [{"a": number(), "b": real(), "c": text(), "d": number()} for _ in range(n)]
