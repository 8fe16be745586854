"""Random expressions of a type, from the templates of fast_templates.txt.

Sizes are kept in check where repetition could multiply them (`small`). Errors are welcome, but most
operations are written so that they seldom fail.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path


def _templates() -> dict[str, dict[str, list[str]]]:
    """fast_templates.txt: section, type, templates."""
    found: dict[str, dict[str, list[str]]] = {}
    current: list[str] = []
    for line in Path(__file__).with_name("fast_templates.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            current += re.split(r" {2,}", line.strip())
        elif not line.startswith("#"):
            section, kind = line.split(" ", 1)
            current = found.setdefault(section, {}).setdefault(kind, [])
    return found


TEMPLATES = _templates()
EXPRESSIONS = TEMPLATES["expressions"]
LITERALS = TEMPLATES["literals"]
BRACKETED = {*EXPRESSIONS} - {"char", "floats", "index", "pair", "strs"}


CUTS = ["% 1009", "% (10 ** 20 + 39)", "& 65535", "% 2 ** 70", "% -97"]


class Expressions:
    """`names` are the variables that are bound at this point, with their types."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names: dict[str, str] = {}
        self.functions: dict[str, list[str]] = {}  # name: parameter types; all return ints
        self.counter = 0
        self.inside = 0  # comprehensions and lambdas around the expression

    def fresh(self, prefix: str = "v") -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def expr(self, kind: str, depth: int) -> str:
        rng = self.rng
        known = [n for n, t in self.names.items() if t == kind or (kind == "str" and t == "char")]
        if kind in ("digits", "bits") and rng.random() < 0.7 and self.names.get("x") == "str":
            return "x"
        if known and rng.random() < (0.4 if depth else 0.93):
            return rng.choice(known[-3:] if rng.random() < 0.6 else known)
        if kind == "int" and self.functions and depth and rng.random() < 0.12:
            name = rng.choice(list(self.functions))
            return f"{name}({', '.join(self.expr(t, depth - 1) for t in self.functions[name])})"
        if kind not in EXPRESSIONS or not depth:
            return self.fill(rng.choice(LITERALS[kind]), 1)
        text = self.fill(rng.choice(EXPRESSIONS[kind]), depth)
        return f"({text})" if kind in BRACKETED else text

    def fill(self, template: str, depth: int) -> str:
        clause, bound = "", {}
        if "@" in template:
            clause, bound = self.clause(depth)
        text = re.sub(
            r"%([\w,]*):(\w+)%", lambda m: self.function(m[1].split(","), m[2], depth - 1), template
        )
        text = re.sub(r"<([a-z]+)>", lambda m: self.expr(m[1], depth - 1), text)
        if bound:
            with_names = {**self.names, **bound}
            outer, self.names = self.names, with_names
            self.inside += 1
            if self.rng.random() < 0.3:
                clause += f" if {self.expr('bool', min(depth - 1, 1))}"
            text = re.sub(r"\{([a-z]+)\}", lambda m: self.expr(m[1], min(depth - 1, 2)), text)
            self.inside -= 1
            self.names = outer
            text = text.replace("@", clause)
        return text

    def clause(self, depth: int) -> tuple[str, dict[str, str]]:
        """`for .. in ..` of a comprehension, and the names that it binds."""
        a, b = self.fresh("c"), self.fresh("c")
        cut = "[:6]" if self.inside else "[:30]"
        self.inside += 1
        inner = min(depth - 1, 1)
        pick = self.rng.randrange(8)
        if pick < 2:
            made = f"for {a} in {self.expr('str', inner)}{cut}", {a: "char"}
        elif pick < 4:
            made = f"for {a} in {self.expr('ints', inner)}{cut}", {a: "int"}
        elif pick == 4:
            made = f"for {a} in range({self.expr('nat', inner)} % 12)", {a: "int"}
        elif pick == 5:
            made = f"for {a}, {b} in enumerate({self.expr('str', inner)}{cut})", {a: "int", b: "char"}
        elif pick == 6:
            made = (
                f"for {a}, {b} in zip({self.expr('str', inner)}, {self.expr('ints', inner)}{cut})",
                {a: "char", b: "int"},
            )
        else:
            made = f"for {a}, {b} in {self.expr('dict', inner)}.items()", {a: "str", b: "int"}
        self.inside -= 1
        return made

    def function(self, parameters: list[str], result: str, depth: int) -> str:
        bound = {self.fresh("p"): t for t in parameters}
        outer, self.names = self.names, {**self.names, **bound}
        self.inside += 1
        body = self.expr(result, min(max(depth, 1), 2))
        self.inside -= 1
        self.names = outer
        return f"(lambda {', '.join(bound)}: {self.small(result, body)})"

    def small(self, kind: str, text: str) -> str:
        """The value cut down so that repetition cannot make it grow without bound."""
        match kind:
            case "int":
                return f"{text} {self.rng.choice(CUTS)}"
            case "str" | "ints" | "strs" | "floats":
                return f"{text}[:20]"
            case "dict" | "set":
                return (
                    f"{text} if len({text}) < 40 else {LITERALS[kind][0]}"
                    if len(text) < 60
                    else LITERALS[kind][1]
                )
        return text

    def varied(self, make: Callable[[], str]) -> str:
        """An expression that has to do with a variable, if one comes up soon."""
        names = [n for n in self.names if not n.startswith("N")]
        pattern = (
            re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")(?!\w)") if names else re.compile("")
        )
        for _ in range(6):
            text = make()
            if pattern.search(text):
                break
        return text
