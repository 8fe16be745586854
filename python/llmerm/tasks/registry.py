"""The named tasks, as data, and the checks on what is asked of them."""

from __future__ import annotations

import difflib

from llmerm.errors import TaskError
from llmerm.tasks import graphs, numbers, parity, strings
from llmerm.tasks.definition import Definition
from llmerm.tasks.named import Task

DEFINITIONS: dict[str, Definition] = {
    definition.name: definition
    for definition in (
        *parity.DEFINITIONS[:2],
        *strings.DEFINITIONS[:2],
        *parity.DEFINITIONS[2:4],
        *strings.DEFINITIONS[2:],
        *numbers.DEFINITIONS,
        *parity.DEFINITIONS[4:],
        *graphs.DEFINITIONS,
    )
}


def build(name: str, n: int | None, variant: str | None, seed: int, reference: bool) -> Task:
    """The task of that name at size n. Raises TaskError for a size or variant it does not have."""
    definition = DEFINITIONS[name]
    n = definition.default_n if n is None else n
    definition.check_n(n)
    if seed < 0:
        raise TaskError(f"seed {seed}: a seed is an integer from 0")
    variant = _variant(definition, variant)
    return Task(definition, n, variant, seed, reference, definition.build(n, variant, seed, reference))


def unknown(name: str, known: list[str]) -> TaskError:
    """The error for a name that is not in the registry, with the nearest ones."""
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"the tasks are {', '.join(known)}"
    return TaskError(f"no task {name!r}; {hint}")


def _variant(definition: Definition, variant: str | None) -> str | None:
    if variant is None:
        return definition.variants[0] if definition.variants else None
    variant = dict(definition.aliases).get(variant, variant)
    if variant not in definition.variants:
        known = f"its variants are {', '.join(definition.variants)}" if definition.variants else "it has none"
        raise TaskError(f"{definition.name} has no variant {variant!r}; {known}")
    return variant
