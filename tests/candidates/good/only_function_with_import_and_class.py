# expect: correct=all
from collections import Counter
from dataclasses import dataclass

@dataclass
class Answer:
    label: int

def solve(bits):
    return Answer(Counter(bits)["1"] % 2).label
