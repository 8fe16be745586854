"""DEAP's functions with a random generator of their own."""

from __future__ import annotations

import random
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any


def seeded(module: ModuleType, generator: random.Random) -> Any:
    """The module's functions, bound to names of their own in which `random` is the generator.

    DEAP draws from the global `random` module. Seeding that and putting its state back afterwards would
    still disturb, and be disturbed by, other threads that draw from it meanwhile. The functions returned
    share their code with the module's and call each other; the module itself is not changed.
    """
    names = dict(vars(module))
    for name, thing in vars(module).items():
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__:
            copy = FunctionType(thing.__code__, names, name, thing.__defaults__, thing.__closure__)
            copy.__kwdefaults__ = thing.__kwdefaults__
            names[name] = copy
    names["random"] = generator
    return SimpleNamespace(**names)
