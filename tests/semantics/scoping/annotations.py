# inputs: ["01"]
from typing import List, Optional
K: int = 3
def g(a: int, b: "List[int]" = None) -> Optional[int]:
    n: int
    m: List[int] = [a]
    n = len(m)
    return n + K

def f(x: str) -> int:
    return g(1, b=[2])
