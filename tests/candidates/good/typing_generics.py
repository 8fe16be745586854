# expect: correct=all
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")

class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value

class Rule(Protocol):
    def __call__(self, x: str) -> int: ...

def f(x: str) -> int:
    return Box[int](x.count("1")).value % 2
