"""Distinct candidates as a model might propose them for rows of bits: ten ways to write, many constants."""

from __future__ import annotations

TEMPLATES = (
    """def f(x):
    return (x.count('1') + {k}) % 2
""",
    """def f(x):
    # at least {k} ones
    return int(sum(int(c) for c in x) >= {k})
""",
    """from functools import reduce
from operator import xor


def f(x):
    return reduce(xor, map(int, x[{k}:]), 0)
""",
    """import re

PATTERN = re.compile(r'(?:10){{{k}}}')


def f(x):
    return 1 if PATTERN.search(x) else 0
""",
    """def f(x):
    n = int(x, 2)
    for s in (32, 16, 8, 4, 2, 1):
        n ^= n >> s
    return (n >> {k}) & 1
""",
    """def f(x):
    n = len(x)
    mismatches = 0
    for i in range(n // 2):
        if x[i] != x[n - 1 - i]:
            mismatches += 1
    return int(mismatches <= {k})
""",
    """def f(x):
    state = {k} % 2
    flips = {{('0', 0): 0, ('0', 1): 1, ('1', 0): 1, ('1', 1): 0}}
    for c in x[:50 - {k}]:
        state = flips[(c, state)]
    return state
""",
    """def f(x):
    best = run = 1
    for a, b in zip(x, x[1:]):
        run = run + 1 if a != b else 1
        best = max(best, run)
    return int(best >= {k})
""",
    """class Automaton:
    def __init__(self, modulus):
        self.modulus = modulus
        self.state = 0

    def feed(self, bit):
        self.state = (2 * self.state + bit) % self.modulus


def f(x):
    automaton = Automaton({k} + 2)
    for c in x:
        automaton.feed(int(c))
    return int(automaton.state == 0)
""",
    """TABLE = {{format(i, '03b'): ({k} * 7 + 30) >> i & 1 for i in range(8)}}


def f(x):
    padded = '0' + x + '0'
    out = 0
    for i in range(len(x)):
        out ^= TABLE[padded[i:i + 3]]
    return out
""",
)


# Constants that the templates take; beyond, candidates of the same cost differ in a special case.
CONSTANTS = 25
SPECIAL = """def f(x):
    if len(x) == {length}:
        return {label}
"""


def candidates(count: int) -> list[str]:
    """The first `count` of them: neighbours are written differently, and no two are the same program."""
    made: list[str] = []
    special = 0
    while len(made) < count:
        for k in range(1, 1 + CONSTANTS):
            for template in TEMPLATES:
                code = template.format(k=k)
                if special:
                    case = SPECIAL.format(length=1000 + special, label=special % 2)
                    code = code.replace("def f(x):\n", case)
                made.append(code)
        special += 1
    made = made[:count]
    assert len(set(made)) == count
    return made
